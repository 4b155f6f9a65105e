#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the part of docs/STYLE.md that a short script can.

Every file names its licence and, in C, begins with an account of itself; no
tabs, trailing blanks or foreign line ends; 80 columns (120 in tables under
"clang-format off", in data files and test programs); C files up to 900 lines
and headers up to 400; functions up to 80 lines unless they are one flat
switch; no code in comments.  Prints one line a finding; the status tells if
any.  With --fix, clang-format breaks the long lines of C files first.
"""

import os
import re
import subprocess
import sys

FOLDERS = ("include", "src", "hw", "target-arm64", "tests", "scripts", "docs",
           ".ci")
CODE = (".c", ".h", ".def", ".py", ".sh", ".S", ".inc", ".decode", ".ir")
DATA = (".def", ".decode", ".ir", ".S", ".inc", ".txt")
MAX_LINES = {".c": 900, ".h": 400, ".py": 600, ".sh": 300}
MAX_FUNCTION = 80
FLAT_CASES = 15

DEAD_CODE = re.compile(r"^\s*//.*[;{}]\s*$")

# The line between two parts of a file.
RULER = re.compile(r"^(/\* --- .{0,60}? )-+ \*/$")


def files():
    """Every file that the rules hold for, by name."""
    yield "Makefile"
    for top in FOLDERS:
        for folder, dirs, names in os.walk(top):
            dirs[:] = sorted(d for d in dirs if d != "__pycache__")
            for name in sorted(names):
                if name.endswith(CODE):
                    yield os.path.join(folder, name)


def check_head(path, lines):
    """The licence line, and in C the account below it."""
    head = "\n".join(lines[:3])
    if "SPDX-License-Identifier: MIT" not in head:
        yield 1, "no SPDX-License-Identifier: MIT"
    elif path.endswith((".c", ".h")) and not any(
            line.startswith(("/*", " *")) for line in lines[1:4]):
        yield 2, "no account of the file below the licence"


def check_lines(path, lines):
    """Line by line: blanks, width, code in comments."""
    # Assembly tests carry code and expectations in one-line strings.
    width = (132 if path.endswith(".S") else
             120 if path.endswith(DATA) else 80)
    width = 140 if path.endswith(".decode") else width
    table = False
    for number, line in enumerate(lines, 1):
        if "clang-format off" in line:
            table = True
        elif "clang-format on" in line:
            table = False
        if line != line.rstrip():
            yield number, "blanks or a foreign end at the end of the line"
        if "\t" in line and path != "Makefile":
            yield number, "a tab"
        if len(line) > max(width, 120 if table else 0):
            yield number, "%d columns" % len(line)
        if path.endswith((".c", ".h")) and DEAD_CODE.match(line):
            yield number, "code in a comment"


def check_functions(lines):
    """Functions that begin with { and end with } in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            body = lines[start:number - 1]
            cases = sum(1 for s in body if s.lstrip().startswith("case "))
            if len(body) > MAX_FUNCTION and cases < FLAT_CASES:
                yield start, "a function of %d lines" % len(body)
            start = None


def check_file(path):
    """Every complaint about a file, with its line."""
    with open(path, encoding="utf-8", newline="\n") as f:
        text = f.read()
    lines = text.split("\n")
    if lines[-1]:
        yield len(lines), "no line end at the end of the file"
    lines = lines[:-1]
    yield from check_head(path, lines)
    yield from check_lines(path, lines)
    limit = MAX_LINES.get(os.path.splitext(path)[1])
    if limit and len(lines) > limit:
        yield 1, "%d lines, %d are allowed" % (len(lines), limit)
    if path.endswith(".c"):
        yield from check_functions(lines)


def fix(path):
    """Let clang-format break the lines of a C file that are too long."""
    with open(path, encoding="utf-8") as f:
        old = f.read().split("\n")
    lines = [RULER.sub(lambda m: m.group(1).ljust(76, "-") + " */", line)
             if len(line) > 80 else line for line in old]
    if lines != old:
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))
    long = ["--lines=%d:%d" % (n, n) for n, text in check_lines(path, lines)
            if text.endswith("columns")]
    if long:
        subprocess.run(["clang-format", "-i", *long, path], check=True)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    count = 0
    if sys.argv[1:] == ["--fix"]:
        for path in files():
            if path.endswith((".c", ".h")):
                fix(path)
    for path in files():
        for number, complaint in check_file(path):
            print("%s:%d: %s" % (path, number, complaint))
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
