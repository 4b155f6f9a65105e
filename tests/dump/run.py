#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test emu-trace info, dump, grep and stat on traces that mktrace writes.

The judges: nm and LLVM's addr2line for names and source lines, binutils for
instructions, the grammar of other tools' formats, and the commands against
each other: what dump prints adds up to what info and stat count, grep finds
the lines that a search in dump's output finds, a range is the part of the
whole.  The kernel and the user program that the traces are about are built
here.
"""

import bisect
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("EMU_BUILD", "build/release")
CACHE = os.environ.get("EMU_CACHE", "cache")
LEVEL = os.environ.get("EMU_TEST_LEVEL", "quick")
TRACE = os.path.join(BUILD, "emu-trace")
SYMDUMP = os.path.join(BUILD, "tests/symbols/symdump")
MKTRACE = os.path.join(BUILD, "tests/trace/mktrace")
CROSS = "aarch64-linux-gnu-"
ADDR2LINE = "llvm-addr2line-19"
KERNEL_VA = 0xffff800080000000
KERNEL_PA = 0x40200000
USER_VA = 0x400000
BIAS = 0x1230000
CODE = ("-g", "-O1", "-ffreestanding", "-fno-pic", "-falign-functions=4",
        "-fno-optimize-sibling-calls")

INSN = re.compile(r"^ *(\d+) cpu(\d+) el(\d) ([0-9a-f]{16}) (-|[0-9a-f]{10}) "
                  r"([0-9a-f]{8}) (.*?)(?: +; ([^\s(]\S*)?(?: ?\((.*)\))?)?$")
BLOCK = re.compile(r"^ *(\d+) cpu(\d+) el(\d) ([0-9a-f]{16}) "
                   r"(-|[0-9a-f]{10}) (\d+)(\*?)(?: ; (.*))?$")
EVENT = re.compile(r"^ *(\d+) cpu(\d+)     # (\w+)(.*)$")

Insn = collections.namedtuple("Insn", "count cpu el va pa word text symbol "
                              "line")

failed = 0


def result(name, problem=None):
    """Print the line of one test."""
    global failed
    failed += problem is not None
    print("%s dump/%s%s" % ("ok" if problem is None else "not ok", name,
                            "" if problem is None else "\n  " + problem))


def run(*command, status=0):
    """Standard output of a command that must end with the status."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode != status:
        raise AssertionError("%s: status %d: %s" % (
            " ".join(command), done.returncode, done.stderr))
    return done.stdout


def tool(command, *words, status=0):
    """Standard output of emu-trace."""
    return run(TRACE, command, *words, status=status)


def insns(text):
    """The instructions of a dump."""
    found = []
    for line in text.splitlines():
        if EVENT.match(line):
            continue
        m = INSN.match(line)
        if not m:
            raise AssertionError("no instruction: " + line)
        va = int(m[4], 16)
        found.append(Insn(int(m[1]), int(m[2]), int(m[3]), va,
                          va if m[5] == "-" else int(m[5], 16),
                          int(m[6], 16), m[7], m[8], m[9]))
    return found


def difference(got, want):
    """Where two lists part, or None."""
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w:
            return "row %d: %s; wanted %s" % (i, g, w)
    if len(got) != len(want):
        return "%d rows; wanted %d" % (len(got), len(want))
    return None


# --- What the traces are about --------------------------------------------

def program(tmp, name, base, head="", elf=None):
    """An ELF file of many functions at an address, and its code alone."""
    source = os.path.join(tmp, name + ".c")
    with open(source, "w", encoding="ascii") as f:
        f.write(head)
        f.write("int sink;\n")
        for i in range(150):
            f.write("__attribute__((noinline)) int %s_%d(int x)\n{\n"
                    "    for (int i = 0; i < x; i++)\n"
                    "        sink += i * %d;\n    return %s + x;\n}\n" %
                    (name, i, i + 3, "%s_%d(sink)" % (name, i - 1)
                     if i else "sink"))
    elf = os.path.join(tmp, elf or name)
    run(CROSS + "gcc", *CODE, "-c", "-o", elf + ".o", source)
    run(CROSS + "gcc", *CODE, "-no-pie", "-nostdlib", "-static",
        "-Wl,-N,-e,0,--build-id=none,-Ttext=0x%x" % base, "-o", elf, source)
    run(CROSS + "objcopy", "-O", "binary", "-j", ".text", elf, elf + ".bin")
    return elf


