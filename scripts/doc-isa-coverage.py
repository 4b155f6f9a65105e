#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write ISA-COVERAGE.md: doc-isa-coverage.py FOLDER

The column "tested" is 1 where a program of tests/a64 fails as soon as emu
gets the row wrong (scripts/tested-rows.py, `make tested-rows`).  The column
of random executions is from tests/fuzz/insn_long.py, whose counts are kept in
tests/fuzz/insn-rows.txt and, for what only a newer QEMU knows,
insn-rows-newer.txt, and from the lines "//> random ROW N" of programs of
tests/a64, which these must print for `make check` to pass (keys of pointer
authentication, for one, are not known to qemu-aarch64, so its rows are run by
bare-metal programs).
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(os.path.dirname(HERE), "tests")



def bare_metal_rows():
    """Lines "ROW N" of the random programs of tests/a64."""
    for path in sorted(glob.glob(TESTS + "/a64/**/*.S", recursive=True)):
        with open(path, encoding="utf-8") as f:
            for m in re.finditer(r"^//> random (\w+ \d+)$", f.read(), re.M):
                yield m[1] + "\n"


def main():
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as rows:
        for path in sorted(glob.glob(TESTS + "/fuzz/insn-rows*.txt")):
            with open(path, encoding="utf-8") as f:
                rows.writelines(f)
        rows.writelines(bare_metal_rows())
        rows.flush()
        return subprocess.run(
            [sys.executable, os.path.join(HERE, "isa-coverage.py"),
             "--column", "tested=" + os.path.join(TESTS, "rows/tested.txt"),
             "--column", "random executions against QEMU=" + rows.name,
             "--out", os.path.join(sys.argv[1], "ISA-COVERAGE.md")],
            check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
