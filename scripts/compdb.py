#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn the compile commands on standard input into compile_commands.json.

Input is what `make -nB V=1` prints; lines that compile one C file become an
entry each, everything else is passed over.
"""

import json
import os
import shlex
import sys


def entry(line):
    """The database's entry for a command line, or None."""
    if " -c " not in line or not line.rstrip().endswith(".c"):
        return None
    arguments = shlex.split(line)
    return {"directory": os.getcwd(), "arguments": arguments,
            "file": arguments[-1]}


def main():
    entries = [e for e in map(entry, sys.stdin) if e]
    json.dump(entries, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
