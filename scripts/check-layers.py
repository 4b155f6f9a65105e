#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that layers include downwards only, and libraries where they belong.

A file may include headers of its own folder, and headers of include/ whose
layer its folder may see (docs/ARCHITECTURE.md has the picture).  A header of
include/ may include those of its own layer and of what that layer sees.
Headers of another folder are private to it: what two folders share is a
contract and lives in include/.

Each library is used from one place, and hw/ and target-arm64/ see nothing of
the host's time, files, threads or floating-point state: the guest's run
would depend on it.  Prints one line a finding; the status tells if any.
"""

import os
import re
import sys

# Which layer each header of include/ belongs to.
HEADERS = {
    "base": "base bits buf clock crc dtb error filehash log probe "
            "ring trace_events.def zblock",
    "io": "block chan mem",
    "tlb": "tlb",
    "dev": "device icc irq",
    "ir": "ir ir_ops.def",
    "jit": "jit",
    "target": "target",
    "obs": "obs",
    "exec": "exec",
    "tools": "disas gdbstub replay snapshot symbols trace "
             "capture",
    "board": "board loader machine",
}

# Which layers of include/ each layer of include/ may see, besides itself.
SEES = {
    "base": "",
    "io": "base",
    "tlb": "base",
    "dev": "base io",
    "ir": "base",
    "jit": "base ir tlb",
    "target": "base io tlb dev ir jit",
    "obs": "base",
    "exec": "base io tlb dev ir jit target obs",
    "tools": "base io dev target obs exec",
    "board": "base io tlb dev ir jit target obs exec tools",
}

ANY = " ".join(HEADERS)

# Which layers of include/ a folder sees; a file's own row goes first.
FOLDERS = {
    "hw/machine_virt.c": ANY,
    "hw/machine_virt.h": ANY,
    # The evaluator is a back end: it fills in the contract of jit.h.
    "src/ir/eval.c": "base tlb ir jit",
    "src/base": "base",
    "src/mem": "base io tlb",
    "src/io": "base io",
    "src/ir": "base ir",
    "src/x64": "base tlb ir jit",
    "target-arm64": "base io tlb dev ir jit target obs",
    "hw": "base io dev",
    "src/exec": "base io tlb dev ir jit target obs exec",
    "src/debug": "base io dev ir target obs exec tools",
    "src/trace": "base io dev target obs exec tools",
    "src/replay": "base io dev target obs exec tools",
    "src/symbols": "base tools",
    "src/tools/emu_trace_symbols.c": "base io dev target exec tools board",
    "src/tools": "base tools",
    "src/loader": ANY,
    "src": ANY,
}

# Library headers and the files or folders that may use them.
LIBRARIES = {
    r"capstone": ("src/debug/disas.c",),
    r"llvm-c/": ("src/debug/disas.c",),
    r"libfdt|fdt\.h": ("src/base/dtb.c",),
    r"zstd": ("src/base/zblock.c",),
    r"xxhash": ("src/base/filehash.c",),
    r"zlib": ("src/loader/",),
    r"slirp": ("src/io/net_slirp.c",),
    r"elfutils|libelf|gelf|dwarf": ("src/symbols/dwarf.c",),
    r"cmocka": ("tests/",),
}

# What the deterministic part must not see.
DETERMINISTIC = ("hw/", "target-arm64/")
HOST_ONLY = re.compile(
    r"^(time|math|fenv|pthread|unistd|fcntl|signal|poll|setjmp|threads)"
    r"\.h$|^(sys|gio)/|intrin\.h$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

LAYER_OF = {name if "." in name else name + ".h": layer
            for layer, names in HEADERS.items() for name in names.split()}


def sources():
    """Every C file and data header that layers hold for."""
    for top in ("include", "src", "hw", "target-arm64", "tests"):
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def")):
                    yield os.path.join(folder, name)


def visible(path):
    """The layers of include/ that the file may see; None when any folder."""
    folder, name = os.path.split(path)
    if folder == "include":
        layer = LAYER_OF.get(name)
        return None if layer is None else {layer, *SEES[layer].split()}
    for key in (path, folder):
        if key in FOLDERS:
            return set(FOLDERS[key].split())
    return None


def check_library(path, name):
    """A complaint about <name> in the file, or None."""
    for pattern, places in LIBRARIES.items():
        if re.search(pattern, name) and not path.startswith(places + (
                "tests/",)):
            return "<%s> belongs to %s alone" % (name, places[0])
    if path.startswith(DETERMINISTIC) and HOST_ONLY.search(name):
        return "<%s> reaches the host" % name
    return None


def check_own(path, name):
    """A complaint about a "name" that is no header of include/, or None."""
    folder = os.path.dirname(path)
    if os.path.exists(os.path.join(folder, name)) and "/" not in name:
        return None
    if os.path.dirname(name) == folder and os.path.exists(name):
        return None
    if name.startswith("a64_") and folder == "target-arm64":
        return None
    # The rows are plain data with many readers (D2), not target code.
    if name in ("a64_rows.inc", "a64_match.inc"):
        return None
    # The generated table of rows names what no disassembler knows.
    if name == "a64_rows.inc" and folder == "src/debug":
        return None
    return '"%s" is neither in %s nor in include/' % (name, folder)


def check_file(path):
    """Complaints about a file, each with its line."""
    allowed = visible(path)
    if allowed is None:
        yield 1, "is in no layer: add a row to scripts/check-layers.py"
        return
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            m = INCLUDE.match(line)
            if not m:
                continue
            name = m.group(2)
            if m.group(1) == "<":
                complaint = check_library(path, name)
            elif name in LAYER_OF:
                layer = LAYER_OF[name]
                complaint = (None if layer in allowed else
                             '"%s" is of layer %s, above this file' %
                             (name, layer))
            else:
                complaint = check_own(path, name)
            if complaint:
                yield number, complaint


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    count = 0
    for path in sources():
        if path.startswith("tests/"):
            continue
        for number, complaint in check_file(path):
            print("%s:%d: %s" % (path, number, complaint))
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
