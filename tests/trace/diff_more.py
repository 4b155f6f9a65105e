#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare traces: aligned, on the command line, and damaged.

Files cut short or damaged at random must end in a clean error or in a shorter
trace, in every command.

Arguments choose tests by a part of their name.
"""

import json
import os
import pty
import random
import subprocess
import sys

from kit import (LEVEL, NOP, RUN, SECONDS, TOOL, block, check, contains, diff,
                 folder, head, insn, lacks, made, main, same, tool, write)


# --- Aligned --------------------------------------------------------------

def align(a, b, level, *options):
    told = diff(a, b, "--align", level, *options)[1]
    text = diff(a, b, "--align", level, *options)[0]
    contains(text, "aligned: %d instructions in common, %d difference(s)" % (
        told["common_insns"], told["n_differences"]))
    return text, told


def test_align_inserted():
    """A loop turns more often, far from another difference."""
    tail = ["run 0 work other work other start_kernel other work work"] * 4
    a = write("a", head() + ["run 0 _text"] + ["times 5 run 0 loop"] + tail +
              ["run 0 start_kernel"] + tail)
    b = write("b", head() + ["run 0 _text"] + ["times 9 run 0 loop"] + tail +
              ["run 0 _text"] + tail)
    for level in ("block", "insn"):
        text, told = align(a, b, level)
        check([(x["kind"], x["first"]["insns"], x["second"]["insns"])
               for x in told["differences"]] ==
              [("inserted", 0, 8), ("replaced", 6, 2)], told["differences"])
        check([(f["name"], f["second"] - f["first"])
               for f in told["functions"]] ==
              [("loop", 8), ("start_kernel", -6), ("_text", 2)],
              told["functions"])
        contains(text, "instructions by function:", "             +8  loop")
    check(len(align(a, b, "block", "--top", "1")[1]["differences"]) == 1,
          "--top 1")
    contains(align(a, b, "block", "--top", "1")[0], "... and 1 more")


def test_align_function():
    """A function that takes another way; one that is called once more."""
    head_ = head() + [block("inner", 0x104, [NOP, NOP])]
    tail = ["run 0 work other work other other work _text other"] * 3
    a = write("a", head_ + ["run 0 _text start_kernel inner"] + tail +
              ["run 0 work"])
    b = write("b", head_ + ["run 0 _text start_kernel inner inner handler"] +
              tail + ["run 0 work"])
    told = align(a, b, "function")[1]
    check([x["kind"] for x in told["differences"]] == ["changed", "inserted"],
          told["differences"])
    check([(f["name"], f["second"] - f["first"]) for f in told["functions"]] ==
          [("handler", 2), ("start_kernel", 2)], told["functions"])


def test_align_interrupt():
    """An interrupt that comes later is one more and one less."""
    taken = ["event 0 exception 0 0x280 1 1 0 0 0 0", "run 0 vectors handler",
             "event 0 irq 1 27"]
    work = ["run 0 work other work loop other start_kernel work"] * 6
    a = write("a", head() + work + taken + work + work)
    b = write("b", head() + work + work + taken + work)
    text, told = align(a, b, "block")
    check([(x["kind"], x["first"].get("event"), x["second"].get("event"))
           for x in told["differences"]] ==
          [("removed", "exception", None), ("inserted", None, "exception")],
          told["differences"])
    check(not told["functions"], told["functions"])


def test_align_turns():
    """Where turns end, in the middle of blocks, is no difference."""
    first = ["cpus 2"]
    more = [block("rest2", 0x108, [NOP] * 4), block("rest4", 0x110, [NOP] * 2)]
    tail = ["run 0 work other loop work other loop"] * 5
    a = write("a", head() + more + ["run 0 _text start_kernel/2", "run 1 "
              "work other", "run 0 rest2"] + tail, first=first)
    b = write("b", head() + more + ["run 0 _text start_kernel/4", "run 1 "
              "work other", "run 0 rest4"] + tail, first=first)
    for level in ("function", "block", "insn"):
        text, told = align(a, b, level)
        check(told["cause"] == "cpu-turn", told)
        check(told["n_differences"] == 0 and told["common_insns"] == 105,
              told)


def test_align_ends():
    a = write("a", head() + ["run 0 _text work"] + ["times 9 run 0 other"])
    b = write("b", head() + ["run 0 _text work"] + ["times 4 run 0 other"])
    told = align(a, b, "block")[1]
    check([(x["first"]["insns"], x["second"]["insns"])
           for x in told["differences"]] == [(15, 0)], told["differences"])
    told = align(b, a, "insn")[1]
    check([(x["first"]["insns"], x["second"]["insns"])
           for x in told["differences"]] == [(0, 15)], told["differences"])


def test_align_unlike():
    """Runs that have little in common: bounded, and the sums are right."""
    a = made("a", "seed=1", "insns=900000")
    b = made("b", "seed=2", "insns=900000")
    for level in ("function", "block", "insn"):
        told = json.loads(tool("diff", "--json", "--align", level, a, b,
                               status=1))
        check(told["n_differences"] > 1, told["n_differences"])
    info = [json.loads(tool("info", "--json", x)) for x in (a, b)]
    for k, name in enumerate(("first", "second")):
        check(sum(f[name] for f in told["functions"]) ==
              info[k]["instructions"], "instructions of the %s" % name)


# --- Command line ---------------------------------------------------------

def test_command_line():
    a = write("a", head() + RUN)
    contains(tool("diff", "--align", "page", a, a, status=2), "page",
             "function, block, insn")
    contains(tool("diff", a, status=2), "2")
    contains(tool("diff", a, a + ".none", status=2), "a.none")
    contains(tool("diff", a, os.path.join(folder, "vmlinux"), status=2),
             "not a trace")
    text = tool("diff", "--context", "0", a, write("b", head() + RUN[:-1]),
                status=1)
    lacks(text, "blocks in common", "went on")
    same(a, a, "--align", "none")
    same(a, a, "--align", "block")


def test_progress():
    """The bar is for terminals, and only when it takes a while."""
    if LEVEL == "quick":
        return "long traces: level full"
    a = made("a", "insns=60000000", "chunk=1000")
    b = made("b", "insns=60000000", "chunk=1100")
    for is_terminal in (True, False):
        master, slave = pty.openpty()
        p = subprocess.Popen([TOOL, "diff", a, b], stdout=subprocess.PIPE,
                             stderr=slave if is_terminal else
                             subprocess.PIPE)
        os.close(slave)
        out, err = p.communicate(timeout=SECONDS)
        check(p.returncode == 0 and out.startswith(b"the same"), out)
        if is_terminal:
            err = os.read(master, 65536)
            check(b"\rcomparing [#" in err and b"% " in err and
                  err.endswith(b"\r\033[K"), repr(err))
        else:
            check(not err, repr(err))
        os.close(master)
    return None


# --- Damage ---------------------------------------------------------------

def damage(data, rnd):
    """The file, cut short, changed, or with bytes missing."""
    kind = rnd.randrange(4)
    at = rnd.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + rnd.randrange(1, 64):]
    out = bytearray(data)
    for _ in range(rnd.choice((1, 1, 1, 8))):
        out[rnd.randrange(len(out))] ^= 1 << rnd.randrange(8)
    return bytes(out)


def test_damage():
    """A clean error, or a shorter trace and it says so."""
    a = made("a", "chunk=300", "insns=12000")
    with open(a, "rb") as f:
        data = f.read()
    whole = json.loads(tool("info", "--json", a, status=0))
    rnd, bad = random.Random(6), os.path.join(folder, "bad")
    for i in range({"quick": 40}.get(LEVEL, 200)):
        broken = damage(data, rnd)
        if broken == data:
            continue
        with open(bad, "wb") as f:
            f.write(broken)
        p = subprocess.run([TOOL, "info", "--json", bad],
                           capture_output=True, timeout=SECONDS)
        check(p.returncode in (0, 2), "info: %d" % p.returncode)
        if p.returncode == 0:
            info = json.loads(p.stdout)
            check(info["ended"] == "cut short" or "good-bytes" in info,
                  "damage %d is not noticed" % i)
            check(info["end-count"] <= whole["end-count"], "longer")
        status = tool("diff", "--align", "block", a, bad)
        check(status, "diff says nothing")
        tool("diff", bad, a)
        tool("dump", bad) if i % 8 == 0 else None
        tool("stat", bad)


def test_cut_everywhere():
    """At every byte of a small file: an error or a shorter trace."""
    a = write("a", head() + RUN * 4, first=["chunk 20"])
    with open(a, "rb") as f:
        data = f.read()
    for n in range(0, len(data), {"quick": 29}.get(LEVEL, 3)):
        bad = os.path.join(folder, "bad")
        with open(bad, "wb") as f:
            f.write(data[:n])
        text = tool("diff", a, bad)
        check("cut short" in text or "damaged" in text or
              "not a trace" in text or "no header" in text, text)


if __name__ == "__main__":
    sys.exit(main(dict(globals())))
