#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the tests of emu-trace: the other scripts of this folder."""

import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
status = 0
for path in sorted(glob.glob(os.path.join(HERE, "*.py"))):
    if os.path.basename(path) not in ("run.py", "kit.py"):
        status |= subprocess.call([sys.executable, path] + sys.argv[1:]) != 0
sys.exit(status)
