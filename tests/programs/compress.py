# SPDX-License-Identifier: MIT
"""Compression: round trips over files of the packages, sums by the host.

Each program compresses a binary and a text at several levels and gets them
back in the guest; what it made of a small text is unpacked on the host too,
and it unpacks what the host packed.  gzip, bzip2 and xz have a second
implementation there, Python's; zstd and lz4 need the host's own programs.
"""

import base64
import bz2
import gzip
import lzma
import shutil
import subprocess

from job import Job, Part
from tree import Tree

FILES = {"binary": "usr/bin/gawk", "text": "usr/lib/python3.11/typing.py",
         "small": "usr/lib/python3.11/reprlib.py"}
# The program, its levels, packing and unpacking on the host.
PROGRAMS = {
    "gzip": (("-n -1", "-n -6", "-n -9"), gzip.compress, gzip.decompress),
    "bzip2": (("-1", "-9"), bz2.compress, bz2.decompress),
    "xz": (("-0", "-6", "-6 -F lzma", "-T4 -1", "-1 --check=crc32",
            "-1 --check=sha256", "--x86 --lzma2=preset=1"),
           lzma.compress, lzma.decompress),
    "zstd": (("-1", "-3", "-12", "-19", "-T4 -5", "--fast=3"), None, None),
    "lz4": (("-1", "-9", "-BD -4"), None, None),
}


def through(program, *options):
    """A function that puts bytes through a program of the host, or None."""
    path = shutil.which(program)
    if not path:
        return None
    return lambda data: subprocess.run(
        [path, *options, "-c"], input=data, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=True).stdout


def host_pair(program):
    """Packing and unpacking on the host; None when there is no program."""
    pack, unpack = PROGRAMS[program][1:]
    return pack or through(program), unpack or through(program, "-d")


def unpacks_to(program, name):
    """A check that the host unpacks what the guest packed, in base 64."""
    def check(text):
        unpack = host_pair(program)[1]
        if unpack:
            try:
                data = unpack(base64.b64decode(text))
            except (ValueError, OSError, EOFError, lzma.LZMAError,
                    subprocess.CalledProcessError) as why:
                return "the host cannot unpack it: %s" % why
            if data != Tree().content(name):
                return "the host unpacks something else"
        return None
    return check


def make_root():
    """The programs, the files, and these as the host packs them."""
    root = Tree()
    root.add(*FILES.values())
    root.add("bin/gzip", "bin/bzip2", "usr/bin/xz", "usr/bin/zstd",
             "usr/bin/lz4")
    for program in PROGRAMS:
        pack = host_pair(program)[0]
        for name in FILES:
            if pack:
                root.write("packed/%s.%s" % (name, program),
                           pack(root.content(FILES[name])))
    return root


def path_of(program):
    """Where the guest has the program: busybox has some of the names."""
    return ("/bin/" if program in ("gzip", "bzip2") else "/usr/bin/") + \
        program


def make_jobs():
    """Every program, level and file."""
    jobs = []
    for program, (levels, *_) in PROGRAMS.items():
        path = path_of(program)
        for level in levels:
            for name in ("binary", "text"):
                jobs.append(Job(
                    program + level.replace(" ", "") + "-" + name,
                    "set -o pipefail; %s %s -c </%s | %s -d -c%s" % (
                        path, level, FILES[name], path,
                        " -F lzma" if "-F lzma" in level else ""),
                    lambda name=name: Tree().content(FILES[name])))
        if host_pair(program)[0]:
            jobs += [Job("%s-unpack-%s" % (program, name),
                         "%s -d -c </packed/%s.%s" % (path, name, program),
                         lambda name=name: Tree().content(FILES[name]))
                     for name in FILES]
        jobs.append(Job(program + "-pack-small", "set -o pipefail; "
                        "%s %s -c </%s | base64" % (
                            path, levels[0], FILES["small"]),
                        check=unpacks_to(program, FILES["small"])))
    return jobs


COMPRESS = Part("compress", "gzip, bzip2, xz, zstd, lz4: round trips",
                make_root, make_jobs())
