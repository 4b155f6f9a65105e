#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux boots on every CPU model and with each feature off.

/proc/cpuinfo must show exactly the features that are on: those that `emu -cpu
SPEC,help` says are on and have a name there, and what every CPU has.  So the
ID registers, the switches and features.def agree, and the kernel and busybox
run on what is left.

Levels: quick boots max only, full every model and max without anything that
can be off, long also max without each feature in turn and with each other
algorithm of pointer authentication.  Arguments: CPUs to boot instead.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))

import bootlib  # noqa: E402 pylint: disable=wrong-import-position

MODELS = ("max", "cortex-a53", "cortex-a72", "neoverse-n1")
# What Linux does not show though the CPU has it.
HIDDEN = {"neoverse-n1": {"ssbs"}}      # its erratum 3194386
ALWAYS = {"fp", "asimd", "evtstrm", "cpuid"}
PARTS = {"max": "0x000f0510", "cortex-a53": "0x410fd034",
         "cortex-a72": "0x410fd083", "neoverse-n1": "0x414fd0c1"}
TYPED = b"""cat /proc/cpuinfo
cat /sys/devices/system/cpu/cpu0/regs/identification/midr_el1
seq 1 200 | sha256sum
poweroff -f
"""


def features(spec):
    """What -cpu SPEC,help lists: switch -> (is it on, names in cpuinfo)."""
    out = subprocess.run([bootlib.EMU, "-cpu", spec + ",help"], check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    return {line[:14].strip(): (line[15:19].strip() == "on",
                                set(line[20:34].split()) - {"-"})
            for line in out.splitlines()}


def specs(level):
    """The CPUs to boot."""
    switches = features("max")
    if level == "quick":
        return ["max"]
    can_be_off = [s for s, (on, _) in switches.items() if on]
    result = list(MODELS)
    result.append(",".join(["max"] + [s + "=off" for s in can_be_off]))
    if level == "long":
        result += ["max,%s=off" % s for s in can_be_off]
        result += ["max,%s=on" % s for s, (on, _) in switches.items()
                   if not on]
    return result


def check(spec, folder):
    """Boot it; Failure when something else is there than should be."""
    run = bootlib.Run(bootlib.linux(folder) + ["-cpu", spec], TYPED)
    run.expect(0, bootlib.host_sum())
    console = run.console.decode(errors="replace")
    shown = set(re.search(r"^Features\s*: (.*)$", console, re.M)[1].split())
    wanted = set(ALWAYS)
    for on, names in features(spec).values():
        if on:
            wanted |= names
    wanted -= HIDDEN.get(spec.split(",")[0], set())
    if shown != wanted:
        raise bootlib.Failure("missing: %s; too many: %s" % (
            " ".join(sorted(wanted - shown)) or "-",
            " ".join(sorted(shown - wanted)) or "-"))
    midr = PARTS[spec.split(",")[0]]
    if "0x%016x" % int(midr, 16) not in console:
        raise bootlib.Failure("MIDR_EL1 is not %s" % midr)


def main():
    """Boot them; the exit status."""
    todo = sys.argv[1:] or specs(bootlib.LEVEL)
    jobs = int(os.environ.get("EMU_TEST_JOBS", "2"))
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            bootlib.initrd(folder)
        except bootlib.Missing as e:
            print("every CPU: %s" % e)
            return 77
        good = list(pool.map(
            lambda spec: bootlib.run_test(
                "max,everything=off" if spec.count("=off") > 9 else spec,
                check, spec, folder), todo))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
