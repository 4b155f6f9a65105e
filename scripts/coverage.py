#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print line coverage by folder and file from a MODE=cov build.

    scripts/coverage.py [build/cov]

Uses gcov's JSON output; files without a line that could run are left out.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile


def gcov(build):
    """Lines by file: {path: {line: count}}."""
    lines = {}
    data = [os.path.abspath(os.path.join(folder, name))
            for folder, _, names in os.walk(build)
            for name in names if name.endswith(".gcda")]
    with tempfile.TemporaryDirectory() as temp:
        for i, path in enumerate(data):
            work = os.path.join(temp, str(i))
            os.mkdir(work)
            subprocess.run(["gcov", "--json-format", path], cwd=work,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            for name in os.listdir(work):
                with gzip.open(os.path.join(work, name)) as f:
                    merge(lines, json.load(f))
    return lines


def merge(lines, report):
    """Add one report's counts."""
    for entry in report["files"]:
        name = entry["file"]
        if name.startswith(("/", "tests/", "build/")):
            continue
        counts = lines.setdefault(name, {})
        for line in entry["lines"]:
            number = line["line_number"]
            counts[number] = counts.get(number, 0) + line["count"]


def show(name, run, total):
    """One row of the table."""
    print("%-40s %6d of %6d  %5.1f%%" % (name, run, total, 100 * run / total))


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    build = sys.argv[1] if len(sys.argv) > 1 else "build/cov"
    lines = gcov(build)
    if not lines:
        sys.exit("coverage: no counts in %s: run make cov" % build)
    folders = {}
    for name in sorted(lines):
        counts = lines[name]
        if not counts:
            continue
        run = sum(1 for c in counts.values() if c)
        show(name, run, len(counts))
        total = folders.setdefault(os.path.dirname(name), [0, 0])
        total[0] += run
        total[1] += len(counts)
    print()
    for name, (run, total) in sorted(folders.items()):
        show(name, run, total)
    show("all", sum(f[0] for f in folders.values()),
         sum(f[1] for f in folders.values()))


if __name__ == "__main__":
    main()
