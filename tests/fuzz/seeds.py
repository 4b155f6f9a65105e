#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the inputs that the fuzzers of files and command lines start from.

usage: seeds.py FOLDER

Makes FOLDER/NAME/* for each fuzzer (tests/fuzz/NAME_fuzz.c says what an
input is) and FOLDER/NAME.dict with words that it may use: small real files
(a bare-metal program and its Image when there is an aarch64 compiler, the
board's own device trees) and small made ones.  The same tree gives the same
files.
"""

import gzip
import importlib.util
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
RAM = 0x40000000
KERNEL_VA = 0xffff800080000000
LOOP = struct.pack("<I", 0x14000000)


# --- files ---------------------------------------------------------------

def image(size=0x200, text_offset=0, image_size=0x10000, flags=0xa, pe=True):
    """An arm64 Image, with a PE header as EFI stubs have."""
    head = struct.pack("<IIQQQ", 0x14000000, 0, text_offset, image_size,
                       flags).ljust(56, b"\0")
    head += b"ARM\x64" + struct.pack("<I", 64 if pe else 0)
    if pe:
        opt = struct.pack("<H106xI", 0x20b, 6).ljust(160, b"\0")
        head = b"MZ" + head[2:] + b"PE\0\0" + struct.pack(
            "<HHIIIHH", 0xaa64, 1, 0, 0, 0, len(opt), 0) + opt
        head += struct.pack("<8sIIII16x", b".text", 0x100, 0x100, 0x100,
                            0x100)
    return head.ljust(size, b"\0")


def zboot(payload, kind=b"gzip"):
    """An EFI zboot kernel."""
    head = b"MZ\0\0zimg" + struct.pack("<II", 64, len(payload)) + bytes(8)
    return (head + kind).ljust(64, b"\0") + payload


def elf(segments, entry):
    """An ELF file; segments are (vaddr, paddr, contents, memory size)."""
    head = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, entry, 64, 0, 0, 64, 56,
                        len(segments), 0, 0, 0)
    at, body = 64 + 56 * len(segments), b""
    for vaddr, paddr, data, memory in segments:
        head += struct.pack("<IIQQQQQQ", 1, 7, at + len(body), vaddr, paddr,
                            len(data), memory, 4)
        body += data
    return head + body


def program(folder):
    """A bare-metal program as an ELF file and as a raw binary, or None."""
    objcopy = CC.replace("gcc", "objcopy")
    if not shutil.which(CC) or not shutil.which(objcopy):
        return None
    name = os.path.join(folder, "program%d" % os.getpid())
    with open(name + ".S", "w", encoding="ascii") as f:
        f.write(".global _start\n_start: ldr x0, =0x84000008\n hvc #0\n"
                "1: b 1b\n.data\n.quad 1, 2, 3\n.bss\n.skip 4096\n")
    subprocess.run([CC, "-nostdlib", "-static", "-Wl,-Ttext=0x40080000",
                    "-Wl,--build-id=none", "-Wl,-z,max-page-size=4096",
                    "-Wl,-s", "-o", name, name + ".S"], check=True)
    subprocess.run([objcopy, "-O", "binary", name, name + ".bin"], check=True)
    with open(name, "rb") as f, open(name + ".bin", "rb") as g:
        made = f.read(), g.read()
    for end in ("", ".S", ".bin"):
        os.unlink(name + end)
    return made


def tree(node, cells=(2, 2)):
    """A device tree; a node is (name, {property: bytes}, [nodes])."""
    strings, offsets = b"", {}

    def word(n):
        return struct.pack(">I", n)

    def pad(b):
        return b + bytes(-len(b) % 4)

    def walk(n):
        nonlocal strings
        out = word(1) + pad(n[0].encode() + b"\0")
        for key, value in n[1].items():
            if key not in offsets:
                offsets[key] = len(strings)
                strings += key.encode() + b"\0"
            out += word(3) + word(len(value)) + word(offsets[key])
            out += pad(value)
        return out + b"".join(walk(c) for c in n[2]) + word(2)

    props = {"#address-cells": word(cells[0]), "#size-cells": word(cells[1])}
    body = walk((node[0], {**props, **node[1]}, node[2])) + word(9)
    at = 40 + 16
    return struct.pack(">10I", 0xd00dfeed, at + len(body) + len(strings), at,
                       at + len(body), 40, 17, 16, 0, len(strings),
                       len(body)) + bytes(16) + body + strings


MEMORY = ("memory@40000000", {"device_type": b"memory\0",
                              "reg": bytes(16)}, [])
CHOSEN = ("chosen", {"bootargs": b"quiet\0", "kaslr-seed": bytes(8)}, [])


# --- the fuzzers' inputs -------------------------------------------------

def kernels(made):
    """Kernel files that are not ELF."""
    plain = image()
    yield plain
    yield image(pe=False, size=64)
    yield image(text_offset=0x80000, image_size=0, pe=False)
    yield image(flags=0xe, image_size=0x100000)
    yield gzip.compress(plain, mtime=0)
    yield zboot(gzip.compress(plain, mtime=0))
    yield zboot(b"\x28\xb5\x2f\xfd", b"zstd")
    yield LOOP * 4
    yield bytes(0x202) + b"HdrS"
    yield b"#!/bin/sh\nexec emu -kernel Image\n"
    if made:
        yield made[1]
        yield image(pe=False, size=64) + made[1]


def elves(made):
    """ELF kernels."""
    yield elf([(RAM + 0x80000, RAM + 0x80000, LOOP * 4, 4096)], RAM + 0x80000)
    yield elf([(RAM, RAM, LOOP, 64), (RAM + 4096, RAM + 4096, LOOP, 8)], RAM)
    yield elf([(KERNEL_VA, KERNEL_VA, image(), 0x1000),
               (KERNEL_VA + 0x1000, KERNEL_VA + 0x1000, LOOP, 0x2000)],
              KERNEL_VA)
    yield elf([(0xffff000008080000, 0xffff000008080000, LOOP * 64, 4096)],
              0xffff000008080000)
    if made:
        yield made[0]


def trees():
    """Device trees, the board's among them."""
    yield tree(("", {}, []))
    yield tree(("", {}, [MEMORY, CHOSEN]))
    yield tree(("", {}, [MEMORY, CHOSEN]), (1, 1))
    yield tree(("", {}, [CHOSEN]), (2, 1))
    emu = os.environ.get("EMU_BUILD", "build/release") + "/emu"
    for args in (["-smp", "1"], ["-smp", "2", "-M", "gic-version=2"]):
        name = "%s/seed%d.dtb" % (os.path.dirname(emu), os.getpid())
        if os.path.exists(emu):
            subprocess.run([emu, "-M", "dumpdtb=" + name] + args, check=True)
            with open(name, "rb") as f:
                yield f.read()
            os.unlink(name)


def deflated():
    """Raw deflate streams: fixed, dynamic and stored blocks."""
    text = bytes(range(256)) * 40
    for data, level in ((b"", 9), (LOOP * 4, 9), (text, 9), (text, 0),
                        (image(), 6), (bytes(100000), 9)):
        z = zlib.compressobj(level, zlib.DEFLATED, -15)
        yield z.compress(data) + z.flush()


def initrds():
    """Sizes for initrd_fuzz."""
    for pages, file, memory, offset, size, flags in (
            (8192, 0x200, 0x10000, 0, 0x1000, 0),
            (1024, 0x200, 0x10000, 0x80000, 0x10000, 2),
            (2048, 0x10000, 0x200000, 0, 0x100001, 4),
            (256, 0x100, 0, 0, 0, 1), (0x3fff, 1, 0xffffff, 0, 0x7fffff, 6),
            (0x3fff, 0x40000, 0x400000, 0, 0x400000, 0x70),
            (0x1000, 0x20000, 0x200000, 0x80000, 0x300000, 0x52)):
        yield struct.pack("<H", pages) + b"".join(
            n.to_bytes(3, "little") for n in (file, memory, offset, size)
        ) + bytes([flags]) + b"070701"


def module(name, path):
    """A Python file of another suite."""
    spec = importlib.util.spec_from_file_location(name,
                                                  os.path.join(TOP, path))
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def traces(folder):
    """Trace files: some by hand, and of mktrace if it is built."""
    tracefile = module("tracefile", "tests/export/tracefile.py")
    name = os.path.join(folder, "trace%d" % os.getpid())

    def written():
        with open(name, "rb") as f:
            data = f.read()
        os.unlink(name)
        return data

    t = tracefile.Trace()
    t.block(0x40000000, 4)
    t.write(name)
    yield written()
    t = tracefile.Trace({"machine": "virt", "cpu": "max"}, n_cpus=3)
    for i in range(40):
        cpu = i // 5 % 3
        t.block(0x40000000 + i % 7 * 64, 1 + i % 4, 0x48000000 + i * 4096,
                el=i % 2, cpu=cpu, partial=i % 9 == 8)
        if i % 4 == 1:
            t.event("irq", 27, cpu=cpu, back=1)
        elif i % 8 == 2:
            t.event("console", i, cpu=cpu, line="a line")
            t.event("idle", i, 1 << 40, cpu=cpu)
    t.write(name)
    yield written()
    make = os.environ.get("EMU_BUILD", "build/release") + \
        "/tests/trace/mktrace"
    if os.path.exists(make):
        for args in ("insns=300 chunk=20", "insns=2000 cpus=3 chunk=100",
                     "insns=100 cpus=1 regs=1 header=0",
                     "insns=4000 events=0"):
            subprocess.run([make, name] + args.split(), check=True)
            yield written()


def command_lines():
    """What the cli suite tries, and an example of each option."""
    cli = module("cli", "tests/cli/run.py")
    for case in cli.BAD + cli.FINE:
        yield "\n".join(case[1]).encode()
    for args in (
            "-M virt,gic-version=2,accel=tcg -cpu cortex-a72 -smp 8 -m 1G",
            "--kernel=k --initrd=i --append=quiet -dtb d -nographic",
            "-kernel k -serial file:out -nodefaults -display none",
            "-kernel k -rtc base=2024-01-31T12:00:00,clock=vm -seed 0x12",
            "-kernel k -icount shift=3,align=off -timeout 1.5 -no-reboot",
            "-kernel k -exit-after 3M -hash-every 20K -final-state",
            "-kernel k -d in_asm,int -D log -engine eval -accel tcg",
            "-kernel k -X tb-max=1,nochain,noopt,cold,far,ra-shuffle=7",
            "-kernel k -X cache=256K,tags=2,host=sse42 -cpu max,sve=off",
            "-M virt,dumpdtb=a,,b.dtb -smp cpus=4 -m size=64M"):
        yield "\n".join(args.split(" ")).encode()


def quoted(words):
    """libFuzzer's dictionary."""
    return "".join('"%s"\n' % "".join("\\x%02x" % c for c in w)
                   for w in words)


def dictionaries():
    with open(os.path.join(TOP, "src/options.c"), encoding="utf-8") as f:
        strings = re.findall(r'"([^"\\\n ]{1,24})"', f.read())
    words = sorted({s for s in strings if re.fullmatch(r"[\w:=,.-]+", s)})
    args = [w.encode() for w in words] + [
        b"\n-" + w.encode() + b"\n" for w in words if w.islower()]
    kernel = [b"MZ", b"zimg", b"gzip", b"PE\0\0", b"ARM\x64", b"\x7fELF",
              b"\x1f\x8b\x08", b"\x0b\x02", struct.pack("<Q", KERNEL_VA),
              struct.pack("<Q", RAM), struct.pack("<Q", RAM + 0x80000)]
    props = [b"#address-cells\0", b"#size-cells\0", b"device_type\0",
             b"memory\0", b"chosen\0", b"bootargs\0", b"reg\0",
             b"kaslr-seed\0", b"rng-seed\0", b"\0\0\0\1", b"\0\0\0\2",
             b"\0\0\0\3", b"\0\0\0\4", b"\0\0\0\x09"]
    trace = [b"HEAD", b"DEFS", b"CHNK", b"ENDR", b"INDX", b"EMUTREND",
             b"\x89EMUTRC\n", b"\x28\xb5\x2f\xfd", b"\0\1\0", b"\0\2\1",
             b"\xff" * 9 + b"\x01", b"\x80\x80\x40", struct.pack("<Q", 1 << 62)]
    return {"cmdline": args, "image": kernel, "elf": kernel, "dtb": props,
            "trace": trace}


def main():
    folder = sys.argv[1]
    # Programs of a MODE=fuzz build would leave a profile where they run.
    os.environ["LLVM_PROFILE_FILE"] = "/dev/null"
    os.makedirs(folder, exist_ok=True)
    made = program(folder)
    inputs = {
        "image": [bytes([i % 16]) + k for i, k in enumerate(kernels(made))] +
                 [b"\x0b" + image()],
        "elf": [bytes([3 + 4 * (i % 2)]) + k
                for i, k in enumerate(elves(made))],
        "dtb": [bytes([f]) + t for t in trees() for f in (0x0b, 0x23, 0x13)],
        "gzip": [bytes([f]) + d for d in deflated() for f in (3, 27)] +
                [b"\x13" + b"\x07" + bytes(7)] +
                [bytes([0x17]) + gzip.compress(image(), mtime=0)[3:]],
        "initrd": list(initrds()),
        "cmdline": list(command_lines()),
        "trace": [bytes([f]) + t for t in traces(folder)
                  for f in (0, 1, 2, 6)],
    }
    for name, all_of_it in inputs.items():
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        for i, data in enumerate(all_of_it):
            with open(os.path.join(folder, name, "seed%03d" % i), "wb") as f:
                f.write(data)
    for name, words in dictionaries().items():
        with open(os.path.join(folder, name + ".dict"), "w",
                  encoding="ascii") as f:
            f.write(quoted(words))


if __name__ == "__main__":
    main()
