#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the text IR of tests/ir/*.ir under every engine.

All the work is done by ir_run (ir_run.c), which prints a line a test; this
finds it in the build folder (EMU_BUILD, build/release) and gives it the files,
or those whose names hold one of the arguments.
"""

import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def main():
    build = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"))
    files = sorted(glob.glob(os.path.join(HERE, "*.ir")))
    if sys.argv[1:]:
        files = [f for f in files
                 if any(a in os.path.basename(f) for a in sys.argv[1:])]
    sys.exit(subprocess.run([os.path.join(build, "tests/ir/ir_run")] + files,
                            check=False).returncode)


if __name__ == "__main__":
    main()
