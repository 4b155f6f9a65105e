#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run text IR and random IR under every engine.

ir_run (ir_run.c) runs the tests of tests/ir/*.ir, ir_fuzz random blocks; both
print a line a test.  This finds them in the build folder (EMU_BUILD,
build/release).  Arguments choose files by a part of their name and leave the
random blocks out.  How many blocks there are depends on EMU_TEST_LEVEL.
"""

import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BLOCKS = {"quick": 5000, "full": 40000, "long": 1000000}


def main():
    build = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"))
    level = os.environ.get("EMU_TEST_LEVEL", "quick")
    names = sys.argv[1:]
    files = [f for f in sorted(glob.glob(os.path.join(HERE, "*.ir")))
             if not names or any(n in os.path.basename(f) for n in names)]
    commands = [["ir_run"] + files]
    for ra_seed in () if names else (0, 1):
        commands.append(["ir_fuzz", str(BLOCKS[level]),
                         str(1 + ra_seed * BLOCKS[level]), str(ra_seed)])
    status = 0
    for c in commands:
        sys.stdout.flush()
        program = os.path.join(build, "tests/ir", c[0])
        status |= subprocess.run([program] + c[1:], check=False).returncode != 0
    sys.exit(status)


if __name__ == "__main__":
    main()
