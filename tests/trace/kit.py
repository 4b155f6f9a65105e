#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tests of emu-trace diff share: traces, and what is said of them.

Most traces are scripts of a few blocks (mkdiff.c): what must be told is known
to the instruction.  Longer ones are mktrace's, with one thing changed.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                   "..", ".."))
BUILD = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"))
LEVEL = os.environ.get("EMU_TEST_LEVEL", "quick")
TOOL = os.path.join(BUILD, "emu-trace")
MKDIFF = os.path.join(BUILD, "tests/trace/mkdiff")
MKTRACE = os.path.join(BUILD, "tests/trace/mktrace")
SECONDS = 60
VA = 0xffff800080000000
PA = 0x40200000
NOP, RET, CBZ = 0xd503201f, 0xd65f03c0, 0xb4000040
ADD, DDA = 0x8b020020, 0x8b010040     # add x0, x1, x2; add x0, x2, x1
CNTVCT, ISAR0 = 0xd53be040, 0xd5380600

# Where the files of a run of tests are.
folder = tempfile.mkdtemp(prefix="emu-diff-")


class Wrong(Exception):
    """What a test found."""


def check(condition, what):
    if not condition:
        raise Wrong(what)


def contains(text, *words):
    for word in words:
        check(word in text, "no %r in:\n%s" % (word, text))


def lacks(text, *words):
    for word in words:
        check(word not in text, "%r in:\n%s" % (word, text))


# --- Files ----------------------------------------------------------------

# Functions of the made-up kernel: name, offset, words.
FUNCTIONS = (("_text", 0, [CBZ, NOP]), ("start_kernel", 0x100, [NOP] * 6),
             ("work", 0x200, [NOP, ADD, NOP, RET]), ("vectors", 0x300, [NOP]),
             ("handler", 0x400, [NOP, RET]), ("loop", 0x500, [NOP, CBZ]),
             ("other", 0x600, [NOP, NOP, RET]))


# What most traces begin with.
RUN = ["run 0 _text start_kernel work other", "event 0 mmio 1 0 0x9000018 4 "
       "0x90 'pl011.FR", "times 30 run 0 loop", "run 0 other"]


def elf(path):
    """A vmlinux with those symbols and nothing else."""
    strings, symbols = b"\0", b"\0" * 24
    for name, offset, words in FUNCTIONS:
        symbols += struct.pack("<IBBHQQ", len(strings), 0x12, 0, 1,
                               VA + offset, 4 * len(words))
        strings += name.encode() + b"\0"
    parts_names = b"\0.text\0.symtab\0.strtab\0.shstrtab\0"
    text, at = bytes(0x700), 120
    parts = [(1, 1, 6, VA, text, 0, 0), (7, 2, 0, 0, symbols, 3, 24),
             (15, 3, 0, 0, strings, 0, 0), (23, 3, 0, 0, parts_names, 0, 0)]
    data, heads = b"", bytes(64)
    for name, kind, flags, va, content, link, size in parts:
        heads += struct.pack("<IIQQQQIIQQ", name, kind, flags, va,
                             at + len(data), len(content), link,
                             1 if kind == 2 else 0, 8, size)
        data += content + bytes(-len(content) % 8)
    head = b"\x7fELF\2\1\1" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, VA, 64, at + len(data),
                        0, 64, 56, 1, 64, 5, 4)
    head += struct.pack("<IIQQQQQQ", 1, 5, at, VA, PA, len(text), len(text),
                        8)
    with open(path, "wb") as f:
        f.write(head + data + heads)


def block(name, offset, words, bias=0, pa=PA, flags=5):
    return "block %s %x %x %x %s" % (name, VA + offset + bias, pa + offset,
                                     flags, " ".join("%08x" % w
                                                     for w in words))


def head(bias=0, info=(), change=(), pa=PA):
    """The lines of a header and of the kernel's blocks; *change* replaces
    some functions' words."""
    lines = ["info kernel.pa 0x%x" % PA]
    lines += ["info " + i for i in info]
    lines += [block(n, o, dict(change).get(n, w), bias, pa)
              for n, o, w in FUNCTIONS]
    return lines


def write(name, lines, end=True, first=()):
    """The trace of a script."""
    path = os.path.join(folder, name)
    script = list(first) + lines + (["end poweroff 0"] if end is True else
                                    [end] if end else [])
    subprocess.run([MKDIFF, path], input="\n".join(script).encode() + b"\n",
                   check=True)
    return path


def made(name, *options):
    """One of mktrace's."""
    path = os.path.join(folder, name)
    subprocess.run([MKTRACE, path, *options], check=True)
    return path


def text_file(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text)
    return path


# --- Running --------------------------------------------------------------

def tool(*args, status=None):
    """Standard output; an error must be one clean line."""
    p = subprocess.run([TOOL, *args], capture_output=True, timeout=SECONDS)
    out, err = p.stdout.decode(), p.stderr.decode()
    call = " ".join(args)
    check(p.returncode in (0, 1, 2), "%s: died: %d\n%s" % (
        call, p.returncode, err))
    if p.returncode == 2:
        check(err.startswith("emu-trace: ") and err.count("\n") == 1,
              "%s: error %r" % (call, err))
    else:
        check(not err, "%s: standard error %r" % (call, err))
    if status is not None:
        check(p.returncode == status, "%s: status %d, not %d\n%s%s" % (
            call, p.returncode, status, out, err))
    return err if p.returncode == 2 else out


def symbols():
    return ["--symbols", os.path.join(folder, "vmlinux")]


def diff(a, b, *options):
    """What is told of two traces that differ: the text, and as JSON."""
    text = tool("diff", *symbols(), *options, a, b, status=1)
    told = json.loads(tool("diff", "--json", *symbols(), *options, a, b,
                           status=1))
    check(told["same"] is False, "JSON says they are the same")
    if "count" in told and text.startswith("different at instruction"):
        contains(text, "different at instruction %d, cpu%d: %s"
                 % (told["count"], told["cpu"], told["why"]))
    return text, told


def same(a, b, *options):
    text = tool("diff", *symbols(), *options, a, b, status=0)
    told = json.loads(tool("diff", "--json", *symbols(), *options, a, b,
                           status=0))
    contains(text, "the same: %d blocks" % told["blocks"])
    check(told["same"] is True, "JSON says they differ")
    return text


def insn(told, side, count, offset, word, symbol):
    """One side of the first instruction that differs."""
    got = told[side]["insn"]
    want = {"count": count, "va": "0x%x" % (VA + offset), "symbol": symbol,
            "word": "%08x" % word}
    check({k: got[k] for k in want} == want, "%s: %r" % (side, got))


# --- The whole ------------------------------------------------------------

def main(tests):
    """Run the test_... of a script; its arguments choose among them."""
    failed = 0
    elf(os.path.join(folder, "vmlinux"))
    for key, test in tests.items():
        name = "diff/" + key[5:].replace("_", "-")
        if not key.startswith("test_") or sys.argv[1:] and not any(
                a in name for a in sys.argv[1:]):
            continue
        try:
            reason = test()
        except (Wrong, KeyError, ValueError,
                subprocess.SubprocessError) as e:
            failed += 1
            print("not ok %s\n  %s" % (name, str(e).replace("\n", "\n  ")))
            continue
        print("%s %s%s" % ("skip" if reason else "ok", name,
                           " # " + reason if reason else ""))
        sys.stdout.flush()
    shutil.rmtree(folder)
    return 1 if failed else 0