class Names:
    """What nm and addr2line say about a program's addresses."""

    def __init__(self, elf):
        self.elf = elf
        rows = [r.split() for r in run(CROSS + "nm", "-n", elf).splitlines()]
        self.rows = [(int(r[0], 16), r[2]) for r in rows
                     if len(r) == 3 and r[1] in "tT" and r[2][0] != "$" and
                     r[2] != "_text"]
        self.lines = {}

    def name(self, va):
        """The symbol and offset of an address."""
        start, name = self.rows[bisect.bisect(self.rows, (va, "~")) - 1]
        return name + ("+0x%x" % (va - start) if va != start else "")

    def line(self, va):
        """The source line of an address."""
        if va not in self.lines:
            text = run(ADDR2LINE, "--no-inlines", "-e", self.elf,
                       "0x%x" % va)
            self.lines[va] = text.split(" (disc")[0].strip()
        return self.lines[va]


def want_name(kernel, user, insn, bias):
    """The symbol that an instruction of the trace must have."""
    if insn.el == 0:
        return user.name(insn.va) if user else None
    if insn.va >= KERNEL_VA:
        return kernel.name(insn.va - bias)
    if insn.va < KERNEL_PA:
        return None  # the stub
    return kernel.name(insn.va - KERNEL_PA + KERNEL_VA)


# --- Tests -----------------------------------------------------------------

def test_names(tmp, kernel, user):
    """Symbols and lines, with KASLR, before the MMU is on, and at EL0."""
    trace = os.path.join(tmp, "named.tr")
    run(MKTRACE, trace, "image=" + kernel.elf + ".bin", "kernel=" +
        kernel.elf, "user=" + user.elf + ".bin", "bias=%d" % BIAS)
    rows = insns(tool("dump", "--insns", "--symbols", user.elf, trace))
    want = [want_name(kernel, user, i, BIAS) for i in rows]
    result("symbols", difference([i.symbol for i in rows], want))
    places = {"stub": [i for i in rows if i.va < USER_VA * 256 and i.el],
              "user": [i for i in rows if not i.el],
              "physical": [i for i in rows if i.va == i.pa],
              "moved": [i for i in rows if i.va > KERNEL_VA]}
    few = [k for k, v in places.items() if len(v) < (k != "stub") * 20]
    result("symbols-places", "few of %s" % few if few else None)

    rows = insns(tool("dump", "--insns", trace))
    want = [want_name(kernel, None, i, BIAS) for i in rows]
    result("symbols-header", difference([i.symbol for i in rows], want))
    rows = insns(tool("dump", "--insns", "--no-symbols", trace))
    result("symbols-none", difference([i.symbol for i in rows],
                                      [None] * len(rows)))
    info = json.loads(tool("info", "--json", trace))
    result("symbols-bias", None if info["kernel-bias"] == hex(BIAS) and
           info["symbols"] >= len(kernel.rows) else repr(info))
    test_asid(tmp, user, trace)
    test_module(tmp, kernel)
    test_lines(kernel, user, trace)
    return trace


def test_asid(tmp, user, trace):
    """A program moved to its place, in one of two address spaces."""
    other = program(tmp, "user", USER_VA + 0x1000000, elf="moved")
    rows = insns(tool("dump", "--insns", "--no-symbols", "--el", "0", trace))
    want = [user.name(i.va) if i.pa >= 0x49000000 else None for i in rows]
    got = [i.symbol for i in insns(tool(
        "dump", "--insns", "--el", "0", "--symbols",
        "%s@0x%x,asid=2" % (other, USER_VA), trace))]
    result("symbols-asid", difference(got, want))


