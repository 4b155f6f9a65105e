#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Give emu bad input and see that it says so.

Each case runs emu in an empty folder and expects exit status 1, nothing on
standard output, and exactly one line on standard error that starts with
"emu: " and holds certain words: the value that is wrong and what would be
right.  No file, process or shared memory may be left behind.  A few good
command lines (--help, -M dumpdtb=) expect status 0.

Prints "ok NAME", "not ok NAME" with the reason, or "skip NAME # reason"; the
status tells if anything failed.  EMU_BUILD names the build folder
(build/release), arguments choose the cases by a part of their name.
"""

import gzip
import os
import shutil
import struct
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                   "..", ".."))
EMU = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"), "emu")
SECONDS = 60
RAM = 0x40000000


# --- Files ----------------------------------------------------------------

def image(size=0x1000, text_offset=0, image_size=0x2000, flags=0xa):
    """An arm64 Image whose code is a branch to itself."""
    head = struct.pack("<IIQQQ", 0x14000000, 0, text_offset, image_size,
                       flags)
    head = head.ljust(56, b"\0") + b"ARM\x64" + bytes(4)
    return head.ljust(size, b"\0")[:size]


def signed_image():
    """An Image with a PE header that says the file has 4096 bytes."""
    pe = b"PE\0\0" + struct.pack("<HHIIIHH", 0xaa64, 1, 0, 0, 0, 0, 0)
    pe += struct.pack("<8sIIII16x", b".text", 0xf00, 0x100, 0xf00, 0x100)
    data = bytearray(image())
    data[0:4] = b"MZ\0\x91"
    data[60:64] = struct.pack("<I", 64)
    data[64:64 + len(pe)] = pe
    return bytes(data)


def elf(address=RAM, machine=183, elf_class=2, order=1, kind=2, filesz=64,
        memsz=64):
    """An ELF file with one segment of branches to themselves."""
    head = b"\x7fELF" + bytes([elf_class, order, 1]) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, address, 64, 0,
                        0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 7, 120, address, address, filesz,
                        memsz, 4)
    return head + struct.pack("<I", 0x14000000) * 16


def damaged(data, at):
    """The data with one byte changed."""
    return data[:at] + bytes([data[at] ^ 0xff]) + data[at + 1:]


ZIPPED = gzip.compress(image(0x4000) + os.urandom(0x1000), mtime=0)

FILES = {
    "good": image(),
    "empty": b"",
    "tiny": b"\x1f\x20",
    "text": b"#!/bin/sh\nexec emu -kernel Image\n",
    "cut-header": image(60),
    "cut-image": signed_image()[:4095],
    "big-endian": image(flags=0xb),
    "huge-image": image(image_size=1 << 40),
    "odd-offset": image(text_offset=2),
    "bzimage": bytes(0x202) + b"HdrS" + bytes(0x1000),
    "xz": b"\xfd7zXZ\0" + bytes(100),
    "cut.gz": ZIPPED[:-9],
    "damaged.gz": damaged(ZIPPED, len(ZIPPED) - 6),
    "bomb.gz": gzip.compress(bytes(80 << 20), 9, mtime=0),
    "twice.gz": gzip.compress(ZIPPED, mtime=0),
    "x86.elf": elf(machine=62),
    "32bit.elf": elf(elf_class=1),
    "be.elf": elf(order=2),
    "object.elf": elf(kind=1),
    "low.elf": elf(address=0x1000),
    "large.elf": elf(memsz=1 << 40),
    "wrap.elf": elf(address=0xffffffffffffffc0, memsz=256),
    "cut.elf": elf()[:150],
    "short.elf": elf()[:40],
    "shrunk.elf": elf(memsz=16),
    "bad.dtb": b"\xd0\x0d\xfe\xed" + bytes(100),
    "text.dtb": b"/dts-v1/; / { compatible = \"text\"; };\n",
}

# Files that need no contents: (name, bytes).
SPARSE = {"large-initrd": 65 << 20, "large-raw": 64 << 20}

# --- Cases ----------------------------------------------------------------

GOOD = ["-kernel", "good"]
SMALL = ["-m", "64M"]

# name, arguments, words of the message
BAD = [
    ("no-arguments", [], ["-kernel FILE"]),
    ("kernel-missing", ["-kernel", "nowhere/Image"],
     ["nowhere/Image", "No such file"]),
    ("kernel-is-a-folder", ["-kernel", "."], [".: ", "directory"]),
    ("kernel-empty", ["-kernel", "empty"], ["empty: ", "is empty"]),
    ("kernel-tiny", ["-kernel", "tiny"], ["tiny", "one instruction"]),
    ("kernel-text", ["-kernel", "text"], ["text", "not an Image"]),
    ("kernel-endless", ["-kernel", "/dev/zero"] + SMALL,
     ["/dev/zero", "larger -m"]),
    ("image-header-cut", ["-kernel", "cut-header"],
     ["cut-header", "truncated", "60"]),
    ("image-cut", ["-kernel", "cut-image"],
     ["cut-image", "truncated", "4095", "4096"]),
    ("image-big-endian", ["-kernel", "big-endian"],
     ["big-endian", "little-endian"]),
    ("image-larger-than-ram", ["-kernel", "huge-image"],
     ["huge-image", "larger -m"]),
    ("image-odd-offset", ["-kernel", "odd-offset"],
     ["odd-offset", "text_offset"]),
    ("image-for-x86", ["-kernel", "bzimage"], ["bzimage", "x86"]),
    ("kernel-xz", ["-kernel", "xz"], ["xz", "unxz"]),
    ("raw-larger-than-ram", ["-kernel", "large-raw"] + SMALL,
     ["large-raw", "larger -m"]),
    ("gzip-cut", ["-kernel", "cut.gz"], ["cut.gz", "truncated"]),
    ("gzip-damaged", ["-kernel", "damaged.gz"], ["damaged.gz", "damaged"]),
    ("gzip-bomb", ["-kernel", "bomb.gz"] + SMALL, ["bomb.gz", "larger -m"]),
    ("gzip-twice", ["-kernel", "twice.gz"], ["twice.gz", "unpack it first"]),
    ("elf-x86", ["-kernel", "x86.elf"], ["x86.elf", "62", "AArch64"]),
    ("elf-32-bit", ["-kernel", "32bit.elf"], ["32bit.elf", "64-bit"]),
    ("elf-big-endian", ["-kernel", "be.elf"], ["be.elf", "little-endian"]),
    ("elf-object", ["-kernel", "object.elf"], ["object.elf", "not linked"]),
    ("elf-not-in-ram", ["-kernel", "low.elf"],
     ["low.elf", "0x1000", "RAM (0x40000000"]),
    ("elf-larger-than-ram", ["-kernel", "large.elf"],
     ["large.elf", "larger -m"]),
    ("elf-wraps", ["-kernel", "wrap.elf"], ["wrap.elf", "last address"]),
    ("elf-cut", ["-kernel", "cut.elf"], ["cut.elf", "truncated"]),
    ("elf-header-cut", ["-kernel", "short.elf"], ["short.elf", "truncated"]),
    ("elf-memory-too-small", ["-kernel", "shrunk.elf"],
     ["shrunk.elf", "64", "16"]),
    ("initrd-missing", GOOD + ["-initrd", "nowhere.gz"],
     ["nowhere.gz", "No such file"]),
    ("initrd-empty", GOOD + ["-initrd", "empty"], ["empty: ", "is empty"]),
    ("initrd-larger-than-ram", GOOD + SMALL + ["-initrd", "large-initrd"],
     ["large-initrd", "larger -m"]),
    ("initrd-endless", GOOD + SMALL + ["-initrd", "/dev/zero"],
     ["/dev/zero", "larger -m"]),
    ("dtb-missing", GOOD + ["-dtb", "nowhere.dtb"],
     ["nowhere.dtb", "No such file"]),
    ("dtb-malformed", GOOD + ["-dtb", "bad.dtb"],
     ["bad.dtb", "device tree"]),
    ("dtb-is-source", GOOD + ["-dtb", "text.dtb"],
     ["text.dtb", "device tree"]),
    ("dumpdtb-nowhere", ["-M", "virt,dumpdtb=nowhere/a.dtb"],
     ["nowhere/a.dtb"]),
    ("log-nowhere", GOOD + ["-D", "nowhere/log", "-d", "int"],
     ["nowhere/log"]),
    ("log-unknown", GOOD + ["-d", "in_asm,everything"], ["everything"]),
    ("serial-nowhere", GOOD + ["-serial", "file:nowhere/out"],
     ["nowhere/out"]),
    ("serial-unknown", GOOD + ["-serial", "pty"], ["-serial pty", "stdio"]),
    ("option-unknown", GOOD + ["-frobnicate"], ["-frobnicate", "--help"]),
    ("option-of-two-lines", GOOD + ["-frob\nnicate"], ["-frob nicate"]),
    ("log-of-two-lines", GOOD + ["-d", "in\nasm"], ["'in asm'"]),
    ("option-of-qemu", GOOD + ["-enable-kvm"],
     ["-enable-kvm", "not supported"]),
    ("device-unknown", GOOD + ["-device", "e1000"],
     ["-device", "not supported"]),
    ("value-missing", ["-kernel"], ["-kernel", "missing"]),
    ("stray-argument", ["disk.img"], ["disk.img", "--help"]),
    ("machine-unknown", GOOD + ["-M", "raspi3b"], ["raspi3b", "virt"]),
    ("cpu-unknown", GOOD + ["-cpu", "cortex-a9"],
     ["cortex-a9", "max", "cortex-a72"]),
    ("cpu-feature-unknown", GOOD + ["-cpu", "max,frobnicate=on"],
     ["frobnicate"]),
    ("memory-0", GOOD + ["-m", "0"], ["-m 0", "1M to 255G"]),
    ("memory-too-large", GOOD + ["-m", "256G"], ["-m 256G", "255G"]),
    ("memory-nonsense", GOOD + ["-m", "lots"], ["-m lots", "size"]),
    ("smp-0", GOOD + ["-smp", "0"], ["-smp 0"]),
    ("smp-too-many", GOOD + ["-smp", "1000"], ["-smp 1000"]),
    ("engine-unknown", GOOD + ["-engine", "kvm"],
     ["-engine kvm", "jit", "eval"]),
    ("rtc-nonsense", GOOD + ["-rtc", "base=2024-02-30"], ["2024-02-30"]),
    ("icount-too-large", GOOD + ["-icount", "shift=11"], ["shift=11", "10"]),
    ("timeout-0", GOOD + ["-timeout", "0"], ["-timeout 0"]),
    ("exit-after-nonsense", GOOD + ["-exit-after", "soon"],
     ["-exit-after soon"]),
    ("translator-unknown", GOOD + ["-X", "warp=9"], ["warp=9", "tb-max"]),
    ("host-feature-unknown", GOOD + ["-X", "host=frobnicate"],
     ["frobnicate"]),
]

# name, arguments, status, words on standard output, files made
FINE = [
    ("help", ["--help"], 0, ["-kernel FILE", "Exit status"], []),
    ("version", ["-version"], 0, ["emu "], []),
    ("cpu-help", ["-cpu", "help"], 0, ["max", "cortex-a72", "lse"], []),
    ("cpu-model-help", ["-cpu", "max,lse=off,help"], 0, ["lse            off"],
     []),
    ("log-help", ["-d", "help"], 0, ["in_asm"], []),
    ("dumpdtb", ["-M", "virt,dumpdtb=a.dtb"], 0, [], ["a.dtb"]),
    ("dumpdtb-to-pipe", ["-M", "dumpdtb=/dev/stdout"], 0, ["linux,"], []),
    ("limit-reached", GOOD + ["-exit-after", "1000"], 124, [], []),
    ("gzip-runs", ["-kernel", "good.gz", "-exit-after", "1000"], 124, [],
     []),
    ("elf-runs", ["-kernel", "good.elf", "-exit-after", "1000"], 124, [], []),
]


# --- Running --------------------------------------------------------------

def make_files(folder):
    for name, data in FILES.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)
    for name, size in SPARSE.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.truncate(size)
    with open(os.path.join(folder, "good.gz"), "wb") as f:
        f.write(gzip.compress(image(), mtime=0))
    with open(os.path.join(folder, "good.elf"), "wb") as f:
        f.write(elf())


def children_left(group):
    """True if a process of the group is still there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def run(args, folder):
    """Status, output, errors, and what is left behind."""
    before = set(os.listdir(folder)), set(os.listdir("/dev/shm"))
    process = subprocess.Popen([EMU] + args, cwd=folder, text=True,
                               errors="replace", stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        out, errors = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, "", "", set()
    left = set(os.listdir(folder)) - before[0]
    left |= {name for name in set(os.listdir("/dev/shm")) - before[1]
             if "emu" in name}
    if children_left(process.pid):
        left.add("a process")
    return process.returncode, out, errors, left


def complaint_bad(args, words, folder):
    """What is wrong with emu's answer to bad input, or None."""
    status, out, errors, left = run(args, folder)
    if status is None:
        return "still runs after %d seconds" % SECONDS
    if status != 1:
        return "status %d: %s" % (status, errors.strip()[-200:])
    if out:
        return "standard output: %r" % out[:80]
    if errors.count("\n") != 1 or not errors.endswith("\n"):
        return "not one line: %r" % errors[:300]
    if not errors.startswith("emu: "):
        return "does not start with emu: %r" % errors
    missing = [word for word in words if word not in errors]
    if missing:
        return "%s not in %r" % (missing, errors)
    if left:
        return "left behind: %s" % ", ".join(sorted(left))
    return None


def complaint_fine(args, wanted, words, made, folder):
    """What is wrong with emu's answer to good input, or None."""
    status, out, errors, left = run(args, folder)
    if status is None:
        return "still runs after %d seconds" % SECONDS
    if status != wanted:
        return "status %d and not %d: %s" % (status, wanted,
                                             errors.strip()[-200:])
    missing = [word for word in words if word not in out]
    if missing:
        return "%s not in the output" % missing
    if left != set(made):
        return "files made: %s" % ", ".join(sorted(left))
    return None


def main():
    chosen = sys.argv[1:]
    names = [case[0] for case in BAD + FINE]
    assert len(set(names)) == len(names)
    if not os.access(EMU, os.X_OK):
        print("skip cli # %s is not built" % os.path.relpath(EMU, TOP))
        return 0
    failed = 0
    folder = tempfile.mkdtemp(prefix="emu-cli-")
    try:
        make_files(folder)
        for case in BAD + FINE:
            if chosen and not any(word in case[0] for word in chosen):
                continue
            if len(case) == 3:
                reason = complaint_bad(*case[1:], folder)
            else:
                reason = complaint_fine(*case[1:], folder)
                for name in case[4]:
                    path = os.path.join(folder, name)
                    if os.path.exists(path):
                        os.unlink(path)
            if reason:
                failed += 1
                print("not ok %s\n# %s" % (case[0], reason))
            else:
                print("ok %s" % case[0])
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
