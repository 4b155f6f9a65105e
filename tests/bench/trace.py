#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a trace costs: the same boot without and with -trace, in turn.

Boots Debian's kernel to power-off, A B A B ..., A as it is and B with a
complete trace, and compares pairs: CPU time of the thread that runs the
guest, of all threads, and wall time; gates are on the medians.  Then the
tool: comparing two traces of the same run, dumping 100 million instructions
with symbols, and, when there is a vmlinux, with source lines.

    run beside it: QEMU's -d exec,nochain -D /dev/null on the same boot
    (--qemu; minutes), which is what users have today

usage: trace.py [--runs N] [--qemu]
Status 1 when a gate is missed.  Nothing else should run on the machine.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))
import bootlib  # noqa: E402 pylint: disable=wrong-import-position

TOOL = os.path.join(os.path.dirname(bootlib.EMU), "emu-trace")
QEMU = os.environ.get("QEMU_AARCH64", "qemu-system-aarch64")
GUEST_CPU = re.compile(r"CPU, guest's thread\s+([\d.]+)")
TRACE_CPU = re.compile(r"CPU, trace's thread\s+([\d.]+)")
HASH = re.compile(r"^state .*$", re.M)


class Bench:
    """Measures, prints and judges."""

    def __init__(self):
        self.missed = 0

    def row(self, what, value, unit, most=None):
        """A line of the table; above @most it is a gate that was missed."""
        bad = most is not None and value > most
        self.missed += bad
        print("%-44s %8.3f %-8s%s" % (
            what, value, unit, "" if most is None else
            " (at most %g%s)" % (most, ", MISSED" if bad else "")))


def boot(arguments):
    """(guest's CPU, trace's CPU, wall) of a run, and its final state."""
    start = time.monotonic()
    p = subprocess.run([bootlib.EMU] + arguments + ["-d", "stats",
                                                    "-final-state"],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True, check=True)
    wall = time.monotonic() - start
    writer = TRACE_CPU.search(p.stderr)
    return ((float(GUEST_CPU.search(p.stderr).group(1)),
             float(writer.group(1)) if writer else 0.0, wall),
            HASH.search(p.stderr).group(0))


def command(cmd, expect=0):
    """CPU and wall seconds of a command whose output goes nowhere."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    status = subprocess.run(cmd, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL,
                            check=False).returncode
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status != expect:
        sys.exit("%s: status %d" % (" ".join(cmd), status))
    return (after.ru_utime - before.ru_utime + after.ru_stime -
            before.ru_stime, wall)


def blocks(path):
    """Blocks in a trace."""
    out = subprocess.run([TOOL, "info", "--no-symbols", path], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return int(re.search(r"^blocks\s+(\d+)", out, re.M).group(1))


def capture_rows(bench, arguments, path, runs):
    """Boots without and with a trace."""
    pairs, states = [], set()
    for _ in range(runs):
        a, state_a = boot(arguments)
        b, state_b = boot(arguments + ["-trace", path])
        pairs.append((a, b))
        states |= {state_a, state_b}

    def median(ratio):
        return statistics.median(ratio(a, b) for a, b in pairs)

    bench.row("boot, CPU of the guest's thread",
              statistics.median(a[0] for a, _ in pairs), "s")
    bench.row("the same with a trace: guest's thread",
              median(lambda a, b: b[0] / a[0]), "times", 1.10)
    bench.row("  all threads",
              median(lambda a, b: (b[0] + b[1]) / a[0]), "times", 2.0)
    bench.row("  wall", median(lambda a, b: b[2] / a[2]), "times", 1.25)
    bench.row("  states of the machine at the end", len(states), "", 1)
    bench.row("  bytes a block", os.path.getsize(path) / blocks(path), "",
              0.25)


def tool_rows(bench, arguments, folder, path):
    """What emu-trace takes."""
    other = os.path.join(folder, "other")
    boot(arguments + ["-trace", other])
    bench.row("diff of two traces of the run",
              command([TOOL, "diff", path, other])[1], "s wall", 5)
    dump = [TOOL, "dump", "--insns", "--to", "100M"]
    bench.row("dump, 100 million instructions, symbols",
              command(dump + [path])[1], "s wall", 60)
    vmlinux = os.path.join(bootlib.CACHE, "guests", "cloud-dbg", "vmlinux")
    if os.path.exists(vmlinux):
        bench.row("  with source lines",
                  command(dump + ["--source", "--symbols", vmlinux,
                                  path])[1], "s wall", 30)
    else:
        print("no vmlinux: scripts/fetch-guest.sh cloud-dbg")


def qemu_rows(bench, kernel, initrd):
    """The same boot in QEMU, without and with its log of blocks."""
    cmd = [QEMU, "-M", "virt,gic-version=3", "-cpu", "cortex-a72", "-m",
           "512", "-nic", "none", "-display", "none", "-serial", "null",
           "-no-reboot", "-kernel", kernel, "-initrd", initrd, "-append",
           "console=ttyAMA0"]
    plain = command(cmd)[0]
    traced = command(cmd + ["-d", "exec,nochain", "-D", "/dev/null"])[0]
    bench.row("qemu -cpu cortex-a72, CPU", plain, "s")
    bench.row("  with -d exec,nochain -D /dev/null", traced / plain, "times")


def main():
    """The command."""
    p = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    p.add_argument("--runs", type=int, default=11)
    p.add_argument("--qemu", action="store_true")
    args = p.parse_args()
    bench = Bench()
    with tempfile.TemporaryDirectory(prefix="emu-bench-") as folder:
        kernel, = bootlib.guest("cloud", "Image")
        script = os.path.join(folder, "run")
        with open(script, "w", encoding="ascii") as f:
            f.write("uname -a\n")
        initrd = bootlib.initrd(folder, "--run", script)
        arguments = ["-kernel", kernel, "-initrd", initrd, "-append",
                     "console=ttyAMA0", "-nographic"]
        path = os.path.join(folder, "trace")
        capture_rows(bench, arguments, path, args.runs)
        tool_rows(bench, arguments, folder, path)
        if args.qemu:
            qemu_rows(bench, kernel, initrd)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