def test_module(tmp, kernel):
    """An object file as a module that was loaded somewhere."""
    trace = os.path.join(tmp, "module.tr")
    run(MKTRACE, trace, "image=" + kernel.elf + ".bin", "header=0")
    rows = insns(tool("dump", "--insns", "--symbols",
                      "%s.o@0x%x" % (kernel.elf, KERNEL_VA), trace))
    want = [kernel.name(i.va) if i.va >= KERNEL_VA else None for i in rows]
    result("symbols-module", difference([i.symbol for i in rows], want))


def test_lines(kernel, user, trace):
    """--source: addr2line sees the same lines."""
    rows = insns(tool("dump", "--insns", "--source", "--symbols", user.elf,
                      "--to", "3000", trace))
    bad, known = [], 0
    for i in rows[::29]:
        names = kernel if i.el else user
        va = (i.va if not i.el else
              i.va - BIAS if i.va >= KERNEL_VA else
              i.va - KERNEL_PA + KERNEL_VA)
        if i.el and i.va < KERNEL_PA:
            want = None
        else:
            want = names.line(va)
            want = None if want.startswith("??") else want
        known += want is not None
        if (i.line or "") != (want or ""):
            bad.append("%x: %s, addr2line says %s" % (i.va, i.line, want))
    result("source", "; ".join(bad[:4]) if bad else
           None if known > 50 else "only %d lines" % known)


def test_other_kernel(tmp, kernel):
    """The header's kernel counts only while it is the same file."""
    copy = os.path.join(tmp, "copy")
    shutil.copy(kernel.elf, copy)
    trace = os.path.join(tmp, "copy.tr")
    run(MKTRACE, trace, "image=" + kernel.elf + ".bin", "kernel=" + copy)
    before = json.loads(tool("info", "--json", trace))["symbols"]
    with open(copy, "ab") as f:
        f.write(b"\n")
    after = json.loads(tool("info", "--json", trace))["symbols"]
    os.remove(copy)
    gone = json.loads(tool("info", "--json", trace))["symbols"]
    result("kernel-hash", None if before > 100 and not after and not gone
           else "%d, changed %d, gone %d" % (before, after, gone))


def test_image(tmp):
    """A real kernel's own symbols."""
    image = os.path.join(CACHE, "guests/cloud/Image")
    if not os.path.exists(image):
        print("skip dump/image # scripts/fetch-guest.sh cloud")
        return
    trace = os.path.join(tmp, "image.tr")
    text = run(SYMDUMP, "kallsyms", image).split()[1]
    run(MKTRACE, trace, "image=" + image, "va=0x" + text, "bias=%d" % BIAS,
        "header=0", "insns=100000")
    info = json.loads(tool("info", "--json", "--image", image, trace))
    text = tool("dump", "--image", image, trace)
    result("image", None if info["symbols"] > 40000 and
           info["kernel-bias"] == hex(BIAS) and " ; _text\n" in text
           else repr(info))


def test_boot(tmp):
    """A real boot: every block but the stub's has a name, all the way."""
    image = os.path.join(CACHE, "guests/cloud/Image")
    if LEVEL == "quick":
        return
    if not os.path.exists(image):
        print("skip dump/boot # scripts/fetch-guest.sh cloud")
        return
    trace = os.path.join(tmp, "boot.tr")
    run(os.path.join(BUILD, "emu"), "-kernel", image, "-trace", trace,
        "-exit-after", "4000000", "-serial", "null", status=124)
    blocks = [b for b in map(BLOCK.match, tool("dump", trace).splitlines())
              if b]
    count, bad = 0, []
    for i, b in enumerate(blocks):
        if int(b[1]) != count or (i and not b[8]):
            bad.append(b[0])
        count += int(b[6])
    names = {b[8] for b in blocks}
    result("boot", "; ".join(bad[:4]) if bad else
           None if {"primary_entry", "start_kernel"} <= names and
           count == 4000000 else "%d instructions" % count)


