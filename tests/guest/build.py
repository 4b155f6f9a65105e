#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build the stress program of this folder: build.py OUTPUT."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
CFLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-pthread",
          "-fno-strict-aliasing", "-ffp-contract=off"]
LDFLAGS = ["-static", "-pthread", "-Wl,--build-id=none", "-s"]
# stress_atomics.c is compiled once for each.
VARIANTS = {
    "llsc": ["-march=armv8-a", "-mno-outline-atomics"],
    "outline": ["-march=armv8-a", "-moutline-atomics"],
    "lse": ["-march=armv8.1-a"],
}
SOURCES = ("stress", "stress_sync", "stress_excl", "stress_mem",
           "stress_regs", "stress_code", "stress_file")


class Unavailable(Exception):
    """Why the program cannot be built here."""


def call(*command):
    """Run the compiler; Unavailable when it is not there."""
    try:
        p = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True,
                           stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError:
        raise Unavailable("%s is missing: run scripts/setup.sh check" %
                          command[0]) from None
    if p.returncode:
        raise RuntimeError("%s:\n%s" % (" ".join(command), p.stdout))


def build(output):
    """Make the program; the same sources and compiler give the same bytes."""
    with tempfile.TemporaryDirectory(prefix="emu-guest-") as folder:
        jobs = [(name, name, []) for name in SOURCES]
        jobs += [("stress_atomics", "stress_atomics_" + v,
                  flags + ["-DVARIANT=" + v]) for v, flags in VARIANTS.items()]
        objects = []
        for source, name, flags in jobs:
            objects.append(os.path.join(folder, name + ".o"))
            # Named from here: messages name the file as it was named.
            call(CC, *CFLAGS, *flags, "-c", "-o", objects[-1], source + ".c")
        call(CC, *LDFLAGS, "-o", os.path.abspath(output), *objects)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: build.py OUTPUT")
    try:
        build(sys.argv[1])
    except (Unavailable, RuntimeError) as why:
        sys.exit("build.py: %s" % why)
