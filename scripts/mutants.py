#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The changes of the code that scripts/mutate.py makes: where and what.

A change replaces one operator, constant or condition of a line by another.
Places are found by the text of the line: comments, strings, asserts,
conditions of bug(), logs, and sizes of arrays are left alone.
"""

import glob
import os
import random
import re

B = "build/release"

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
    (r"(?<= )\+=(?= )", ("-=",)),
    (r"(?<= )-=(?= )", ("+=",)),
    (r"(?<= )\|=(?= )", ("&=",)),
    (r"(?<= )&=(?= )", ("|=",)),
    (r"<<(?!=)", (">>",)),
    (r">>(?!=)", ("<<",)),
    (r"(?<= )&(?= )", ("|",)),
    (r"(?<= )\|(?= )", ("&",)),
    (r"(?<= )\^(?= )", ("|",)),
    (r"&&", ("||",)),
    (r"\|\|", ("&&",)),
    (r"~(?=\w|\()", ("",)),
    (r"!(?=\w|\()", ("",)),
    (r"(?<![\w.])\d+(?=u?(?:ll)?\b)(?![\w.]*\.)", ("+1", "-1")),
    (r"(?<![\w.])0x[0-9a-f]+(?=u?(?:ll)?\b)", ("^1", "<<1")),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
    (r"\bif \((?=.*\))", ("if",)),
)
# Statements up to their semicolon that are not changed; declarations of
# arrays, whose size is room only; and sizes of those that have values.
SKIP = re.compile(r"\b(?:static_assert|assert|bug|log_\w+|_Static_assert)\(")
ARRAY = re.compile(r"^\s*(?:(?:static|const|struct|unsigned|char)\s+)*\w+\s+"
                   r"\*?\w+(?:\[[^\]]*\])+;")
SIZE = re.compile(r"\[\w+\](?= = \{)")
# After this the block has ended: what is returned next makes no difference.
RAISED = re.compile(r"^\s*if \(!tc_fp_check\(s\)\)[\s\\]*$")


def files_of(patterns):
    """The files of some patterns, in which {a,b} are alternatives."""
    found = []
    for pattern in patterns.split():
        m = re.match(r"(.*)\{(.*)\}(.*)", pattern)
        for p in ([m[1] + x + m[3] for x in m[2].split(",")] if m
                  else [pattern]):
            found += sorted(glob.glob(p))
    return found


def blank(match):
    """The text of a match with nothing in it that could be changed."""
    return re.sub(r"[^\n]", "\x01", match.group())


def code_lines(path):
    """(line number, code without comments and strings) of lines that count.

    Comments and strings are blanked, so that columns stay as they are.
    """
    with open(path, encoding="utf-8") as f:
        text = f.read()
    text = re.sub(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'',
                  blank, text, flags=re.S)
    text = SIZE.sub(blank, text)
    lines = text.split("\n")
    skipping = False
    for number, line in enumerate(lines):
        if SKIP.search(line):
            skipping = True
        elif not skipping and not ARRAY.match(line) and not re.match(
                r"\s*#\s*(?!define)", line):
            after = lines[number + 1] if number + 1 < len(lines) else ""
            if not re.match(r"\s*bug\(", after) and not RAISED.match(
                    lines[number - 1]):
                yield number, line
        if skipping and ";" in line:
            skipping = False


def negated(line, start):
    """`if (c)` at @start with its condition negated, or None."""
    depth = 0
    for i in range(start, len(line)):
        depth += (line[i] == "(") - (line[i] == ")")
        if line[i] == ")" and not depth:
            return i + 1, "if (!%s)" % line[start + 3:i + 1]
    return None


def sites(path):
    """Every (path, line, start, end, new text) that could be changed."""
    for number, line in code_lines(path):
        for pattern, replacements in CHANGES:
            for m in re.finditer(pattern, line):
                start, end = m.span()
                for new in replacements:
                    if new == "if":
                        both = negated(line, start)
                        if both is None or "\x01" in both[1]:
                            continue
                        end, new = both
                    elif new in ("+1", "-1"):
                        new = str(int(m.group()) + int(new))
                    elif new == "^1":
                        new = "%#x" % (int(m.group(), 16) ^ 1)
                    elif new == "<<1":
                        new = "%#x" % (int(m.group(), 16) << 1)
                    if new != m.group():
                        yield path, number, start, end, new


class Change:
    """One change: where, and the line before and after."""

    def __init__(self, site):
        self.path, self.number, start, end, new = site
        with open(self.path, encoding="utf-8") as f:
            self.lines = f.read().split("\n")
        line = self.lines[self.number]
        self.lines[self.number] = line[:start] + new + line[end:]
        self.old = " ".join(line.split())
        self.new = " ".join(self.lines[self.number].split())

    def function(self):
        """The name of the function that it is in, or -."""
        for line in reversed(self.lines[:self.number + 1]):
            m = re.match(r"\w.*?\b(\w+)\(.*[^;]$", line)
            if m:
                return m[1]
            if line.startswith("}"):
                break
        return "-"

    def key(self):
        """What it is called in files, whatever line it is on."""
        return self.path, self.function(), self.old, self.new

    def text(self):
        """For people."""
        return "%s:%d\n  - %s\n  + %s" % (self.path, self.number + 1,
                                          self.old, self.new)

    def objects(self):
        """The objects that depend on it; those of a header's folder."""
        if self.path.endswith(".c"):
            return ["%s/%s.o" % (B, self.path[:-2])]
        return ["%s/%s.o" % (B, p[:-2]) for p in
                glob.glob(os.path.dirname(self.path) + "/*.c")]


class Draw:
    """Changes drawn from a seed, none twice."""

    def __init__(self, seed, areas):
        self.rng = random.Random(seed)
        self.areas = areas
        self.left = {a[0]: [s for f in files_of(a[2]) for s in sites(f)]
                     for a in areas}
        self.turns = []

    def turn(self):
        """The area whose turn it is."""
        if not self.turns:
            self.turns = [a for a in self.areas for _ in range(a[1])]
            self.rng.shuffle(self.turns)
        return self.turns.pop()

    def change(self, area):
        """A change in an area; None when there are no more."""
        left = self.left[area[0]]
        return Change(left.pop(self.rng.randrange(len(left)))) if left else None
