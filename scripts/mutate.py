#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Change the code at random and see whether the tests notice.

    scripts/mutate.py [--count N] [--seed S] [--suites "unit ir"] [FILE...]

Each change is one operator, constant or condition in one C file (by default
of src/ir, src/x64, src/mem, src/exec, hw and target-arm64), drawn from the
seed.  It is made in a copy of the tree below build/mutate, built and run
against the quick suites.  A change that builds and passes is printed: a line
that no test holds.  The user's files are never touched.  The status is 0
when every change was noticed.
"""

import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys

FOLDERS = ("src/ir", "src/x64", "src/mem", "src/exec", "hw", "target-arm64")
COPY = "build/mutate"
TREE = ("Makefile", "src", "include", "hw", "target-arm64", "tests", "scripts",
        "docs")

# What may become what: pattern of the old text, and its replacements.
CHANGES = (
    (r"(?<![=<>!+\-*/&|^])==(?!=)", ("!=",)),
    (r"!=", ("==",)),
    (r"(?<![<\-])<=", ("<",)),
    (r"(?<![>\-])>=", (">",)),
    (r"(?<= )<(?= )", ("<=", ">=")),
    (r"(?<= )>(?= )", (">=", "<=")),
    (r"(?<= )\+(?= )", ("-",)),
    (r"(?<= )-(?= )", ("+",)),
    (r"<<(?!=)", (">>",)),
    (r">>(?!=)", ("<<",)),
    (r"(?<= )&(?= )", ("|",)),
    (r"(?<= )\|(?= )", ("&",)),
    (r"&&", ("||",)),
    (r"\|\|", ("&&",)),
    (r"(?<![\w.])\d+(?![\w.])", ("+1", "-1")),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
)
SKIP_LINE = re.compile(r"^\s*(#|/?\*|//|static_assert|assert|log_|case )")


def sites(path):
    """Every (line, start, end, new text) that could be changed in a file."""
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f):
            if SKIP_LINE.match(line) or '"' in line:
                continue
            code = line.split("/*")[0]
            for pattern, replacements in CHANGES:
                for m in re.finditer(pattern, code):
                    for new in replacements:
                        if new in ("+1", "-1"):
                            new = str(int(m.group(), 0) + int(new))
                        yield number, m.start(), m.end(), new


def change(path, site):
    """Apply a change; the old and the new line."""
    number, start, end, new = site
    with open(path, encoding="utf-8") as f:
        lines = f.readlines()
    old = lines[number]
    lines[number] = old[:start] + new + old[end:]
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(lines)
    return old.strip(), lines[number].strip()


def run(command):
    """Run in the copy; did it succeed, and what did it print?"""
    p = subprocess.run(command, cwd=COPY, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       check=False)
    return p.returncode == 0, p.stdout.decode(errors="replace")


def make_copy():
    """A fresh copy of the tree, its files newer than any object there."""
    for name in TREE:
        target = os.path.join(COPY, name)
        if os.path.isdir(name):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(name, target, copy_function=shutil.copy)
        else:
            os.makedirs(COPY, exist_ok=True)
            shutil.copy(name, target)


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    p.add_argument("--count", type=int, default=10)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--suites", default="unit decode ir a64")
    p.add_argument("file", nargs="*")
    return p.parse_args()


def main():
    args = parse_args()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    files = args.file or sorted(
        f for d in FOLDERS for f in glob.glob(d + "/*.c"))
    make_copy()
    build = ["make", "-s", "-j2", "all", "tests"]
    test = [sys.executable, "scripts/run-tests.py", *args.suites.split()]
    for command in (build, test):
        good, text = run(command)
        if not good:
            sys.exit("mutate: fails without a change:\n" + text)
    rng = random.Random(args.seed)
    noticed = survived = 0
    seen = set()
    for _ in range(20 * args.count):
        if noticed + survived == args.count:
            break
        path = rng.choice(files)
        site = rng.choice(list(sites(path)) or [None])
        if site is None or (path, site) in seen:
            continue
        seen.add((path, site))
        target = os.path.join(COPY, path)
        old, new = change(target, site)
        built, _ = run(build)
        if built:
            passed, _ = run(test)
            noticed += not passed
            survived += passed
            if passed:
                print("%s:%d: no test notices\n  - %s\n  + %s" %
                      (path, site[0] + 1, old, new), flush=True)
        shutil.copy(path, target)
    print("%d changes noticed, %d not (seed %d)" %
          (noticed, survived, args.seed))
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
