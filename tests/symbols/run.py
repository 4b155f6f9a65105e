#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare src/symbols with nm and LLVM's addr2line.

Every level: symbols and source lines of a small AArch64 program built here,
as program, object and stripped.  Full: every kernel in the cache has
kallsyms, with _text and start_kernel.  Long: all symbols of the cloud kernel
against its vmlinux, 1000 random ones by name, and the lines of random
addresses (scripts/fetch-guest.sh cloud-dbg fetches it, 262 MB).
"""

import bisect
import collections
import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("EMU_BUILD", "build/release")
CACHE = os.environ.get("EMU_CACHE", "cache")
LEVEL = os.environ.get("EMU_TEST_LEVEL", "quick")
SYMDUMP = os.path.join(BUILD, "tests/symbols/symdump")
CROSS = "aarch64-linux-gnu-"
# Not binutils': it takes files of DWARF 5 headers for their includer.
ADDR2LINE = "llvm-addr2line-19"
KERNELS = ("cloud", "full", "rt", "installer")
SEED = 5

Symbol = collections.namedtuple("Symbol", "va size type name")

PROGRAM = """
static int twice(int x) { return 2 * x; }
__attribute__((noinline)) int work(int x)
{
    int sum = 0;
    for (int i = 0; i < x; i++)
        sum += twice(i) ^ i;
    return sum;
}
int counter;
const int table[4] = { 1, 2, 3, 4 };
__attribute__((weak)) int other(void) { return table[counter & 3]; }
void _start(void) { counter = work(5) + other(); for (;;); }
"""

failed = 0


def result(name, problem=None):
    """Print the line of one test."""
    global failed
    failed += problem is not None
    print("%s symbols/%s%s" % ("ok" if problem is None else "not ok", name,
                               "" if problem is None else "\n  " + problem))


def run(*command, text=None):
    """Standard output of a command that must succeed."""
    return subprocess.run(command, check=True, input=text, text=True,
                          stdout=subprocess.PIPE).stdout


def dump(what, path):
    """The header's words and the symbols that symdump prints."""
    lines = run(SYMDUMP, what, path).splitlines()
    symbols = []
    for line in lines[1:]:
        va, size, kind, name = line.split(" ", 3)
        symbols.append(Symbol(int(va, 16), int(size, 16), kind, name))
    return lines[0].split(), symbols


def nm(path):
    """(va, name) of all symbols that are no assembler's marks."""
    found = set()
    for line in run(CROSS + "nm", path).splitlines():
        words = line.split(" ", 2)
        if words[0] and words[1] not in "aAU" and words[2][0] != "$":
            found.add((int(words[0], 16), words[2]))
    return found


def ask(what, path, addresses):
    """What symdump says about each address."""
    text = "".join("%x\n" % a for a in addresses)
    return run(SYMDUMP, what, path, text=text).splitlines()


def normal(line):
    """FILE:LINE as both programs agree on it."""
    line = line.split(" (discriminator")[0]
    file, _, number = line.rpartition(":")
    return "%s:%s" % (os.path.normpath(file) if file != "??" else file,
                      "0" if number == "?" else number)


def same_line(got, want):
    """Do both mean one line?  addr2line puts the folder of the build first."""
    got, want = normal(got), normal(want)
    return got == want or (not got.startswith("/") and
                           want.endswith("/" + got))


def compare_lines(path, addresses):
    """Complaint about lines that addr2line sees in another way, or None."""
    text = "".join("0x%x\n" % a for a in addresses)
    want = run(ADDR2LINE, "--no-inlines", "-e", path,
               text=text).splitlines()
    got = ask("lines", path, addresses)
    searches = int(got.pop(), 16)
    if searches != len(set(addresses)):
        return "%d searches for %d addresses" % (searches,
                                                 len(set(addresses)))
    bad = ["%x: %s, addr2line says %s" % (a, g, w)
           for a, g, w in zip(addresses, got, want)
           if not same_line(g, w)]
    known = sum(not g.startswith("??") for g in got)
    if known < len(got) // 2:
        bad.append("only %d of %d addresses have a line" % (known, len(got)))
    return "%d differ: %s" % (len(bad), "; ".join(bad[:5])) if bad else None


