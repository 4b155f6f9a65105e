# SPDX-License-Identifier: MIT
"""Python's own tests: python3.11 -m test, the parts of python.tsv."""

from job import Job, Part, table
from tree import Tree

# What no test needs that is run here.
LEAVE_OUT = ("__pycache__", "idlelib", "lib2to3", "tkinter", "pydoc_data",
             "turtle.*", "ensurepip", "venv", "sqlite3", "curses",
             "test_asyncio", "test_email", "test_importlib", "xmltestdata",
             "test_tkinter", "test_ttk", "audiodata.zip", "testtar.*")
LEAVE_OUT_LIBRARIES = ("nis.*", "_dbm.*", "_gdbm.*", "_sqlite3.*",
                       "_tkinter.*", "_curses.*")
COMMAND = "python3.11 -X faulthandler -m test -W -u none test_%s 2>&1"


def make_root():
    """Python with its library and its tests."""
    root = Tree()
    root.add("usr/bin/python3.11", "usr/lib/python3.11",
             leave_out=LEAVE_OUT + LEAVE_OUT_LIBRARIES)
    # pthread_exit loads it.
    root.add("lib/aarch64-linux-gnu/libgcc_s.so.1")
    root.write("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    root.write("etc/group", b"root:x:0:\n")
    root.write("etc/hosts", b"127.0.0.1 localhost emu\n")
    return root


def part(name, what):
    """The tests of a part; options may follow a test's name."""
    rows = [r for r in table("python.tsv") if r[0] == name]
    jobs = [Job("test_" + test.split()[0], COMMAND % test, text="^1 test OK")
            for _, test, why in rows if why == "-"]
    return Part("python-" + name, what, make_root, jobs, mem=2048,
                left_out=len(rows) - len(jobs))


NUMBERS = part("numbers", "python3 -m test: math, decimal, struct, ...")
DATA = part("data", "python3 -m test: zlib, hashlib, re, ...")
THREADS = part("threads", "python3 -m test: threads, queues, signals")
