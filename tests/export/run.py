#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""emu-trace export, read by readers of its three formats that are here.

drcov: modules, offsets and filters of traces written by hand.  perfetto:
spans, names and times of such a trace; of made-up machines, cut short
anywhere, that all spans nest.  lcov: a program that qemu-aarch64 ran, with
literal counts.  And that the output is whole or not there.  Full: Linux on
four CPUs; console lines are where their own virtual time says, and the
kernel's functions where its kallsyms say.
"""

import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from readers import (Problem, Span, expect, read_drcov, read_lcov,
                     read_timeline)
from tracefile import Trace

BUILD = os.environ.get("EMU_BUILD", "build/release")
TOOL = os.path.join(BUILD, "emu-trace")
MKTRACE = os.path.join(BUILD, "tests/trace/mktrace")
EMU = os.path.join(BUILD, "emu")
SYMDUMP = os.path.join(BUILD, "tests/symbols/symdump")
GUESTS = os.path.join(os.environ.get("EMU_CACHE", "cache"), "guests")
LEVEL = os.environ.get("EMU_TEST_LEVEL", "quick")
CROSS = "aarch64-linux-gnu-"
QEMU = "qemu-aarch64"
SEED = 6

KERNEL_PA, KERNEL_SIZE = 0x40200000, 0x100000
LINK_VA, KERNEL_VA = 0xFFFF800080000000, 0xFFFF8000A1230000
HEADER = {"machine": "virt", "kernel": "/boot/Image",
          "kernel.pa": hex(KERNEL_PA), "kernel.size": hex(KERNEL_SIZE)}
BL, RET, SVC = 0x94000010, 0xD65F03C0, 0xD4000001
NOP = 0xD503201F

failed = 0


def export(form, trace, *options, status=0):
    """What export writes to standard output."""
    done = subprocess.run([TOOL, "export", "--format", form, *options, trace],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode != status:
        raise Problem("%s: status %d: %r" % (form, done.returncode,
                                             done.stderr))
    return done.stdout if status == 0 else done.stderr


# --- drcov ----------------------------------------------------------------

def coverage_trace(path):
    t = Trace(HEADER, n_cpus=2)
    t.block(0x40000000, 6, mmu=False)                  # stub
    t.block(KERNEL_PA, 2, mmu=False)                   # physical
    t.block(KERNEL_PA + 0x80, 3)                       # identity map
    t.block(LINK_VA + 0x1000, 5, KERNEL_PA + 0x1000)   # before it moved
    for i in range(8):
        t.block(KERNEL_VA + 0x2000 + 64 * i, 4, KERNEL_PA + 0x2000 + 64 * i)
    t.block(KERNEL_VA + 0x80, 3, KERNEL_PA + 0x80)     # the same at last
    t.block(KERNEL_VA + 0x2000, 2, KERNEL_PA + 0x2000, partial=True)
    t.block(KERNEL_VA + 0x2004, 1, KERNEL_PA + 0x2004)
    # A module, in memory of its own, and in the kernel's init memory.
    t.block(0xFFFF800079000010, 7, 0x50000010)
    t.block(0xFFFF800079010000, 7, KERNEL_PA + 0x30000)
    # Programs, one of them in the kernel's init memory.
    t.block(0xAAAA00001000, 9, KERNEL_PA + 0x4000, el=0)
    t.block(0xFFFF70001000, 2, 0x60001000, el=0, cpu=1)
    t.block(0xAAAA00001000, 9, 0x61000000, el=0, cpu=1)
    t.write(path)
    return t.count


def test_drcov(tmp):
    path = os.path.join(tmp, "cov")
    total = coverage_trace(path)
    modules, rows = read_drcov(export("drcov", path))
    kernel = {("/boot/Image", 0, 8), ("/boot/Image", 0x80, 12),
              ("/boot/Image", 0x1000, 20), ("/boot/Image", 0x2004, 4)}
    kernel |= {("/boot/Image", 0x2000 + 64 * i, 16) for i in range(8)}
    user = {("unknown-el0-0000aaaa", 0, 36), ("unknown-el0-0000ffff", 0, 8)}
    want = kernel | user | {
        ("boot-stub", 0, 24), ("unknown-el1-ffff8000", 0x10, 28),
        ("unknown-el1-ffff8000", 0x10000, 28)}
    expect(set(rows), want, "blocks")
    expect(len(rows), len(want), "number of blocks")
    found = {m.path: m for m in modules.values()}
    expect(found["/boot/Image"][:2], (KERNEL_VA, KERNEL_VA + KERNEL_SIZE),
           "the kernel's place")
    expect(found["unknown-el0-0000aaaa"].base, 0xAAAA00001000, "a base")
    expect(found["boot-stub"].base, 0x40000000, "the stub's base")
    some = read_drcov(export("drcov", path, "--el", "0"))[1]
    expect(set(some), user, "--el 0")
    some = read_drcov(export("drcov", path, "--cpu", "1"))[1]
    expect(set(some), user, "--cpu 1")
    some = read_drcov(export("drcov", path, "--to", "6"))[1]
    expect(some, [("boot-stub", 0, 24)], "--to 6")
    some = read_drcov(export("drcov", path, "--from", str(total - 9)))[1]
    expect(some, [("unknown-el0-0000aaaa", 0, 36)], "--from")


def test_drcov_nothing_known(tmp):
    """A trace without a header, and a kernel that never left its memory."""
    path = os.path.join(tmp, "bare")
    t = Trace()
    t.block(0x80000, 4, mmu=False)
    t.block(KERNEL_VA, 4, 0x81000)
    t.write(path)
    expect(read_drcov(export("drcov", path))[1],
           [("boot-stub", 0, 16), ("unknown-el1-ffff8000", 0, 16)], "blocks")
    t = Trace(HEADER)
    t.block(KERNEL_PA + 0x80, 4, mmu=False)
    t.block(KERNEL_PA + 0x40, 4, mmu=True)
    t.write(path)
    modules, rows = read_drcov(export("drcov", path))
    expect((modules[0].base, rows), (KERNEL_PA, [
        ("/boot/Image", 0x40, 16), ("/boot/Image", 0x80, 16)]), "physical")


# --- perfetto -------------------------------------------------------------

def exception(t, kind, elr, slot=0x400, from_el=0, cpu=0):
    t.event("exception", slot, from_el, 1, kind << 26, 0, elr, 0, cpu=cpu)


def time_trace(path):
    """A program, a system call with a fault in it, a timer, idle."""
    t = Trace(HEADER, n_cpus=2)
    t.block(0x400000, [NOP] * 9 + [SVC], el=0)                # 0
    exception(t, 0x15, 0x400028)
    t.block(KERNEL_VA, [NOP] * 9 + [BL], KERNEL_PA)           # 10
    exception(t, 0x25, KERNEL_VA + 0x100, slot=0x200, from_el=1)
    t.block(KERNEL_VA + 0x200, 10, KERNEL_PA + 0x200)         # 20
    t.event("eret", 1, 1, KERNEL_VA + 0x100, 0)
    t.block(KERNEL_VA + 0x100, [NOP] * 9 + [RET], KERNEL_PA + 0x100)  # 30
    t.block(KERNEL_VA + 0x28, 10, KERNEL_PA + 0x28)           # 40
    t.event("eret", 1, 0, 0x400028, 0)
    t.block(0x400028, 10, el=0)                               # 50
    exception(t, 0, 0x400050, slot=0x480)
    t.block(KERNEL_VA + 0x300, 10, KERNEL_PA + 0x300)         # 60
    t.event("irq", 27, back=4)
    t.event("irq", 1023)
    t.event("tlbi", 1, 2, line="vmalle1is")
    t.event("console", 5, back=1, line='say "hi"\\')
    t.event("mmu", 1, 1, 0x1234)
    t.event("psci", 0xC4000003, 1, KERNEL_PA, 0, 0)
    t.event("cpu_on", 1, KERNEL_PA, 0)
    t.block(KERNEL_PA, 5, mmu=False, cpu=1)                   # 70
    t.event("wait", 1, cpu=1)
    t.event("wait", 1)
    t.event("idle", 1075, 5000)
    t.block(KERNEL_VA + 0x400, 5, KERNEL_PA + 0x400)          # 75: 5000
    t.write(path)


def test_perfetto(tmp):
    path = os.path.join(tmp, "time")
    time_trace(path)
    spans, rest, other = read_timeline(export("perfetto", path))
    expect(spans["CPU 0"], [
        Span("EL0", 1000, 1010, 0), Span("EL1", 1010, 1050, 0),
        Span("svc", 1010, 1050, 1), Span("data abort", 1020, 1030, 2),
        Span("EL0", 1050, 1060, 0), Span("EL1", 1060, 5005, 0),
        Span("irq intid 27", 1060, 5005, 1),
        Span("wfi", 1075, 5000, 2)], "spans of CPU 0")
    expect(spans["CPU 1"], [Span("EL1", 1070, 5005, 0),
                            Span("wfi", 1075, 5005, 1)], "spans of CPU 1")
    expect(spans["machine"], [Span("idle", 1075, 5000, 0)], "idle")
    expect(sorted(rest), sorted([
        ("C", "machine", 1070, "tlbi"), ("i", "CPU 0", 1070, "irq spurious"),
        ("i", "machine", 1070, 'say "hi"\\'), ("i", "CPU 0", 1070, "MMU on"),
        ("i", "CPU 0", 1070, "psci CPU_ON"), ("i", "CPU 0", 1070, "CPU on"),
    ]), "moments")
    expect((other["machine"], other["cut short"]), ("virt", "no"), "header")
    expect("1 ns" in other["time axis"], True, "the axis is explained")


def test_perfetto_filters(tmp):
    path = os.path.join(tmp, "time2")
    time_trace(path)
    spans, rest, _ = read_timeline(export("perfetto", path, "--events",
                                          "none"))
    expect([s.name for s in spans["CPU 0"]], ["EL0", "EL1", "EL0", "EL1"],
           "--events none")
    expect(rest, [], "moments of --events none")
    spans, _, _ = read_timeline(export("perfetto", path, "--cpu", "1"))
    expect([s.name for s in spans.get("CPU 0", [])], [], "--cpu 1")
    spans, _, _ = read_timeline(export("perfetto", path, "--from", "15",
                                       "--to", "55"))
    expect([s[:3] for s in spans["CPU 0"]], [
        ("EL1", 10, 50), ("data abort", 20, 30), ("EL0", 50, 55)], "a range")
    spans, _, other = read_timeline(export("perfetto", path, "--limit", "4"))
    expect(other["cut short"][:3], "yes", "--limit")
    expect(len(spans["CPU 0"]), 3, "spans of --limit")


def test_perfetto_icount(tmp):
    """Instructions of 8 ns, which two idle events tell."""
    path = os.path.join(tmp, "icount")
    t = Trace()
    t.block(0x1000, 10)
    t.event("idle", 80, 100)
    t.event("idle", 100, 500)
    t.block(0x1000, 10)
    t.event("idle", 580, 1000)
    t.block(0x1000, 10)
    t.write(path)
    spans, _, other = read_timeline(export("perfetto", path))
    expect([s[1:3] for s in spans["machine"]],
           [(80, 100), (100, 500), (580, 1000)], "idle")
    expect(spans["CPU 0"], [Span("EL1", 0, 1080, 0)], "all of it")
    expect("8 ns" in other["time axis"], True, "the axis")
    # The header says 16 ns, and the first idle event where that begins.
    t = Trace({"icount": "4"})
    t.block(0x1000, 10)
    t.event("idle", 1160, 2000)
    t.block(0x1000, 10)
    t.write(path)
    spans, _, other = read_timeline(export("perfetto", path))
    expect(spans["CPU 0"], [Span("EL1", 1000, 2160, 0)], "all of it")
    expect(read_timeline(export("perfetto", path, "--to", "10"))[0]["CPU 0"],
           [Span("EL1", 0, 160, 0)], "its beginning alone")


def test_perfetto_functions(tmp):
    path = os.path.join(tmp, "time3")
    time_trace(path)
    spans, _, _ = read_timeline(export("perfetto", path, "--functions"))
    a = "0x%x" % KERNEL_VA
    expect(spans["CPU 0"][:8], [
        Span("EL0", 1000, 1010, 0), Span("0x400000", 1000, 1010, 1),
        Span("EL1", 1010, 1050, 0), Span("svc", 1010, 1050, 1),
        Span(a, 1010, 1050, 2), Span("data abort", 1020, 1030, 3),
        Span("0x%x" % (KERNEL_VA + 0x200), 1020, 1030, 4),
        Span("0x%x" % (KERNEL_VA + 0x100), 1030, 1040, 3)], "calls")
    # A return to where nobody called from: another thread.
    t = Trace()
    t.block(0x1000, [NOP, BL])
    t.block(0x2000, [NOP, BL])
    t.block(0x3000, [NOP, RET])
    t.block(0x7000, [NOP, RET])
    t.block(0x2008, [NOP, NOP])
    t.write(path)
    spans, _, _ = read_timeline(export("perfetto", path, "--functions"))
    expect(spans["CPU 0"], [
        Span("EL1", 0, 10, 0), Span("0x1000", 0, 6, 1),
        Span("0x2000", 2, 6, 2), Span("0x3000", 4, 6, 3),
        Span("0x7000", 6, 8, 1), Span("0x2008", 8, 10, 1)], "another thread")


def test_perfetto_anywhere(tmp):
    """Made-up machines, whole and cut short: spans nest."""
    rand = random.Random(SEED)
    path, cut = os.path.join(tmp, "made"), os.path.join(tmp, "made-cut")
    for seed in (1, 2, 3):
        subprocess.run([MKTRACE, path, "seed=%d" % seed, "cpus=3",
                        "insns=30000", "chunk=500"], check=True)
        spans, _, _ = read_timeline(export("perfetto", path, "--functions"))
        for cpu in ("CPU 0", "CPU 1"):
            names = {s.name for s in spans[cpu]}
            expect({"EL0", "EL1", "svc", "irq intid 27"} - names, set(), cpu)
        with open(path, "rb") as f:
            data = f.read()
        sizes = set()
        for _ in range(10):
            with open(cut, "wb") as f:
                f.write(data[:rand.randrange(len(data) // 3, len(data))])
            out = export("perfetto", cut, "--functions")
            read_timeline(out)
            sizes.add(len(out))
            read_drcov(export("drcov", cut))
            start = rand.randrange(30000)
            read_timeline(export("perfetto", path, "--from", str(start),
                                 "--to", str(start + rand.randrange(9000)),
                                 "--limit", str(rand.randrange(400))))
        if len(sizes) < 3:
            raise Problem("cut files are all alike")


# --- lcov -----------------------------------------------------------------

PROGRAM = """\
int counter;
int work(int x)
{
    int sum = 0;
    for (int i = 0; i < x; i++)
        sum += i;
    return sum;
}
int never(int x)
{
    return x + 1;
}
void _start(void)
{
    counter = work(work(5) - 7);
    if (counter == 99)
        counter = never(1);
    __asm__ volatile("mov x0, 0; mov x8, 94; svc 0");
}
"""
# Line: executions.  work(5) is 10, work(3) is 3.
LINES = {3: 2, 4: 2, 6: 8, 7: 2, 10: 0, 11: 0, 15: 1, 16: 1, 17: 0, 18: 1}


def compile_program(tmp):
    """The program and its code as (address, words)."""
    exe, source = os.path.join(tmp, "prog"), os.path.join(tmp, "prog.c")
    with open(source, "w", encoding="ascii") as f:
        f.write(PROGRAM)
    subprocess.run([CROSS + "gcc", "-g", "-O0", "-fpatchable-function-entry=2",
                    "-ffreestanding", "-nostdlib",
                    "-static", "-o", exe, source], check=True)
    subprocess.run([CROSS + "objcopy", "-O", "binary", "-j", ".text", exe,
                    exe + ".bin"], check=True)
    out = subprocess.run([CROSS + "objdump", "-h", exe], check=True,
                         text=True, stdout=subprocess.PIPE).stdout
    base = int(re.search(r" \.text +\w+ +(\w+)", out).group(1), 16)
    with open(exe + ".bin", "rb") as f:
        data = f.read()
    return exe, source, base, struct.unpack("<%dI" % (len(data) // 4), data)


def program_trace(tmp, path):
    """The blocks of a run under qemu, which tells each instruction."""
    exe, source, base, words = compile_program(tmp)
    log = os.path.join(tmp, "exec")
    subprocess.run([QEMU, "-singlestep", "-d", "exec,nochain", "-D", log,
                    exe], check=True)
    with open(log, encoding="ascii") as f:
        pcs = [int(m.group(1), 16) for m in
               re.finditer(r"\[\w+/(\w+)/\w+/\w+\]", f.read())]
    t, start = Trace(), pcs[0]
    for i, pc in enumerate(pcs):
        word = words[(pc - base) // 4]
        if (i + 1 == len(pcs) or pcs[i + 1] != pc + 4 or
                word >> 26 in (5, 0x25) or word >> 24 in (0x54, 0xD6)):
            t.block(start, words[(start - base) // 4:(pc - base) // 4 + 1],
                    el=0)
            start = pcs[i + 1] if i + 1 < len(pcs) else 0
    t.write(path)
    return exe, source, base


def test_lcov(tmp):
    path = os.path.join(tmp, "lines")
    exe, source, base = program_trace(tmp, path)
    files = read_lcov(export("lcov", path, "--symbols", exe))
    name = [f for f in files if f.endswith("prog.c")]
    expect(len(files), 1, "files, as %s" % name)
    lines, functions, where = files[name[0]]
    got = {n: lines.get(n) for n in LINES}
    expect(got, LINES, "executions of lines")
    expect(lines[5] >= 10, True, "the loop's line")
    expect(functions, {"work": 2, "never": 0, "_start": 1}, "functions")
    expect(where, {"work": 3, "never": 10, "_start": 14}, "their lines")
    # The same program as a module of drcov.
    modules, rows = read_drcov(export("drcov", path, "--symbols", exe))
    expect([os.path.basename(m.path) for m in modules.values()], ["prog"],
           "modules")
    link = modules[0].base
    inside = {start + link for _, start, _ in rows}
    expect(min(inside) >= base, True, "offsets")
    # Nothing is known: an empty file.
    expect(export("lcov", path), b"TN:emu\n", "without symbols")
    if shutil.which("lcov"):
        info = os.path.join(tmp, "a.info")
        export("lcov", path, "--symbols", exe, "-o", info)
        out = subprocess.run(["lcov", "--summary", info], check=True,
                             text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT).stdout
        expect("(2 of 3 functions)" in out, True, "lcov: " + out)
    del source


# --- output ---------------------------------------------------------------

def test_output(tmp):
    path, out = os.path.join(tmp, "o"), os.path.join(tmp, "out")
    subprocess.run([MKTRACE, path], check=True)
    before = set(os.listdir(tmp))
    for form in ("drcov", "perfetto", "lcov"):
        expect(export(form, path, "-o", out), b"", "standard output")
        with open(out, "rb") as f:
            expect(f.read(), export(form, path), form + " with -o")
        expect(export(form, path, "-o", "-"), export(form, path), "-o -")
        expect(export(form, path, "-o", "/dev/stdout"), export(form, path),
               "-o to no file")
    expect(set(os.listdir(tmp)), before | {"out"}, "files")
    # A damaged trace: what was there stays, and nothing else comes.
    with open(path, "rb") as f:
        data = bytearray(f.read())
    data[data.index(b"CHNK") + 80] ^= 1
    with open(path, "wb") as f:
        f.write(data)
    with open(out, "wb") as f:
        f.write(b"old")
    for form in ("drcov", "perfetto"):
        error = export(form, path, "-o", out, status=2)
        expect(error.count(b"\n"), 1, "lines of %r" % error)
    with open(out, "rb") as f:
        expect(f.read(), b"old", "the old output")
    expect(set(os.listdir(tmp)), before | {"out"}, "files")


def test_bad_command_lines(tmp):
    path = os.path.join(tmp, "c")
    subprocess.run([MKTRACE, path], check=True)
    for options in (["export", path], ["export", "--format", "emu", path],
                    ["dump", "--format", "drcov", path],
                    ["export", "--format", "drcov"],
                    ["export", "--format", "perfetto", "--limit", "-1", path],
                    ["export", "--format", "drcov", "-o", tmp + "/no/x",
                     path],
                    ["export", "--format", "lcov", "--symbols", "/no/file",
                     path]):
        done = subprocess.run([TOOL] + options, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        expect((done.returncode, done.stdout, done.stderr.count(b"\n")),
               (2, b"", 1), " ".join(options))


# --- Linux ----------------------------------------------------------------

def boot(tmp, image):
    """The trace of a boot on four CPUs that waits for a second."""
    path, initrd = os.path.join(tmp, "boot"), os.path.join(tmp, "initrd")
    subprocess.run([sys.executable, "scripts/mkinitrd.py", "--busybox",
                    os.path.join(GUESTS, "busybox/busybox"), "--output",
                    initrd], check=True)
    with open(path + ".in", "w+", encoding="ascii") as typed:
        typed.write("sleep 1\npoweroff -f\n")
        typed.seek(0)
        subprocess.run([EMU, "-smp", "4", "-kernel", image, "-initrd", initrd,
                        "-append", "console=ttyAMA0", "-trace", path],
                       check=True, stdin=typed, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    return path


def test_boot(tmp):
    image = os.path.join(GUESTS, "cloud/Image")
    path = boot(tmp, image)
    timeline = export("perfetto", path)
    spans, _, _ = read_timeline(timeline)
    dump = subprocess.run([TOOL, "dump", "--events", "console", "--pc",
                           "0..0", path], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    want = [int(ns, 16) for ns in re.findall(r"# console ns=0x(\w+)", dump)]
    got = [round(e["ts"] * 1000) for e in json.loads(timeline)["traceEvents"]
           if e["ph"] == "i" and "line" in e["args"]]
    # The line was written during the instruction before.
    expect([ns - 1 for ns in got], want, "times of console lines")
    expect(len(want) > 150, True, "there are console lines")
    longest = max(s.end - s.start for s in spans["machine"])
    expect(longest > 3000000, True, "there is idle time")
    for cpu in ("CPU 0", "CPU 1", "CPU 2", "CPU 3"):
        names = {s.name for s in spans[cpu]}
        expect({"EL0", "EL1", "svc", "wfi", "irq intid 27"} - names, set(),
               "spans of " + cpu)
    modules, rows = read_drcov(export("drcov", path))
    out = subprocess.run([SYMDUMP, "kallsyms", image], check=True, text=True,
                         stdout=subprocess.PIPE).stdout.splitlines()
    places = {w[3]: int(w[0], 16) for w in map(str.split, out[1:])}
    starts = {start for name, start, _ in rows if name == image}
    for name in ("primary_entry", "__enable_mmu", "start_kernel",
                 "rest_init", "secondary_start_kernel", "schedule"):
        expect(places[name] - places["_text"] in starts, True, name)
    for name in ("panic", "do_undefinstr"):
        expect(places[name] - places["_text"] in starts, False, name)
    base, = [m.base for m in modules.values() if m.path == image]
    expect((base - places["_text"]) % 65536, 0, "KASLR's bias")


TESTS = {
    "drcov": test_drcov, "drcov-nothing-known": test_drcov_nothing_known,
    "perfetto": test_perfetto, "perfetto-filters": test_perfetto_filters,
    "perfetto-icount": test_perfetto_icount,
    "perfetto-functions": test_perfetto_functions,
    "perfetto-anywhere": test_perfetto_anywhere, "lcov": test_lcov,
    "boot": test_boot, "output": test_output,
    "bad-command-lines": test_bad_command_lines,
}


def main():
    global failed
    for name, test in TESTS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        if name == "lcov" and not (shutil.which(CROSS + "gcc") and
                                   shutil.which(QEMU)):
            print("skip %s # %sgcc or %s is missing" % (name, CROSS, QEMU))
            continue
        if name == "boot":
            if LEVEL == "quick" and name not in sys.argv[1:]:
                continue
            if not os.path.exists(os.path.join(GUESTS, "cloud/Image")):
                print("skip boot # scripts/fetch-guest.sh cloud busybox")
                continue
        with tempfile.TemporaryDirectory(prefix="emu-export-") as tmp:
            try:
                test(tmp)
                print("ok " + name)
            except (Problem, subprocess.CalledProcessError, ValueError,
                    KeyError) as e:
                failed += 1
                print("not ok %s\n  %s: %s" % (name, type(e).__name__, e))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
