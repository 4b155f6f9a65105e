#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write ISA-COVERAGE.md: doc-isa-coverage.py FOLDER

The column "tested" is 1 where a program of tests/a64 fails as soon as emu
gets the row wrong (scripts/tested-rows.py, `make tested-rows`).  The column
of random executions is from the run whose counts are kept in
tests/fuzz/insn-rows-99.txt (insn, seed 99, 15 million instructions).
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(os.path.dirname(HERE), "tests")

sys.exit(subprocess.run(
    [sys.executable, os.path.join(HERE, "isa-coverage.py"),
     "--column", "tested=" + os.path.join(TESTS, "rows/tested.txt"),
     "--column", "random executions against QEMU=" +
     os.path.join(TESTS, "fuzz/insn-rows-99.txt"),
     "--out", os.path.join(sys.argv[1], "ISA-COVERAGE.md")],
    check=False).returncode)
