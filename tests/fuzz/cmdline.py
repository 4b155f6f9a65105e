# SPDX-License-Identifier: MIT
"""Give emu random command lines and see that it answers as it should.

Where cmdline_fuzz.c looks at the parser, this runs the program: arguments of
the seeds (seeds.py), mixed and damaged, over files that exist.  The status
must be a documented one, status 1 comes with one line and nothing else, and
no file outside of the folder is named: a '/' never stays in an argument.
"""

import os
import random
import re
import subprocess
import tempfile

import seeds

STATUSES = (0, 1, 70, 71, 73, 124)
LAST = ["-timeout", "2", "-exit-after", "20K"]
SECONDS = 60


def damaged(word, rng):
    """The word with a character changed, taken out or put in."""
    at = rng.randrange(len(word) + 1)
    some = rng.choice("0123456789=,.-:KMGT%\n\x1b\u00e4xsdn")
    return rng.choice((word[:at] + some + word[at:], word[:at] + word[at + 1:],
                       word[:at] + some + word[at + 1:], word * 2,
                       word + "," + word))


def random_line(lines, words, rng):
    """A command line from pieces of others."""
    line = list(rng.choice(lines))
    for _ in range(rng.randrange(5)):
        at = rng.randrange(len(line) + 1)
        what = rng.randrange(4)
        if what == 0:
            line[at:at] = rng.choice(lines)
        elif what == 1:
            line[at:at] = [rng.choice(words)]
        elif what == 2:
            del line[at:at + 1]
        elif at < len(line):
            line[at] = damaged(line[at], rng)
    if rng.random() < 0.5:
        line += ["-kernel", "good"]
    return [re.sub(r"[/\0]", "_", word) for word in line]


def complaint(emu, line, folder):
    """What is wrong with the answer, or None."""
    try:
        p = subprocess.run([emu] + line, cwd=folder, timeout=SECONDS,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, check=False)
    except subprocess.TimeoutExpired:
        return "no end"
    errors = p.stderr.decode(errors="replace")
    if p.returncode not in STATUSES:
        return "status %d: %s" % (p.returncode, errors[-300:])
    if p.returncode == 1 and (p.stdout or not re.fullmatch(
            r"emu: [^\n]*\n", errors)):
        return "not one line: %r" % errors[-300:]
    return None


def run(folder, count, seed):
    """Try count command lines: True if all were answered well."""
    rng = random.Random(seed)
    emu = os.path.abspath(os.path.dirname(os.path.dirname(folder)) + "/emu")
    lines = [l.decode().split("\n") for l in seeds.command_lines()]
    words = sorted({w for line in lines for w in line})
    words += ["-" + w for w in words if w.isalpha()]
    bad = 0
    with tempfile.TemporaryDirectory(prefix="emu-cmdline-") as cwd:
        for name in ("good", "k"):
            with open(os.path.join(cwd, name), "wb") as f:
                f.write(seeds.image())
        with open(os.path.join(cwd, "d"), "wb") as f:
            f.write(seeds.tree(("", {}, [])))
        for _ in range(count):
            line = random_line(lines, words, rng) + LAST
            why = complaint(emu, line, cwd)
            if why:
                print("emu %r\n    %s" % (line, why))
                bad += 1
    print("%s fuzz/cmdline-answers" % ("not ok" if bad else "ok"))
    return not bad
