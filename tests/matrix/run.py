#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One hash a guest, over every configuration of emu.

A guest is a kernel with what it is to do on one machine; a configuration is
how emu runs it.  No configuration may be seen by a guest: the console, the
count of instructions, virtual time and the final state's hash are the same
in all.  Guests are

  boot    to a busybox shell that counts the CPUs, runs commands, powers off
  stress  the program of tests/guest on 4 CPUs: 5e9 instructions of locks,
          exclusives, signals, fork, mappings, changing code, registers
          (short: a twentieth)
  eval    the first 300 million instructions of a boot, where the hashes
          after every million are compared
  qemu    the stress program prints the same sums under qemu-system-aarch64

The tables below say which machines and configurations there are.  At the full
level each boot and a short stress are compared with one configuration, in
turn; at the long level everything is run.  Results are lines of "ok NAME"
or "not ok NAME", and a table of the CPU time that each run took.

usage: run.py [--level LEVEL] [--jobs N] [WORD...]
       run.py --locate GUEST CONFIGURATION
A WORD chooses guests by a part of their names.  --locate finds the first
instruction after which a configuration differs.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "boot"),
                os.path.join(HERE, "..", "guest")]

# The folders above.
import bootlib  # noqa: E402 pylint: disable=wrong-import-position
import build  # noqa: E402 pylint: disable=wrong-import-position

# --- What is run ----------------------------------------------------------

MODELS = ("max", "cortex-a72")
GICS = (3, 2)
CPUS = (1, 4)
# (CPUs, model, GIC): these have the whole matrix.
MACHINES = [(cpus, model, gic)
            for model in MODELS for gic in GICS for cpus in CPUS]
# ... and these show only that so many CPUs come up, the same every time.
MORE_MACHINES = [(2, "max", 3), (8, "max", 2), (8, "cortex-a72", 3),
                 (2, "cortex-a72", 2)]

# Configurations: options, by the name of the column.
CONFIGURATIONS = {
    "again": [],
    "third": [],
    "tags=2": ["-X", "tags=2"],
    "tb-max=1": ["-X", "tb-max=1"],
    "nochain": ["-X", "nochain"],
    "cache=256K": ["-X", "cache=256K"],
    "ra-shuffle": ["-X", "ra-shuffle=7"],
    "sse42": ["-X", "host=sse42"],
    "avx2": ["-X", "host=avx2"],
    "noopt": ["-X", "noopt"],
    "cold": ["-X", "cold"],
    "far": ["-X", "far"],
    "eval": ["-engine", "eval"],
    # Several at once, for the full level.
    "tags=2,nochain,verify": ["-X", "tags=2,nochain,verify"],
    "cache=256K,ra-shuffle": ["-X", "cache=256K,ra-shuffle=11"],
    "sse42,noopt,far": ["-X", "host=sse42,noopt,far"],
}
SHORT = ("tags=2,nochain,verify", "tb-max=1", "cache=256K,ra-shuffle",
         "sse42,noopt,far")
STRESS = ("again", "third", "ra-shuffle", "sse42", "tb-max=1", "tags=2",
          "nochain", "cache=256K")
LONG = STRESS + ("avx2", "noopt", "cold", "far", "eval")
SHORT_STRESS = ((4, "max", 3), (4, "cortex-a72", 2))
EVAL_INSTRUCTIONS = 300 * bootlib.MILLION

# Of the stress program; 16 are 270 million instructions.
STRESS_LONG, STRESS_SHORT, STRESS_QEMU = 320, 16, 4
# All but "code": QEMU 7.2 may go on running a block that one CPU patches while
# another translates it.
PARTS_QEMU = ("futex,pipe,signal,exclusive,atomics-llsc,atomics-outline,"
              "atomics-lse,fork,mmap,registers,file")
TIMEOUT_S = 2 * 3600
QEMU = os.environ.get("QEMU_AARCH64", "qemu-system-aarch64")

BOOT_COMMANDS = b"echo cpus=$(nproc)\n" + bootlib.COMMANDS


def stress_commands(length):
    """What is typed to run the stress program."""
    return b"/bin/stress %d 1; echo status=$?\npoweroff -f\n" % length


