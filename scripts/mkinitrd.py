#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make a small initramfs: busybox, an /init, and what is added.

The archive is written here (format "newc" of the kernel's
Documentation/driver-api/early-userspace/buffer-format.rst), so that
neither root nor cpio is needed, and the same input gives the same bytes
on every system: owners and times are zero and the order is that of the
names.

/init mounts proc, sys, dev and tmp, prints "emu: userspace is up", and
starts a shell on the console.  With --run it runs that shell script
instead, prints "emu: script ended with status N", and powers off.
"""

import argparse
import gzip
import os
import stat
import sys
import tempfile

INIT = """\
#!/bin/busybox sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=linux
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs tmp /tmp
hostname emu
cd /root
echo "emu: userspace is up"
if [ -f /script ]; then
    sh /script
    echo "emu: script ended with status $?"
    poweroff -f
fi
while :; do
    setsid cttyhack sh
done
"""

DIRS = ("bin", "dev", "etc", "proc", "root", "sbin", "sys", "tmp",
        "usr", "usr/bin", "usr/sbin")


class Archive:
    """Members of a cpio archive by name, written out in sorted order."""

    def __init__(self):
        self.members = {}

    def directory(self, name):
        """Add a directory and those above it."""
        parts = name.strip("/").split("/")
        for i in range(1, len(parts) + 1):
            path = "/".join(parts[:i])
            self.members.setdefault(path, (stat.S_IFDIR | 0o755, b"", 0))

    def file(self, name, data, mode):
        """Add a regular file with the given permission bits."""
        name = name.strip("/")
        if "/" in name:
            self.directory(os.path.dirname(name))
        self.members[name] = (stat.S_IFREG | mode, data, 0)

    def symlink(self, name, target):
        """Add a symbolic link."""
        self.members[name] = (stat.S_IFLNK | 0o777, target.encode(), 0)

    def chardev(self, name, major, minor):
        """Add a character device."""
        self.members[name] = (stat.S_IFCHR | 0o600, b"", major << 8 | minor)

    def dump(self):
        """The archive's bytes, a multiple of 512."""
        out = bytearray()
        entries = sorted(self.members.items())
        for ino, (name, (mode, data, dev)) in enumerate(entries, 1):
            self._entry(out, ino, name, mode, data, dev)
        self._entry(out, 0, "TRAILER!!!", 0, b"", 0)
        out += bytes(-len(out) % 512)
        return bytes(out)

    @staticmethod
    def _entry(out, ino, name, mode, data, dev):
        nlink = 2 if stat.S_ISDIR(mode) else 1
        fields = (ino, mode, 0, 0, nlink, 0, len(data), 0, 0,
                  dev >> 8, dev & 255, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08X" % f for f in fields)
        out += name.encode() + b"\0"
        out += bytes(-len(out) % 4)
        out += data
        out += bytes(-len(out) % 4)


def read(path):
    """A file's bytes; the program ends with one line when it cannot."""
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError as e:
        sys.exit("mkinitrd: %s: %s" % (path, e.strerror))


def write_whole(path, data):
    """Write beside the target and rename, so that no half file is seen."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, exist_ok=True)
        fd, temp = tempfile.mkstemp(dir=folder, prefix=".mkinitrd-")
    except OSError as e:
        sys.exit("mkinitrd: %s: %s" % (path, e.strerror))
    try:
        with os.fdopen(fd, "wb") as f:
            f.write(data)
        os.chmod(temp, 0o644)
        os.replace(temp, path)
    except BaseException:
        os.unlink(temp)
        raise


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        prog="mkinitrd.py", formatter_class=argparse.RawTextHelpFormatter,
        description=__doc__.split("\n\n")[0])
    p.add_argument("--busybox", required=True, metavar="FILE",
                   help="a static busybox for the guest")
    p.add_argument("--run", metavar="FILE",
                   help="shell script to run instead of a prompt,\n"
                        "then power off")
    p.add_argument("--add", action="append", default=[], metavar="SRC=DST",
                   help="add host file SRC to the guest as DST")
    p.add_argument("--output", required=True, metavar="FILE",
                   help="archive to write; compressed when it ends in .gz")
    return p.parse_args()


def main():
    args = parse_args()
    archive = Archive()
    for name in DIRS:
        archive.directory(name)
    archive.chardev("dev/console", 5, 1)
    archive.chardev("dev/null", 1, 3)
    archive.file("bin/busybox", read(args.busybox), 0o755)
    archive.symlink("bin/sh", "busybox")
    archive.file("init", INIT.encode(), 0o755)
    if args.run:
        archive.file("script", read(args.run), 0o755)
    for item in args.add:
        src, sep, dst = item.partition("=")
        if not sep or not dst.strip("/"):
            sys.exit("mkinitrd: --add %s: SRC=DST is wanted" % item)
        mode = 0o755 if os.access(src, os.X_OK) else 0o644
        archive.file(dst, read(src), mode)
    data = archive.dump()
    if args.output.endswith(".gz"):
        data = gzip.compress(data, 6, mtime=0)
    write_whole(args.output, data)


if __name__ == "__main__":
    main()