def test_sums(trace):
    """info adds up to what dump prints."""
    info = json.loads(tool("info", "--json", trace))
    lines = tool("dump", "--no-symbols", trace).splitlines()
    blocks = [b for b in map(BLOCK.match, lines) if b]
    events = [e for e in map(EVENT.match, lines) if e]
    count = collections.Counter(e[3] for e in events)
    got = {k: v for k, v in info.items() if isinstance(v, int)}
    want = {"blocks": len(blocks),
            "instructions": sum(int(b[6]) for b in blocks),
            "partial-blocks": sum(b[7] == "*" for b in blocks),
            "exceptions": count["exception"],
            "not-traced": sum(int(re.match(r" insns=(\w+)", e[4])[1], 0)
                              for e in events if e[3] in ("gap", "fetch"))}
    for cpu in "01":
        want["cpu%s-blocks" % cpu] = sum(b[2] == cpu for b in blocks)
        want["cpu%s-instructions" % cpu] = sum(
            int(b[6]) for b in blocks if b[2] == cpu)
        want["cpu%s-exceptions" % cpu] = sum(
            e[2] == cpu and e[3] == "exception" for e in events)
    for el in "0123":
        want["el%s-instructions" % el] = sum(
            int(b[6]) for b in blocks if b[3] == el)
    want.update({"events-" + k: n for k, n in count.items()})
    want["exceptions-svc"] = sum(" esr=0x56000000" in e[4] for e in events)
    want["exceptions-irq"] = sum(" slot=0x280" in e[4] for e in events)
    want["end-count"] = want["instructions"] + want["not-traced"]
    want["first-el0"] = next(int(b[1]) for b in blocks if b[3] == "0")
    mmu = next(e for e in events if e[3] == "mmu")
    want["mmu-on"] = int(mmu[1])
    bad = {k: (got.get(k), v) for k, v in want.items() if got.get(k) != v}
    result("info-sums", repr(bad) if bad else None)
    result("info-kinds", None if len(count) >= 18 else
           "the trace has only %s" % sorted(count))
    result("info-mmu-pc", None if " pc=%s" % info["mmu-on-pc"] in mmu[4] and
           info["entry-pc"] == "0x40000000" else repr(info))
    text = tool("info", trace).split("\n")
    bad = [k for k, v in got.items() if v is not None and
           not any(t.split() == [k, str(v)] for t in text)]
    result("info-text", "missing: %s" % bad if bad else None)


def test_insns(trace):
    """Instructions are those of the blocks, in order."""
    lines = tool("dump", "--no-symbols", trace).splitlines()
    rows = insns(tool("dump", "--insns", "--no-symbols", trace))
    want = []
    for b in filter(None, map(BLOCK.match, lines)):
        want += [(int(b[1]) + i, int(b[4], 16) + 4 * i)
                 for i in range(int(b[6]))]
    result("insns", difference([(i.count, i.va) for i in rows], want))
    order = [int(line.split()[0]) for line in tool(
        "dump", "--insns", "--no-symbols", trace).splitlines()]
    result("insns-order", None if order == sorted(order) else
           "counts go back")


def test_disassembly(tmp, trace):
    """Every word is what binutils say it is, by its first letters."""
    rows = {i.word: i for i in insns(tool("dump", "--insns", "--no-symbols",
                                          trace))}
    words = sorted(rows)
    path = os.path.join(tmp, "words.s")
    with open(path, "w", encoding="ascii") as f:
        f.writelines(".inst 0x%08x\n" % w for w in words)
    run(CROSS + "as", "-o", path + ".o", path)
    text = run(CROSS + "objdump", "-d", "-z", "--no-show-raw-insn",
               path + ".o")
    judge = [line.split("\t")[1].split()[0] for line in text.splitlines()
             if re.match(r"^ +[0-9a-f]+:\t", line)]
    bad = ["%08x: %s, objdump says %s" % (w, rows[w].text, j)
           for w, j in zip(words, judge)
           if rows[w].text.split()[0][:3] != j[:3]]
    result("disassembly", "; ".join(bad[:4]) if bad or
           len(judge) != len(words) else None)


