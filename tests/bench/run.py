#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time emu and QEMU on the same work, in turn.

Each machine boots the same kernel to poweroff (row `boot`) and runs
tests/bench/bench.c in it (the other rows).  The machines take turns (A B C
A B C ...), so that the load of a shared host falls on all of them, and what
is compared is CPU time, user and system, of the whole process: for a row,
between the two lines that the guest prints around it.  Ratios are emu's time
divided by QEMU's on -cpu cortex-a72: below 1 emu is faster.  A second column
for emu is its default model, -cpu max.

Rows that spend their time in the guest's kernel are measured with kpti=off
and kpti=on, the others with kpti=off.

Prints a table and writes it as JSON with every single time.  The status is 1
when a gate fails, when a machine does not run to the end, or when two
machines compute different checksums.  Ctrl-C ends early and shows what there
is.
"""

import argparse
import json
import os
import platform
import re
import select
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("EMU_BUILD", "build/release")
GUESTS = os.path.join(os.environ.get("EMU_CACHE", "cache"), "guests")
QEMU = os.environ.get("QEMU_AARCH64", "qemu-system-aarch64")
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
CFLAGS = ["-O2", "-static", "-march=armv8-a+crypto", "-fno-math-errno",
          "-ffp-contract=off", "-Wall", "-Wextra"]

# The most that emu's time may be of QEMU's, by row and kpti.
GATES = {
    ("boot", "off"): 0.8, ("boot", "on"): 0.8,
    ("syscall", "off"): 0.5, ("syscall", "on"): 0.2,
    ("mprotect", "off"): 0.5, ("mprotect", "on"): 0.2,
    ("pipe", "off"): 0.5, ("pipe", "on"): 0.4,
    ("fork", "off"): 0.5, ("fork", "on"): 0.4,
    ("call", "off"): 1 / 1.5, ("indirect", "off"): 1 / 1.5,
    ("sort", "off"): 1 / 1.3,
}
GATE_OTHERS = 1 / 0.8

# What comes next: shown beside the ratio, and does not fail.
AIMS = {
    ("boot", "off"): 0.5, ("boot", "on"): 0.5,
    ("matf", "off"): 1 / 8, ("vecf", "off"): 1 / 8,
    ("fp", "off"): 0.4, ("fpdiv", "off"): 0.4,
    ("simd", "off"): 0.25, ("aes", "off"): 0.25, ("sha", "off"): 0.25,
}

ROWS = ("int", "crc", "sort", "qsort", "memcpy", "copy8", "chase", "random",
        "atomic", "call", "indirect", "interp", "fp", "fpdiv", "matf",
        "vecf", "simd", "aes", "sha", "syscall", "pipe", "fork", "exec",
        "fault", "mprotect", "patch")
KERNEL_ROWS = ("syscall", "pipe", "fork", "exec", "fault", "mprotect")

COMMON = ["-M", "virt,gic-version=3", "-m", "512M", "-smp", "1",
          "-nic", "none", "-display", "none", "-monitor", "none",
          "-serial", "stdio", "-no-reboot"]
# Column, program and model; the ratios are to REFERENCE.
MACHINES = (
    ("emu", os.path.join(BUILD, "emu"), "cortex-a72"),
    ("qemu", QEMU, "cortex-a72"),
    ("max", os.path.join(BUILD, "emu"), "max"),
)
REFERENCE = "qemu"

# The guest's script: the program, when the kernel command line asks for it.
# The kernel hands words that it does not know to /init as variables.
SCRIPT = '[ -z "$bench" ] || /bin/bench "$bench" "$benchdiv"\n'
ENDED = b"emu: script ended with status 0"
TIMEOUT_S = 900


def die(text):
    """End with one line."""
    sys.exit("bench: " + text)


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        prog="run.py", formatter_class=argparse.RawTextHelpFormatter,
        description=__doc__.split("\n\n", maxsplit=1)[0])
    p.add_argument("--runs", type=int, default=5, metavar="N",
                   help="times that each machine runs (5)")
    p.add_argument("--rows", default="all", metavar="NAME,...",
                   help="only these rows: boot " + " ".join(ROWS))
    p.add_argument("--quick", action="store_true",
                   help="one run of an eighth of the operations")
    p.add_argument("--kpti", choices=("off", "on", "both"), default="both",
                   help="only with this page-table isolation")
    p.add_argument("--machines", default="emu,qemu,max", metavar="NAME,...",
                   help="only these columns")
    p.add_argument("--emu", metavar="FILE", help="another emu")
    p.add_argument("-x", "--extra", default="", metavar="OPTIONS",
                   help="further options of emu")
    p.add_argument("--json", default="build/bench.json", metavar="FILE",
                   help="where the figures go (build/bench.json)")
    args = p.parse_args()
    args.rows = (("boot",) + ROWS if args.rows == "all"
                 else tuple(args.rows.split(",")))
    for row in args.rows:
        if row != "boot" and row not in ROWS:
            die("--rows %s: there are boot %s" % (row, " ".join(ROWS)))
    args.machines = args.machines.split(",")
    for name in args.machines:
        if name not in [m[0] for m in MACHINES]:
            die("--machines %s: there are emu, qemu and max" % name)
    if args.runs < 1:
        die("--runs %d: at least 1 is wanted" % args.runs)
    if args.quick:
        args.runs = 1
    args.divisor = 8 if args.quick else 1
    return args


# --- The guest -----------------------------------------------------------


def call(what, *command):
    """Run a command; the program ends with its last words if it fails."""
    try:
        p = subprocess.run(command, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError:
        die("%s is missing: run scripts/setup.sh check" % command[0])
    if p.returncode:
        die("%s: %s" % (what, p.stdout.decode(errors="replace").strip()))


def prepare():
    """Kernel and initrd: (path, path)."""
    out = "build/bench"
    os.makedirs(out, exist_ok=True)
    call("the kernel", "scripts/fetch-guest.sh", "cloud", "busybox")
    program = os.path.join(out, "bench")
    call("bench.c", CC, *CFLAGS, "-o", program,
         os.path.join(HERE, "bench.c"))
    script = os.path.join(out, "script")
    with open(script, "w", encoding="utf-8") as f:
        f.write(SCRIPT)
    initrd = os.path.join(out, "initrd.gz")
    call("the initrd", sys.executable, "scripts/mkinitrd.py", "--busybox",
         os.path.join(GUESTS, "busybox", "busybox"), "--run", script,
         "--add", program + "=/bin/bench", "--output", initrd)
    return os.path.join(GUESTS, "cloud", "Image"), initrd


# --- One run -------------------------------------------------------------


class Run:
    """A machine running; after wait() what it took, in CPU seconds."""

    def __init__(self, command):
        self.total = 0.0       # from start to end
        self.rows = {}         # name: (seconds, operations, checksum)
        self.trouble = None    # why it is of no use, or None
        self.tail = b""        # what it printed last
        self._start = (None, 0.0)
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
        except OSError as e:
            die("%s: %s" % (command[0], e.strerror))
        # The CPU clock of another process, as clock_getcpuclockid() gives.
        self._clock = (~self.process.pid << 3) | 2

    def _line(self, line, now):
        """A line that the guest printed at CPU time `now`."""
        m = re.match(rb"bench: start (\w+)", line)
        if m:
            self._start = (m.group(1), now)
            return
        m = re.match(rb"bench: end (\w+) (\d+) (\w+)", line)
        if m and m.group(1) == self._start[0]:
            self.rows[m.group(1).decode()] = (
                now - self._start[1], int(m.group(2)), m.group(3).decode())

    def _read(self):
        """Read to the end; False when that takes too long."""
        fd = self.process.stdout.fileno()
        until = time.monotonic() + TIMEOUT_S
        partial = b""
        ended = False
        while select.select([fd], [], [], max(0, until - time.monotonic()))[0]:
            data = os.read(fd, 65536)
            try:
                now = time.clock_gettime(self._clock)
            except OSError:
                now = 0.0      # it has ended; the last lines are not timed
            if not data:
                self.trouble = None if ended else "the script did not end"
                return True
            *lines, partial = (partial + data).split(b"\n")
            for line in lines:
                ended = ended or line.startswith(ENDED)
                self._line(line, now)
            self.tail = (self.tail + data)[-2000:]
        return False

    def wait(self):
        """Follow it to its end."""
        try:
            if not self._read():
                self.process.kill()
                self.trouble = "not ended after %d s" % TIMEOUT_S
        except KeyboardInterrupt:
            self.process.kill()
            self.process.wait()
            raise
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        self.total = usage.ru_utime + usage.ru_stime
        if self.process.returncode and not self.trouble:
            self.trouble = "status %d" % self.process.returncode
        return self


def run_machine(name, guest, append, args):
    """One run of a machine."""
    program, model = next(m[1:] for m in MACHINES if m[0] == name)
    extra = []
    if name != REFERENCE:
        program = args.emu or program
        extra = args.extra.split()
    run = Run([program] + COMMON + [
        "-cpu", model, "-kernel", guest[0], "-initrd", guest[1],
        "-append", append] + extra).wait()
    if run.trouble:
        print("bench: %s (%s): %s\n%s" % (
            name, append, run.trouble,
            run.tail.decode(errors="replace").replace("\r", "")),
            file=sys.stderr)
    return run


# --- All runs ------------------------------------------------------------


class Figures:
    """Times by row, kpti and machine."""

    def __init__(self):
        self.times = {}    # (row, kpti): {machine: [seconds]}
        self.ops = {}      # row: operations
        self.sums = {}     # row: {checksum: first machine}
        self.trouble = []  # lines

    def add(self, row, kpti, machine, seconds):
        """A time."""
        times = self.times.setdefault((row, kpti), {})
        times.setdefault(machine, []).append(seconds)

    def add_run(self, run, kpti, machine, rows):
        """The rows of a run of the program."""
        for row in rows:
            if row not in run.rows:
                self.trouble.append("%s: no %s (kpti=%s)"
                                    % (machine, row, kpti))
                continue
            seconds, ops, checksum = run.rows[row]
            self.add(row, kpti, machine, seconds)
            self.ops[row] = ops
            sums = self.sums.setdefault(row, {})
            sums.setdefault(checksum, machine)
        for row, sums in self.sums.items():
            if len(sums) > 1:
                self.trouble.append("%s: checksums differ: %s" % (row, sums))
                self.sums[row] = dict(list(sums.items())[:1])


def measure(guest, args, figures):
    """Run everything, in turn."""
    passes = [k for k in ("off", "on") if args.kpti in (k, "both")]
    for number in range(args.runs):
        for kpti in passes:
            for boot in (True, False):
                rows = [r for r in args.rows if (r == "boot") == boot and
                        (kpti == "off" or boot or r in KERNEL_ROWS)]
                append = "console=ttyAMA0 kpti=" + kpti
                if not boot:
                    append += " quiet bench=%s benchdiv=%d" % (
                        ",".join(rows), args.divisor)
                for machine in args.machines if rows else ():
                    print("bench: run %d of %d: %s, kpti=%s, %s" % (
                        number + 1, args.runs, machine, kpti,
                        "boot" if boot else "rows"), file=sys.stderr)
                    run = run_machine(machine, guest, append, args)
                    if run.trouble:
                        figures.trouble.append("%s: %s (kpti=%s)" % (
                            machine, run.trouble, kpti))
                    if boot and not run.trouble:
                        figures.add("boot", kpti, machine, run.total)
                        figures.ops["boot"] = 1
                    elif not boot:
                        figures.add_run(run, kpti, machine, rows)


# --- What comes out ------------------------------------------------------


def unit(seconds):
    """A time with its unit, three digits."""
    for factor, name in ((1e9, "ns"), (1e6, "us"), (1e3, "ms")):
        if seconds * factor < 999.5:
            return "%.3g %s" % (seconds * factor, name)
    return "%.3g s" % seconds


def summary(figures):
    """One dictionary a row, in the order of the table."""
    out = []
    for (row, kpti), times in sorted(
            figures.times.items(),
            key=lambda i: (i[0][1], (("boot",) + ROWS).index(i[0][0]))):
        ops = figures.ops[row]
        entry = {"row": row, "kpti": kpti, "operations": ops, "machines": {}}
        for machine, seconds in times.items():
            entry["machines"][machine] = {
                "seconds": [round(s, 6) for s in seconds],
                "median_per_op": statistics.median(seconds) / ops,
                "min_per_op": min(seconds) / ops,
            }
        qemu = entry["machines"].get(REFERENCE)
        for machine, m in entry["machines"].items():
            if qemu and machine != REFERENCE:
                m["ratio"] = m["median_per_op"] / qemu["median_per_op"]
                m["ratio_min"] = m["min_per_op"] / qemu["min_per_op"]
        entry["gate"] = GATES.get((row, kpti), GATE_OTHERS)
        entry["aim"] = AIMS.get((row, kpti), entry["gate"])
        ratio = entry["machines"].get("emu", {}).get("ratio")
        entry["verdict"] = (
            "" if ratio is None else
            "FAILS" if ratio > entry["gate"] else
            "below aim" if ratio > entry["aim"] else "")
        out.append(entry)
    return out


def cell(entry, machine, key, text):
    """A figure of a row as text, "-" when there is none."""
    value = entry["machines"].get(machine, {}).get(key)
    return "-" if value is None else text(value)


def print_table(entries):
    """The table: losses look like wins."""
    form = "%-9s %-4s %9s %9s %9s %8s %6s %8s %6s %6s  %s"
    print(form % ("row", "kpti", "qemu", "emu", "max", "emu/qemu", "(min)",
                  "max/qemu", "gate", "aim", ""))
    for e in entries:
        print(form % (
            e["row"], e["kpti"],
            cell(e, REFERENCE, "median_per_op", unit),
            cell(e, "emu", "median_per_op", unit),
            cell(e, "max", "median_per_op", unit),
            cell(e, "emu", "ratio", "{:.2f}".format),
            cell(e, "emu", "ratio_min", "{:.2f}".format),
            cell(e, "max", "ratio", "{:.2f}".format),
            "%.2f" % e["gate"],
            "%.2f" % e["aim"], e["verdict"]))
    print("CPU time (user and system) an operation, median; emu and qemu "
          "are -cpu cortex-a72,\nmax is emu's default model; (min) is the "
          "ratio of the least times.")


def version(program):
    """The first line of --version."""
    try:
        p = subprocess.run([program, "--version"], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, check=False)
    except OSError as e:
        die("%s: %s" % (program, e.strerror))
    return p.stdout.decode(errors="replace").partition("\n")[0]


def host_model():
    """The host's processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            m = re.search(r"model name\s*:\s*(.*)", f.read())
    except OSError:
        m = None
    return m.group(1) if m else platform.machine()


