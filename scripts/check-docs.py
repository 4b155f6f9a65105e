#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that what the documents name exists.

In README.md and docs/*.md, text between backquotes is looked at:

    src/exec/tb.c            a path below the top exists
    tb.c                     ... or a file of that name, somewhere
    src/x64/*.c              a pattern that matches something
    src/exec/tb.c:tb_get()   the file has the word
    tb_get()                 some source has the word
    include/{ir,jit}.h       braces stand for each of their alternatives

Links to other documents must lead to a file.  Paths below build/ and cache/
are made by commands and are not looked for, nor is what holds NAME, FILE,
FOLDER, CLASS or <...>.  Blocks between ``` lines are not looked at.  Prints
one line a finding; the status tells if any.
"""

import fnmatch
import glob
import itertools
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = ("include", "src", "hw", "target-arm64", "tests", "scripts")
ENDINGS = (".c", ".h", ".def", ".decode", ".py", ".sh", ".S", ".inc", ".ld",
           ".ir", ".md", ".txt", ".tsv", "Makefile")
MADE = re.compile(r"build/|cache/|a64_(args|trans|decode|match|rows|feats)\.")
STANDS_FOR = re.compile(r"NAME|FILE|FOLDER|CLASS|<")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# A path, perhaps with words in it: `path`, `path:word()`, `word()`.
TERM = re.compile(r"^(?P<path>[\w./*{},+-]+?)(?::(?P<word>\w+)(?:\(\))?)?$")
CALL = re.compile(r"^(\w+)\(\)$")
BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")


def tree():
    """Every file of the project, as paths below the top."""
    found = [f for f in os.listdir(TOP) if os.path.isfile(f)]
    for top in SOURCES + ("docs", ".ci"):
        for folder, _, names in os.walk(top):
            found += [os.path.join(folder, n) for n in names]
    return found


def words_of(path, cache={}):
    """The words of a file."""
    if path not in cache:
        with open(path, encoding="utf-8", errors="replace") as f:
            cache[path] = set(re.findall(r"\w+", f.read()))
    return cache[path]


def expand(text):
    """Every text that braces in @text stand for."""
    m = BRACES.search(text)
    if not m:
        return [text]
    return list(itertools.chain.from_iterable(
        expand(text[:m.start()] + part + text[m.end():])
        for part in m.group(1).split(",")))


def find(path, files):
    """The files that a path or pattern stands for."""
    if glob.has_magic(path):
        return (fnmatch.filter(files, path) or
                fnmatch.filter(files, "*/" + path) or glob.glob(path))
    # A test program is named as it is built, without its ending.
    return ([f for f in (path, path + ".c") if os.path.exists(f)] or
            [f for f in files if f.endswith("/" + path)])


def is_path(text):
    """Does this look like the path of one of our files?"""
    return text.endswith(ENDINGS) or (
        "/" in text and text.split("/")[0] in SOURCES + ("docs", ".ci"))


def check(term, files):
    """What is wrong with one term between backquotes, or None."""
    if STANDS_FOR.search(term) or MADE.match(term):
        return None
    call = CALL.match(term)
    if call:
        if any(call.group(1) in words_of(f) for f in files
               if f.startswith(SOURCES) and f.endswith(ENDINGS)):
            return None
        return "no such function"
    m = TERM.match(term)
    if not m or not is_path(m.group("path")):
        return None
    for path in expand(m.group("path")):
        found = find(path, files)
        if not found:
            return "no such file"
        word = m.group("word")
        if word and not any(word in words_of(f) for f in found
                            if os.path.isfile(f)):
            return "no %s in %s" % (word, path)
    return None


def main():
    os.chdir(TOP)
    files = tree()
    bad = 0
    for doc in ["README.md"] + sorted(glob.glob("docs/*.md")):
        with open(doc, encoding="utf-8") as f:
            text = f.read()
        # Fenced blocks keep their lines, so that numbers stay right.
        text = FENCE.sub(lambda m: "\n" * m.group().count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            findings = [(t, check(t, files)) for t in CODE.findall(line)]
            findings += [(t, "no such file") for t in LINK.findall(line)
                         if not os.path.exists(
                             os.path.join(os.path.dirname(doc), t))]
            for term, what in findings:
                if what:
                    print("%s:%d: `%s`: %s" % (doc, number, term, what))
                    bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