class Guest:
    """A kernel, a machine, and what is compared there."""

    def __init__(self, name, machine, typed, texts, columns, limit=None):
        self.cpus, self.model, self.gic = machine
        self.name = "%s-%d-%s-gic%d" % (name, *machine)
        self.typed = typed      # commands
        self.initrd = name.rstrip("0123456789")  # folder of its initramfs
        self.texts = texts      # what must be on the console
        self.columns = columns  # configurations to compare the default with
        self.limit = limit      # instructions, hashes after every million
        self.base = None        # the run in the default configuration
        self.cells = {}         # what the table says, by column

    def arguments(self, folder):
        """emu's, but for the configuration."""
        folder = os.path.join(folder, self.initrd)
        if os.path.exists(os.path.join(folder, "why")):
            with open(os.path.join(folder, "why"), encoding="utf-8") as f:
                raise bootlib.Missing(f.read())
        return bootlib.linux(folder) + [
            "-smp", str(self.cpus), "-cpu", self.model, "-M",
            "virt,gic-version=%d" % self.gic]

    def run(self, folder, configuration=None):
        """Run it; Failure when it does not end as it should."""
        options = CONFIGURATIONS[configuration] if configuration else []
        if self.limit:
            options = options + ["-exit-after", str(self.limit),
                                 "-hash-every", str(bootlib.MILLION)]
        run = bootlib.Run(self.arguments(folder) + options, self.typed,
                          TIMEOUT_S)
        run.expect(124 if self.limit else 0, *self.texts)
        if self.limit and \
                len(run.states) != self.limit // bootlib.MILLION + 1:
            raise bootlib.Failure("%d states" % len(run.states))
        self.cells[configuration or "default"] = "%.1f" % run.cpu_s
        return run


def boot(machine, *columns):
    """A boot to the shell."""
    texts = (b"emu: userspace is up", b"cpus=%d\r" % machine[0],
             b"aarch64", bootlib.host_sum(), b"reboot: Power down")
    return Guest("boot", machine, BOOT_COMMANDS, texts, columns)


def stress(machine, length, *columns):
    """The stress program; it knows its sums and says OK."""
    name = "stress" if length == STRESS_LONG else "stress%d" % length
    return Guest(name, machine, stress_commands(length),
                 (b"stress: OK ", b"status=0"), columns)


def evaluated(machine):
    """The first instructions under the evaluator."""
    return Guest("eval", machine, b"", (), ("eval",), EVAL_INSTRUCTIONS)


