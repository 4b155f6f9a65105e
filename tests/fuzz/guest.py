# SPDX-License-Identifier: MIT
"""Run the hostile guests (hostile_guest.c) and judge emu by what is left.

    guest  random accesses to every device and system register
    code   random words as code, at EL0 and EL1
    wild   as guest, but nothing keeps the program from ending

emu must reach the limit of instructions (wild: end with any documented
status); the same command twice, the other engine and every translator
setting must leave the same state.  The seed is written into the program.
"""

import os
import re
import shutil
import struct
import subprocess
import tempfile
import time

CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
HERE = os.path.dirname(os.path.abspath(__file__))
MAGIC = b"hostile\1"
GUESTS = {"guest": 0, "code": 1, "wild": 2}
WILD = GUESTS["wild"]
# Statuses that a wild guest may earn.
STATUSES = (0, 70, 71, 73, 124)
LIMIT = 124
# Arguments of a machine; the parity of the seed tells where the code is.
MACHINES = {
    "guest": ["-smp 1", "-smp 4", "-smp 1 -M gic-version=2",
              "-smp 8 -M gic-version=2", "-smp 2 -cpu cortex-a72"],
    "code": ["-smp 2", "-smp 4", "-smp 2 -cpu cortex-a72",
             "-smp 3 -M gic-version=2"],
    "wild": ["-smp 1", "-smp 2 -M gic-version=2"],
}
SETTINGS = ["-engine eval", "-X nochain", "-X tb-max=1", "-X tags=2",
            "-X cache=256K", "-X cold", "-X ra-shuffle=7,noopt",
            "-X host=sse42"]
# Instructions for a comparison, and of the longest run.
COUNTS = {"quick": 3000000, "full": 5000000, "long": 20000000}
LONG = 1000000000
EPISODES = {"quick": 4, "full": 16, "long": 200}
EPISODE = 1000000
# A guest that does something makes an operation in that many instructions.
INSNS_AN_OP = 20000


def build(folder):
    """The program, or None."""
    out = folder + "/hostile_guest"
    p = subprocess.run(
        [CC, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-march=armv8-a",
         "-ffreestanding", "-mgeneral-regs-only", "-mstrict-align",
         "-fno-pic", "-fno-stack-protector", "-ffixed-x18", "-ffixed-x27",
         "-ffixed-x28", "-fno-tree-loop-distribute-patterns", "-nostdlib",
         "-static", "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
         "-Wl,-T," + HERE + "/hostile.ld", "-o", out,
         HERE + "/hostile_start.S", HERE + "/hostile_guest.c"], check=False)
    if p.returncode:
        return None
    with open(out, "rb") as f:
        return f.read()


def with_seed(program, seed, mode):
    """The program for this seed and mode."""
    at = program.index(MAGIC) + len(MAGIC)
    return program[:at] + struct.pack("<QQ", seed, mode) + program[at + 16:]


class Runner:
    """Runs one program of one seed on one machine."""

    def __init__(self, emu, folder, program, machine):
        self.emu, self.machine = emu, machine
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".elf",
                                         delete=False) as f:
            f.write(program)
            self.path = f.name

    def run(self, count, setting=""):
        """What was left: (status, state line, operations by CPU 0)."""
        command = ([self.emu, "-kernel", self.path, "-m", "2G", "-serial",
                    "null", "-no-reboot", "-final-state", "-exit-after",
                    str(count)] + self.machine.split() + setting.split())
        p = subprocess.run(command, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           check=False)
        text = p.stdout.decode(errors="replace")
        state = re.search(r"^state .*$", text, re.M)
        ops = re.search(r"^cpu0 .*?x27=([0-9a-f]+)", text, re.M | re.S)
        if not state:
            print(" ".join(command) + "\n" + text[-3000:])
        return (p.returncode, state.group(0) if state else "no state",
                int(ops.group(1), 16) if ops else 0)

    def close(self):
        os.unlink(self.path)


def compare(runner, what, count, settings, is_wild):
    """Is every setting's end that of the first run?"""
    status, state, ops = first = runner.run(count)
    if status not in (STATUSES if is_wild else (LIMIT,)):
        print("%s: status %d" % (what, status))
        return False
    if not is_wild and ops < count // INSNS_AN_OP:
        print("%s: only %d operations in %d instructions" % (what, ops,
                                                             count))
        return False
    good = True
    for setting in settings:
        other = runner.run(count, setting)
        if other[:2] != first[:2]:
            print("%s, %d instructions: not the same\n  %d %s\n  %d %s under"
                  " '%s'" % (what, count, status, state, *other[:2], setting))
            good = False
    return good


def one(name, args, program, machine, seed, count, settings):
    """One seed on one machine."""
    emu = os.path.dirname(os.path.dirname(args.folder)) + "/emu"
    runner = Runner(emu, args.folder,
                    with_seed(program, seed, GUESTS[name]), machine)
    what = "%s seed %d %s" % (name, seed, machine)
    good = compare(runner, what, count, settings, GUESTS[name] == WILD)
    runner.close()
    return good


def plan(name, args):
    """Yields (machine, seed, instructions, settings) to run."""
    machines = MACHINES[name]
    if args.seconds:
        end, seed = time.monotonic() + args.seconds, args.seed
        while time.monotonic() < end:
            machine = machines[seed % len(machines)]
            if name == "wild":
                yield machine, seed, EPISODE, ["-engine eval"]
            else:
                yield machine, seed, COUNTS["long"], [
                    "-engine eval", SETTINGS[seed % len(SETTINGS)]]
                yield machine, seed, 10 * COUNTS["long"], [""]
            seed += 1
        return
    if name == "wild":
        for i in range(EPISODES[args.level]):
            yield (machines[i % len(machines)], args.seed + i, EPISODE,
                   ["-engine eval"])
        return
    for i, machine in enumerate(machines):
        yield machine, args.seed + i, COUNTS[args.level], SETTINGS
    if args.level == "long":
        for i, machine in enumerate(machines[:2]):
            yield machine, args.seed + i, LONG, [""]


def run(name, args):
    """Run one of the guests: True if all went well."""
    if not shutil.which(CC):
        print("skip fuzz/%s # no %s" % (name, CC))
        return True
    program = build(args.folder)
    runs = instructions = 0
    good = program is not None
    for machine, seed, count, settings in plan(name, args) if good else ():
        good &= one(name, args, program, machine, seed, count, settings)
        runs += 1 + len(settings)
        instructions += count * (1 + len(settings))
    print("%s: %d runs of %d instructions together" % (name, runs,
                                                       instructions))
    print("%s fuzz/%s" % ("ok" if good else "not ok", name))
    return good