def main():
    args = parse_args()
    if args.emu:
        args.emu = os.path.abspath(args.emu)
    os.chdir(TOP)
    guest = prepare()
    about = {
        "emu": version(args.emu or os.path.join(BUILD, "emu")),
        "qemu": version(QEMU), "host": host_model(),
        "cpus": os.cpu_count(), "runs": args.runs, "divisor": args.divisor,
        "load_before": round(os.getloadavg()[0], 2),
    }
    figures = Figures()
    try:
        measure(guest, args, figures)
    except KeyboardInterrupt:
        figures.trouble.append("interrupted")
    about["load_after"] = round(os.getloadavg()[0], 2)
    entries = summary(figures)
    print_table(entries)
    print("%(qemu)s; host %(host)s, %(cpus)d CPUs, load %(load_before)s to "
          "%(load_after)s; runs: %(runs)d, operations/%(divisor)d" % about)
    os.makedirs(os.path.dirname(os.path.abspath(args.json)), exist_ok=True)
    with open(args.json, "w", encoding="utf-8") as f:
        json.dump({"about": about, "rows": entries,
                   "trouble": figures.trouble}, f, indent=1)
        f.write("\n")
    for line in figures.trouble:
        print("not ok: " + line)
    failed = [e for e in entries if e["verdict"] == "FAILS"]
    for e in failed:
        print("not ok: gate %s kpti=%s: %.2f, at most %.2f is allowed" % (
            e["row"], e["kpti"], e["machines"]["emu"]["ratio"], e["gate"]))
    sys.exit(1 if failed or figures.trouble else 0)


if __name__ == "__main__":
    main()
