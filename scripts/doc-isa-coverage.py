#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write ISA-COVERAGE.md: doc-isa-coverage.py FOLDER

The column of random executions is from the run whose counts are kept in
tests/fuzz/insn-rows-99.txt (insn, seed 99, 15 million instructions).
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
COUNTS = os.path.join(os.path.dirname(HERE), "tests/fuzz/insn-rows-99.txt")

sys.exit(subprocess.run(
    [sys.executable, os.path.join(HERE, "isa-coverage.py"),
     "--column", "random executions against QEMU=" + COUNTS,
     "--out", os.path.join(sys.argv[1], "ISA-COVERAGE.md")],
    check=False).returncode)