def test_ranges(trace):
    """A range or a filter is the part of the whole."""
    whole = tool("dump", "--insns", trace).splitlines()

    def part(keep):
        return [line for line in whole if keep(line)]

    def count(line):
        return int(line.split()[0])

    cases = {
        "from": (["--from", "7001"], lambda x: count(x) >= 7001),
        "to": (["--to", "0x1f3"], lambda x: count(x) < 0x1f3),
        "from-to": (["--from", "2K", "--to", "2010"],
                    lambda x: 2000 <= count(x) < 2010),
        "cpu": (["--cpu", "1"], lambda x: " cpu1 " in x),
        "events-none": (["--events", "none"], lambda x: " # " not in x),
        "events-some": (["--events", "irq,eret"], lambda x: " # " not in x or
                        re.search(" # (irq|eret) ", x)),
        "el": (["--el", "0", "--events", "none"], lambda x: " el0 " in x),
    }
    for name, (words, keep) in cases.items():
        got = tool("dump", "--insns", *words, trace).splitlines()
        want = part(keep)
        result("range-" + name, difference(got, want) if want else "empty")
    whole = tool("dump", trace).splitlines()
    low, high = KERNEL_VA + BIAS + 0x400, KERNEL_VA + BIAS + 0x800
    got = tool("dump", "--pc", "%x..%x" % (low, high), "--events", "none",
               trace).splitlines()
    want = part(lambda x: BLOCK.match(x) and
                low <= int(x.split()[3], 16) < high)
    result("range-pc", difference(got, want) if want else "empty")


def test_grep(trace):
    """grep prints the lines of dump that contain the text."""
    texts = ["kernel_77", "kernel_77+0x8", "ldr", " 12", "cpu1", "p", "irq",
             "1 el0", "cpu1 el1 ffff", "# e", "kernel", "0 cpu", " T0 : 0x",
             "IT (", ") ffff", "D=0x0", "00: system.cpu1: A1 T0 : 0xf", ";",
             "nowhere at all", "Trace 1", "0x0 [", "000/ffff8", "\\",
             "cpu0 el0 00000000004000"]
    for kind in ([], ["--insns"], ["--format", "qemu"],
                 ["--format", "tarmac"], ["--format", "gem5"]):
        lines = tool("dump", *kind, trace).splitlines()
        bad, hits = [], 0
        for text in texts:
            want = [x for x in lines if text in x and
                    not x.startswith("Tarmac Text")]
            got = tool("grep", *kind, text, trace,
                       status=0 if want else 1).splitlines()
            hits += len(want) > 0
            if difference(got, want):
                bad.append("%r: %s" % (text, difference(got, want)))
        result("grep-" + (kind[-1].strip("-") if kind else "blocks"),
               "; ".join(bad) if bad else
               None if hits > 3 else "%d texts found" % hits)


# Lines that tarmac-trace-utilities take: instructions, registers, memory,
# exceptions.
TARMAC = re.compile(
    r"^(\d+) clk cpu(\d+) (?:IT \(\d+\) ([0-9a-f]{16}):[0-9a-f]{12,16}_NS "
    r"([0-9a-f]{8}) O EL[0-3][th]_[ns] : \S.*|R X\d+ [0-9a-f]{16}|"
    r"R SP [0-9a-f]{16}|R cpsr [0-9a-f]{8}|"
    r"R V\d+ [0-9a-f]{16}_[0-9a-f]{16}|R [a-z]\w+ [0-9a-f]{16}|"
    r"M[RW][1-8] [0-9a-f]{16}:[0-9a-f]{12,16}_NS [0-9a-f]{2,16}|"
    r"E [0-9a-f]{16} [0-9a-f]{8} CoreEvent_[A-Z]+_\w+_(SYNC|IRQ|FIQ|SERROR)"
    r")$")
GEM5 = re.compile(
    r"^ *(\d+): system\.cpu(\d): A(\d+) T0 : 0x([0-9a-f]+)( @\S+)?    :   "
    r"\S.{23,} : (No_OpClass|IntAlu|IntMult|IntDiv|MemRead|MemWrite|Simd\w+|"
    r"Float\w+) : ( D=0x[0-9a-f]{16})?( A=0x[0-9a-f]+)?$")
