# SPDX-License-Identifier: MIT
"""perl: numbers, strings, sorting, packing, as the host's perl does them."""

import os
import shutil
import subprocess

from bootlib import Failure, Missing
from job import HERE, Job, Part, source
from tree import Tree

PARTS = """doubles functions integers formats sorting packing big digests
text random""".split()
# Documents, tests and what needs the network or installs things.
LEAVE_OUT = ("pod", "unicore", "CPAN.*", "Test.*", "TAP", "Pod", "Module",
             "Unicode", "ExtUtils", "Encode", "Locale", "perl5db.pl", "CORE",
             "IO", "HTTP", "Net", "App", "Archive", "DB.*", "Filter.*")


def answer(name):
    """What the host's perl prints."""
    perl = shutil.which("perl")
    if not perl:
        raise Missing("no perl on the host")
    done = subprocess.run([perl, os.path.join(HERE, "guest/numeric.pl"),
                           name], stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.PIPE)
    if done.returncode or done.stderr or not done.stdout:
        raise Failure("the host's perl: %s" % done.stderr.decode()[-300:])
    return done.stdout


def make_root():
    """perl and most of its modules."""
    root = Tree()
    root.add("usr/bin/perl")
    root.add("usr/lib/aarch64-linux-gnu/perl-base",
             "usr/lib/aarch64-linux-gnu/perl", "usr/share/perl",
             leave_out=LEAVE_OUT)
    root.write("numeric.pl", source("guest/numeric.pl"))
    return root


PERL = Part("perl", "doubles, integers, formats, pack, big numbers",
            make_root, [Job(name, "perl /numeric.pl " + name,
                            lambda name=name: answer(name))
                        for name in PARTS])
