# SPDX-License-Identifier: MIT
"""stress-ng: stressors that check what they compute.

The list is stress-ng.tsv.  --verify makes a stressor compare its results
with what they must be, and a difference ends stress-ng with a status other
than 0; so does a signal that it did not ask for.
"""

from job import Job, Part, table
from tree import Tree

COMMAND = ("N=$(nproc); stress-ng --verify --oomable --temp-path /tmp "
           "--seed 7 %s 2>&1")
DONE = "successful run completed"


def make_root():
    """Only the program and its libraries."""
    root = Tree()
    root.add("usr/bin/stress-ng")
    return root


def part(name, what, wanted):
    """A part of those stressors that are wanted."""
    rows = [r for r in table("stress-ng.tsv") if wanted(r[0])]
    jobs = [Job(job, COMMAND % options, text=DONE)
            for job, options, why in rows if why == "-"]
    return Part(name, what, make_root, jobs,
                left_out=len(rows) - len(jobs))


CPU = part("stress-ng-cpu", "every --cpu-method, --verify",
           lambda name: name.startswith("cpu-"))
VM = part("stress-ng-vm", "every --vm-method, --verify",
          lambda name: name.startswith("vm-"))
OTHER = part("stress-ng-other", "strings, sorts, atomics, FP, memory",
             lambda name: not name.startswith(("cpu-", "vm-")))