QEMU = re.compile(r"^Trace (\d): 0x0 \[00000000/([0-9a-f]{16})/[0-9a-f]{8}/"
                  r"00000000\] (\S*)$")


def test_formats(tmp, kernel):
    """Formats of other tools have every instruction, in their grammar."""
    trace = os.path.join(tmp, "regs.tr")
    run(MKTRACE, trace, "image=" + kernel.elf + ".bin", "regs=1",
        "insns=9000")
    lines = tool("dump", "--insns", trace).splitlines()
    rows = insns("\n".join(lines))
    regs = sum(" # reg " in x for x in lines)
    mems = sum(" # mem " in x for x in lines)
    takes = sum(" # exception " in x for x in lines)

    out = tool("dump", "--format", "tarmac", trace).splitlines()
    m = [TARMAC.match(x) for x in out[1:]]
    bad = [x for x, y in zip(out[1:], m) if not y]
    result("tarmac", bad[0] if bad else difference(
        [(int(x[1]), int(x[3], 16), int(x[4], 16)) for x in m if x[3]],
        [(i.count, i.va, i.word) for i in rows]))
    have = (sum(" R " in x for x in out), sum(" M" in x for x in out),
            sum(" E " in x for x in out))
    sysregs = sum(" # sysreg " in x for x in lines)
    want = (regs + sysregs, mems, takes)
    times = [int(x[1]) for x in m if x]
    result("tarmac-events", None if have == want and min(want) > 20 and
           times == sorted(times) else "%s; wanted %s" % (have, want))

    out = tool("dump", "--format", "gem5", trace).splitlines()
    m = [GEM5.match(x) for x in out]
    bad = [x for x, y in zip(out, m) if not y]
    result("gem5", bad[0] if bad else difference(
        [(int(x[1]), int(x[4], 16)) for x in m],
        [(1000 * i.count, i.va) for i in rows]))
    values = sum(bool(x and x[7]) for x in m)
    addresses = sum(bool(x and x[8]) for x in m)
    asids = {x[3] for x in m if x}
    result("gem5-values", None if addresses == mems and values > mems and
           asids == {"0", "1", "2"} else "%d values, %d addresses of %d, %s"
           % (values, addresses, mems, asids))

    out = tool("dump", "--format", "qemu", trace).splitlines()
    m = [QEMU.match(x) for x in out]
    blocks = [b for b in map(BLOCK.match,
                             tool("dump", trace).splitlines()) if b]
    result("qemu", difference([(x and x[1], x and x[2]) for x in m],
                              [(b[2], b[4]) for b in blocks]))


def test_stat(kernel, user, trace):
    """stat adds up to the instructions of dump."""
    rows = insns(tool("dump", "--insns", "--source", "--symbols", user.elf,
                      trace))
    stat = json.loads(tool("stat", "--json", "--top", "100000", "--source",
                           "--symbols", user.elf, trace))
    names = collections.Counter(
        i.symbol.split("+")[0] if i.symbol else "(el%d)" % i.el for i in rows)
    got = {f["function"]: f["insns"] for f in stat["functions"]}
    result("stat-functions", difference(sorted(got.items()),
                                        sorted(names.items())))
    calls = collections.Counter(i.symbol for i in rows if i.symbol and
                                "+" not in i.symbol)
    bad = [f for f in stat["functions"] if f["calls"] != calls[f["function"]]]
    result("stat-calls", repr(bad[0]) if bad else None)
    lines = collections.Counter(i.line or "(unknown)" for i in rows)
    result("stat-lines", difference(
        sorted((x["line"], x["insns"]) for x in stat["lines"]),
        sorted(lines.items())))
    codes = collections.Counter(i.text.split()[0] for i in rows)
    result("stat-opcodes", difference(
        sorted((x["opcode"], x["insns"]) for x in stat["opcodes"]),
        sorted(codes.items())))
    hot = stat["blocks"]
    result("stat-blocks", None if sum(b["insns"] for b in hot) == len(rows)
           and hot == sorted(hot, key=lambda b: -b["insns"]) and
           all(b["insns"] == b["runs"] * b["n"] for b in hot) else
           "%d of %d" % (sum(b["insns"] for b in hot), len(rows)))
    text = tool("stat", "--top", "3", trace).splitlines()
    result("stat-text", None if len(text) == 14 and
           "%d" % hot[0]["insns"] in text[1] else "\n".join(text))


