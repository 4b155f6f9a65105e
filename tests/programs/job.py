# SPDX-License-Identifier: MIT
"""Jobs, parts and runs: what tests/programs is described with."""

import hashlib
import os

from bootlib import Failure, TOP

HERE = os.path.join(TOP, "tests/programs")


class Job:
    """A shell command of the guest and what it must say."""

    def __init__(self, name, command, want=None, text=None, check=None,
                 models=None):
        self.name = name        # no blanks
        self.command = command  # must end with status 0
        self._want = want       # bytes it must print, or a function for them
        self.text = text        # a regular expression a line must match
        self.check = check      # a function of the output: None, or a fault

        self.models = models    # those that have what it needs; None: all

    @property
    def want(self):
        """The bytes to print; computed when they are first needed."""
        if callable(self._want):
            self._want = self._want()
        return self._want

    def sum(self):
        """What sha256sum says of the output."""
        return hashlib.sha256(self.want).hexdigest()


class Part:
    """A root and its jobs."""

    def __init__(self, name, what, tree, jobs, mem=1024, left_out=0):
        self.name = name          # the first word of its runs' names
        self.what = what          # a line for the table
        self.tree = tree          # a function that makes the root
        self.jobs = jobs          # a list of Job
        self.mem = mem            # MiB of guest memory
        self.left_out = left_out  # how many jobs the data file leaves out


class Run:
    """A part on a machine."""

    def __init__(self, part, model="max", cpus=1, engine="jit", only=None,
                 label=None):
        self.part = part
        self.model = model
        self.cpus = cpus
        self.engine = engine
        self.only = only  # words: jobs with one of them in the name
        self.name = "-".join([part.name, label or model] + (
            ["smp%d" % cpus] if cpus > 1 else []) + (
                [engine] if engine != "jit" else []))

    def jobs(self):
        """The jobs of this run."""
        return [j for j in self.part.jobs
                if (not self.only or any(w in j.name for w in self.only)) and
                (not j.models or self.model in j.models)]


def table(name):
    """The rows of a data file: columns are apart by tabs."""
    rows = []
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.strip() and not line.startswith("#"):
                row = line.rstrip("\n").split("\t")
                if len(row) != 3:
                    raise Failure("%s:%d: not three columns" % (name, number))
                rows.append(row)
    return rows


def source(name):
    """A file beside this one."""
    with open(os.path.join(HERE, name), "rb") as f:
        return f.read()
