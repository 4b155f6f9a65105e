# SPDX-License-Identifier: MIT
"""The guest's root: what a program needs of the fetched packages.

The guest has no disk: its root is an initramfs, of which every byte is in
the guest's memory.  So a tree is made for each part, with busybox, the files
that the part names, and the shared libraries that these are linked with (the
closure of DT_NEEDED).  The archive is written by scripts/mkinitrd.py.
"""

import glob
import os
import re
import subprocess
import sys

from bootlib import Failure, TOP, guest

sys.path.insert(0, os.path.join(TOP, "scripts"))
import mkinitrd  # noqa: E402 pylint: disable=wrong-import-position

LIBRARIES = ("lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu")
LOADER = "lib/ld-linux-aarch64.so.1"
NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


class Tree:
    """A root under construction."""

    def __init__(self):
        self.root, = guest("programs", "root")
        self.archive = mkinitrd.Archive()
        self.unlinked = []  # ELF files whose libraries are not there yet
        self.archive.chardev("dev/console", 5, 1)
        self.archive.chardev("dev/null", 1, 3)
        for name in mkinitrd.DIRS:
            self.archive.directory(name)
        busybox, = guest("busybox", "busybox")
        self.archive.file("bin/busybox", mkinitrd.read(busybox), 0o755)
        self.archive.symlink("bin/sh", "busybox")
        self.archive.file("init", mkinitrd.INIT.encode(), 0o755)

    def write(self, name, data, mode=0o644):
        """Add a file with this content."""
        self.archive.file(name, data, mode)

    def content(self, name):
        """The bytes of a file of the packages, symbolic links followed."""
        return mkinitrd.read(os.path.join(self.root, self._final(name)))

    def add(self, *patterns, leave_out=()):
        """Add files and whole folders of the packages, with libraries."""
        for pattern in patterns:
            found = sorted(glob.glob(os.path.join(self.root, pattern)))
            if not found:
                raise Failure("%s is in none of the packages" % pattern)
            for path in found:
                self._add(os.path.relpath(path, self.root), leave_out)

    def dump(self):
        """The whole archive, libraries included."""
        while self.unlinked:
            paths, self.unlinked = self.unlinked, []
            out = subprocess.run(["readelf", "-d"] + paths, check=True,
                                 stdout=subprocess.PIPE).stdout.decode()
            for name in sorted(set(NEEDED.findall(out))):
                self._add_library(name)
            self.add(LOADER)
        return self.archive.dump()

    def _add_library(self, name):
        for folder in LIBRARIES:
            if os.path.lexists(os.path.join(self.root, folder, name)):
                self._add(os.path.join(folder, name), ())
                return
        raise Failure("library %s is in none of the packages" % name)

    def _add(self, name, leave_out):
        path = os.path.join(self.root, name)
        if name in self.archive.members and not os.path.isdir(path):
            return
        self.archive.directory(os.path.dirname(name))
        if os.path.islink(path):
            self.archive.symlink(name, os.readlink(path))
            self._add(self._target(name), leave_out)
        elif os.path.isdir(path):
            for entry in sorted(os.listdir(path)):
                if not any(re.fullmatch(p, entry) for p in leave_out):
                    self._add(os.path.join(name, entry), leave_out)
        else:
            data = mkinitrd.read(path)
            mode = 0o755 if os.access(path, os.X_OK) else 0o644
            self.archive.file(name, data, mode)
            if data[:4] == b"\x7fELF":
                self.unlinked.append(path)

    def _target(self, name):
        """Where a symbolic link leads to, from the guest's root."""
        link = os.readlink(os.path.join(self.root, name))
        if link.startswith("/"):
            return link.strip("/")
        return os.path.normpath(os.path.join(os.path.dirname(name), link))

    def _final(self, name):
        while os.path.islink(os.path.join(self.root, name)):
            name = self._target(name)
        return name