def test_bad(tmp, kernel, user, trace):
    """One line and status 2, with what is wrong and what would be right."""
    junk = os.path.join(tmp, "junk")
    with open(junk, "wb") as f:
        f.write(b"no trace at all, and no kernel either" * 100)
    bare = os.path.join(tmp, "bare.tr")
    run(MKTRACE, bare, "header=0")
    cases = {
        "command": (["dumb", trace], ["dumb", "--help"]),
        "no-command": ([], ["--help"]),
        "arguments": (["grep", trace], ["grep", "2"]),
        "option": (["dump", "--frmo", "1", trace], ["frmo"]),
        "format": (["dump", "--format", "vcd", trace],
                   ["vcd", "emu", "qemu", "tarmac", "gem5"]),
        "from": (["dump", "--from", "12x", trace], ["--from", "12x"]),
        "to": (["dump", "--to", "-1", trace], ["--to", "-1"]),
        "pc": (["dump", "--pc", "ffff", trace], ["--pc", "ffff", "LO..HI"]),
        "cpu": (["dump", "--cpu", "2", trace], ["--cpu", "2", "0 to 1"]),
        "el": (["dump", "--el", "4", trace], ["--el"]),
        "events": (["dump", "--events", "irq,dma", trace],
                   ["dma", "exception", "mmio"]),
        "no-file": (["info", "/no/such/trace"], ["/no/such/trace"]),
        "no-trace": (["dump", junk], [junk, "not a trace"]),
        "symbols": (["dump", "--symbols", junk, trace], [junk]),
        "symbols-missing": (["stat", "--symbols", "/no/elf", trace],
                            ["/no/elf"]),
        "symbols-address": (["dump", "--symbols", user.elf + "@there",
                             trace], ["@there", "0x"]),
        "symbols-asid": (["dump", "--symbols", user.elf + ",asid=70000",
                          trace], ["asid", "65535"]),
        "symbols-place": (["dump", "--symbols", kernel.elf, bare],
                          [kernel.elf, "@ADDR"]),
        "image": (["info", "--image", junk, trace], [junk]),
    }
    for name, (words, wanted) in cases.items():
        done = subprocess.run([TRACE] + words, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        good = (done.returncode == 2 and done.stderr.count("\n") == 1 and
                done.stderr.startswith("emu-trace: ") and not done.stdout and
                all(w in done.stderr for w in wanted))
        result("bad-" + name, None if good else repr(done))
    options = set(re.findall(r'^        \{ "([a-z-]+)", ', open(
        "src/tools/emu_trace.c", encoding="ascii").read(), re.MULTILINE))
    text = tool("info", "--help")
    missing = [o for o in options if "--" + o not in text]
    result("help", None if len(options) > 10 and not missing else
           "not in --help: %s" % missing)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../.."))
    for name in (CROSS + "gcc", CROSS + "nm", ADDR2LINE):
        if not shutil.which(name):
            print("%s is missing" % name)
            sys.exit(77)
    with tempfile.TemporaryDirectory() as tmp:
        kernel = Names(program(tmp, "kernel", KERNEL_VA,
                               "asm(\"_text:\");\n"))
        user = Names(program(tmp, "user", USER_VA))
        trace = test_names(tmp, kernel, user)
        test_other_kernel(tmp, kernel)
        test_image(tmp)
        test_boot(tmp)
        sums = os.path.join(tmp, "sums.tr")
        run(MKTRACE, sums, "insns=60000", "chunk=1000")
        test_sums(sums)
        test_insns(sums)
        test_disassembly(tmp, trace)
        test_ranges(trace)
        test_grep(trace)
        test_formats(tmp, kernel)
        test_stat(kernel, user, trace)
        test_bad(tmp, kernel, user, trace)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