def test_small(tmp):
    """A program of our own, whole, as an object, and stripped."""
    source, obj, exe = (os.path.join(tmp, n) for n in ("a.c", "a.o", "a"))
    with open(source, "w", encoding="ascii") as f:
        f.write(PROGRAM)
    run(CROSS + "gcc", "-g", "-O1", "-ffreestanding", "-c", "-o", obj, source)
    run(CROSS + "gcc", "-g", "-O1", "-ffreestanding", "-nostdlib", "-static",
        "-Wl,--build-id", "-o", exe, source)
    head, symbols = dump("elf", exe)
    got = {(s.va, s.name) for s in symbols}
    want = nm(exe)
    result("program", None if got == want and len(head[3]) == 40 else
           "differs from nm: %s, %s" % (sorted(got ^ want), head))
    code = [s for s in symbols if s.name in ("work", "other", "_start")]
    addresses = [a for s in code for a in range(s.va, s.va + s.size, 4)]
    result("program-lines", compare_lines(exe, addresses + addresses))
    want = ["%s%s" % (s.name, "+0x%x" % o if o else "")
            for s in code for o in range(0, s.size, 4)]
    result("program-names", None if ask("lookup", exe, addresses) == want
           else "addresses have other names")
    head, symbols = dump("elf", obj)
    got = {(s.va, s.name) for s in symbols}
    want = {(va, n) for va, n in nm(obj) if n in ("work", "other", "_start")}
    result("object", None if got == want and int(head[1], 16) == 0 else
           "differs from nm: %s" % sorted(got ^ want))
    addresses = [a for s in symbols for a in range(s.va, s.va + s.size, 4)]
    result("object-lines", compare_lines(obj, addresses))
    run(CROSS + "strip", exe)
    result("stripped", None if dump("elf", exe)[1] == [] else
           "symbols of a stripped file")


def test_kernel(name):
    """kallsyms of one kernel; its symbols."""
    path = os.path.join(CACHE, "guests", name, "Image")
    if not os.path.exists(path):
        print("skip symbols/kallsyms-%s # scripts/fetch-guest.sh %s" %
              (name, name))
        return []
    head, symbols = dump("kallsyms", path)
    names = {s.name: s.va for s in symbols}
    text = int(head[1], 16)
    problem = None
    if names.get("_text") != text or text % 65536:
        problem = "_text is %s" % names.get("_text")
    elif names.get("start_kernel", 0) <= text or "vprintk" not in names:
        problem = "no start_kernel"
    elif int(head[0], 16) < 40000:
        problem = "only %d symbols" % int(head[0], 16)
    result("kallsyms-" + name, problem)
    print("| %-10s %6d symbols  _text %x  start_kernel %x  %s" % (
        name, int(head[0], 16), text, names.get("start_kernel", 0), head[2]))
    return symbols


def test_gzip(symbols):
    """A gzip'ed kernel has the same symbols."""
    path = os.path.join(CACHE, "guests/cloud/Image")
    if not symbols:
        print("skip symbols/kallsyms-gzip # scripts/fetch-guest.sh cloud")
        return
    with tempfile.NamedTemporaryFile(suffix=".gz") as out:
        with open(path, "rb") as f:
            out.write(gzip.compress(f.read(), 1))
        out.flush()
        result("kallsyms-gzip", None if dump("kallsyms", out.name)[1] ==
               symbols else "other symbols")