def guests(level):
    """All guests of a level, the longest first."""
    if level == "long":
        four = sorted((m for m in MACHINES if m[0] == 4),
                      key=lambda m: m not in SHORT_STRESS)
        return ([stress(m, STRESS_LONG, *STRESS) for m in four] +
                [stress(m, STRESS_SHORT, *LONG[len(STRESS):]) for m in four] +
                [boot(m, *LONG) for m in MACHINES] +
                [boot(m, *SHORT) for m in MORE_MACHINES] +
                [evaluated(m) for m in MACHINES])
    return ([evaluated((1, "max", 3)), evaluated((4, "cortex-a72", 2)),
             *(stress(m, STRESS_SHORT, c)
               for m, c in zip(SHORT_STRESS, SHORT))] +
            [boot(m, SHORT[(i + i // 4) % 4])
             for i, m in enumerate(MACHINES)] +
            [boot(m) for m in MORE_MACHINES])


# --- Running --------------------------------------------------------------

class Matrix:
    """The guests of a level, run and reported."""

    def __init__(self, level, folder, words):
        self.folder = folder
        self.level = level
        self.words = words
        self.guests = [g for g in guests(level) if self.is_wanted(g.name)]
        self.lock = threading.Lock()
        self.failed = 0

    def is_wanted(self, name):
        """Was it chosen on the command line?"""
        return not self.words or any(w in name for w in self.words)

    def test(self, name, function, *args):
        """Run one test in a thread of the pool; report it at its end."""
        try:
            function(*args)
            lines = ["ok " + name]
        except bootlib.Missing as why:
            lines = ["skip %s # %s" % (name, why)]
        except (bootlib.Failure, subprocess.TimeoutExpired) as why:
            lines = ["not ok " + name] + [
                "# " + text for text in str(why).splitlines()]
        with self.lock:
            self.failed += lines[0].startswith("not ok")
            print("\n".join(lines), flush=True)
        return lines[0].startswith("ok")

    def first(self, guest):
        """The default configuration."""
        guest.base = guest.run(self.folder)

    def compare(self, guest, column):
        """Another one, which must be the same."""
        try:
            guest.run(self.folder, column).expect_same(guest.base)
        except bootlib.Failure as why:
            guest.cells[column] = "DIFFERS"
            raise bootlib.Failure(
                "%s\nto find where: tests/matrix/run.py --locate %s %s" %
                (why, guest.name, column)) from None

    def guest(self, guest):
        """All of one guest."""
        if self.test(guest.name, self.first, guest):
            for column in guest.columns:
                self.test("%s/%s" % (guest.name, column), self.compare,
                          guest, column)

    def qemu(self, model, gic):
        """The sums of the stress program are QEMU's."""
        guest = Guest("script", (4, model, gic), b"",
                      (b"stress: OK ", b"script ended with status 0"), ())
        run = guest.run(self.folder)
        args = [a for a in guest.arguments(self.folder)
                if a != "-final-state"]
        try:
            p = subprocess.run(
                [QEMU, *args, "-m", "512M", "-nographic", "-nodefaults",
                 "-serial", "stdio"], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, timeout=TIMEOUT_S, check=False)
        except FileNotFoundError:
            raise bootlib.Missing("%s: run scripts/setup.sh check" %
                                  QEMU) from None
        ours, theirs = ([line for line in console.splitlines()
                         if line.startswith(b"stress: ")]
                        for console in (run.console, p.stdout))
        if ours != theirs:
            raise bootlib.Failure("emu prints\n%s\nand QEMU\n%s" % (
                b"\n".join(ours).decode(errors="replace"),
                b"\n".join(theirs).decode(errors="replace")))

    def table(self):
        """A line a guest, a column a configuration, CPU seconds in each."""
        ran = [g for g in self.guests if g.base]
        columns = ["default"] + [c for c in CONFIGURATIONS
                                 if any(c in g.cells for g in ran)]
        rows = [["guest-CPUs-model-GIC", "instructions", "hash"] + columns]
        for g in ran:
            words = dict(w.split("=") for w in g.base.states[-1].split()[1:])
            rows.append([g.name, words["count"], words["hash"]] +
                        [g.cells.get(c, "") for c in columns])
        widths = [max(map(len, column)) for column in zip(*rows)]
        for row in rows:
            print("| " + " | ".join(c.ljust(w) for c, w in
                                    zip(row, widths)) + " |")

    def run(self, jobs):
        """Everything; the number of failures."""
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for g in self.guests:
                pool.submit(self.guest, g)
            for model, gic in zip(MODELS, GICS):
                name = "qemu-4-%s-gic%d" % (model, gic)
                if self.level == "long" and self.is_wanted(name):
                    pool.submit(self.test, name, self.qemu, model, gic)
        self.table()
        cells = [c for g in self.guests for c in g.cells.values()]
        numbers = [float(c) for c in cells if c[0].isdigit()]
        print("| %d runs, %d failed; CPU seconds: %.0f; seconds: %.0f" %
              (len(cells), self.failed, sum(numbers),
               time.monotonic() - start))
        return self.failed


# --- Where two configurations part -----------------------------------------

def locate(folder, guest, configuration):
    """Print the last count at which they agree, by bisection."""
    options = CONFIGURATIONS[configuration]
    args = guest.arguments(folder)

    def states(extra):
        """The states of both."""
        return [bootlib.Run(args + extra + o, guest.typed,
                            TIMEOUT_S).states for o in ([], options)]

    both = states(["-hash-every", str(bootlib.MILLION)])
    same = 0
    while same < min(map(len, both)) and both[0][same] == both[1][same]:
        same += 1
    low, high = same * bootlib.MILLION, (same + 1) * bootlib.MILLION
    if same == max(map(len, both)):
        print("they do not differ")
        return
    while high - low > 1:
        middle = (low + high) // 2
        one, other = states(["-exit-after", str(middle)])
        low, high = (middle, high) if one == other else (low, middle)
        print("same after %d, different after %d" % (low, high), flush=True)
    print("emu %s -exit-after %d %s" % (" ".join(args), high,
                                        " ".join(options)))


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    p.add_argument("--level", choices=bootlib.LEVELS, default=bootlib.LEVEL)
    p.add_argument("--jobs", type=int,
                   default=int(os.environ.get("EMU_TEST_JOBS", "1")))
    p.add_argument("--locate", action="store_true")
    p.add_argument("words", nargs="*", metavar="WORD")
    return p.parse_args()


def make_initrds(folder):
    """Those of boots, of the stress program, and of what runs it itself."""
    program = os.path.join(folder, "program")
    script = os.path.join(folder, "script.sh")
    with open(script, "w", encoding="utf-8") as f:
        f.write("/bin/stress %d 1 %s\n" % (STRESS_QEMU, PARTS_QEMU))
    add = ("--add", program + "=bin/stress")
    for name, options in (("boot", ()), ("eval", ()), ("stress", add),
                          ("script", add + ("--run", script))):
        os.mkdir(os.path.join(folder, name))
        try:
            if options and not os.path.exists(program):
                build.build(program)
            bootlib.initrd(os.path.join(folder, name), *options)
        except (build.Unavailable, bootlib.Missing) as why:
            # Whoever wants it is skipped with this reason.
            with open(os.path.join(folder, name, "why"), "w",
                      encoding="utf-8") as f:
                f.write(str(why))


def main():
    args = parse_args()
    if not os.access(bootlib.EMU, os.X_OK):
        print("%s is not built" % os.path.relpath(bootlib.EMU, bootlib.TOP))
        return 77
    with tempfile.TemporaryDirectory(prefix="emu-matrix-") as folder:
        make_initrds(folder)
        if args.locate:
            guest, = [g for g in guests("long") if g.name == args.words[0]]
            locate(folder, guest, args.words[1])
            return 0
        matrix = Matrix(args.level, folder, args.words)
        return 1 if matrix.run(args.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