def test_boot(symbols):
    """The blocks of a boot: KASLR, and the physical alias before it."""
    image = os.path.join(CACHE, "guests/cloud/Image")
    if not symbols:
        print("skip symbols/boot # scripts/fetch-guest.sh cloud")
        return
    with subprocess.Popen(
            [os.path.join(BUILD, "emu"), "-kernel", image, "-d", "exec",
             "-D", "/dev/stdout", "-exit-after", "4000000", "-serial",
             "null"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL) as emu:
        rows = subprocess.run([SYMDUMP, "boot", image], text=True, check=True,
                              stdin=emu.stdout,
                              stdout=subprocess.PIPE).stdout.splitlines()
    bias = [int(r, 16) for r in rows if " " not in r]
    blocks = [r.split() for r in rows if " " in r]
    before = [b for b in blocks if b[0] == "p"]
    after = [b for b in blocks if b[0] == "m"]
    # emu's own boot stub has no name.
    wrong = [b for b in blocks[1:] if b[2] != b[3] or b[2] == "-"]
    names = {b[2] for b in blocks}
    problem = None
    if wrong:
        problem = "%d blocks, as %s" % (len(wrong), wrong[:5])
    elif len(bias) != 1 or not bias[0] or bias[0] % 65536:
        problem = "bias %s" % bias
    elif len(before) < 100 or len(after) < 100:
        problem = "%d blocks before, %d after" % (len(before), len(after))
    elif not {"_text", "primary_entry", "start_kernel"} <= names:
        problem = "primary_entry or start_kernel did not run"
    result("boot", problem)
    print("| boot: %d blocks named before the MMU is on and %d after, KASLR "
          "bias %x" % (len(before), len(after), bias[0] if bias else 0))


def test_not_kernels():
    """Files without kallsyms: one line, status 1."""
    for name in (sys.executable, os.devnull, "/no/such/file"):
        done = subprocess.run([SYMDUMP, "kallsyms", name], text=True,
                              stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.PIPE)
        good = (done.returncode == 1 and not done.stdout and
                done.stderr.count("\n") == 1 and name in done.stderr)
        result("no-kernel-" + os.path.basename(name),
               None if good else repr(done))


def test_vmlinux(symbols):
    """The cloud kernel's kallsyms and vmlinux."""
    path = os.path.join(CACHE, "guests/cloud-dbg/vmlinux")
    if not os.path.exists(path) or not symbols:
        print("skip symbols/vmlinux # scripts/fetch-guest.sh cloud-dbg")
        return
    judge = nm(path)
    wrong = [s for s in symbols if (s.va, s.name) not in judge]
    result("vmlinux-all", "%d of %d are not in vmlinux: %s" % (
        len(wrong), len(symbols), wrong[:5]) if wrong else None)
    rand = random.Random(SEED)
    some = rand.sample(symbols, 1000)
    wrong = [s for s in some if (s.va, s.name) not in judge]
    result("vmlinux-1000", "%d wrong" % len(wrong) if wrong else None)
    start = time.monotonic()
    head, own = dump("elf", path)
    seconds = time.monotonic() - start
    own = {(s.va, s.name) for s in own}
    missing = {(va, n) for va, n in judge - own}
    result("vmlinux-elf", "%d differ from nm: %s, %s" % (
        len(own ^ judge), sorted(missing)[:5], sorted(own - judge)[:5])
        if own != judge else None)
    print("| vmlinux: %d symbols in %.1f s, build-id %s; all %d and 1000 "
          "random kallsyms are nm's" % (len(own), seconds, head[3],
                                        len(symbols)))
    test_vmlinux_lines(path, symbols, rand)


def test_vmlinux_lines(path, symbols, rand):
    """Random addresses in functions: names and lines."""
    vas = sorted({s.va for s in symbols if s.type in "tT"})
    addresses = []
    while len(addresses) < 1000:
        s = rand.choice(symbols)
        if s.type in "tT" and s.size >= 4:
            addresses.append(s.va + rand.randrange(0, min(s.size, 512), 4))
    result("vmlinux-lines", compare_lines(path, addresses))
    bad = []
    for va, name in zip(addresses, ask("lookup", path, addresses)):
        offset = int(name.partition("+0x")[2] or "0", 16)
        if name != "-" and va - offset < vas[bisect.bisect(vas, va) - 1]:
            bad.append("%x %s" % (va, name))
    result("vmlinux-lookup", "; ".join(bad[:5]) if bad else None)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../.."))
    for tool in (CROSS + "gcc", CROSS + "nm", ADDR2LINE):
        if not shutil.which(tool):
            print("%s is missing" % tool)
            sys.exit(77)
    with tempfile.TemporaryDirectory() as tmp:
        test_small(tmp)
    test_not_kernels()
    if LEVEL != "quick":
        kernels = {name: test_kernel(name) for name in KERNELS}
        test_gzip(kernels["cloud"])
        test_boot(kernels["cloud"])
        if LEVEL == "long":
            test_vmlinux(kernels["cloud"])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
