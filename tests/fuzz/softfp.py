#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hold target-arm64/softfp*.c against two other implementations.

    tests/fuzz/softfp.py [--count N] [--seed N]

Runs softfp_sse (the host's SSE, FMA and F16C) and softfp_diff against
softfp_guest under qemu-aarch64, built here with aarch64-linux-gnu-gcc.
EMU_BUILD names the folder of the build.  Prints one line a test, as
scripts/run-tests.py reads them; the same seed gives the same operands.
"""

import argparse
import os
import shutil
import subprocess
import sys

GUEST_CC = "aarch64-linux-gnu-gcc"
QEMU = "qemu-aarch64"
NO_FEATURE = 77  # exit status of softfp_sse on a host without FMA or F16C


def report(name, status, text, repro):
    """Print the line of one test; what it said only if it failed."""
    if status == 0:
        print("ok softfp/" + name)
        return True
    print(text.rstrip())
    print("again: " + repro)
    print("not ok softfp/" + name)
    return False


def run_sse(build, count, seed):
    """Compare with the host's floating point."""
    command = [build + "/softfp_sse", str(count), str(seed)]
    p = subprocess.run(command, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    if p.returncode == NO_FEATURE:
        print("skip softfp/sse # no FMA or F16C here")
        return True
    return report("sse", p.returncode, p.stdout.decode(), " ".join(command))


def run_qemu(build, count, seed):
    """Compare with the same instructions under qemu-aarch64."""
    for tool in (GUEST_CC, QEMU):
        if not shutil.which(tool):
            print("skip softfp/qemu # no " + tool)
            return True
    guest = build + "/softfp_guest"
    subprocess.run([GUEST_CC, "-O2", "-static", "-o", guest,
                    "tests/fuzz/softfp_guest.c"], check=True)
    diff = build + "/softfp_diff"
    pipe = "{0} gen {1} {2} | {3} -cpu max {4} | {0} check {1} {2}".format(
        diff, count, seed, QEMU, guest)
    p = subprocess.run(pipe, shell=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    return report("qemu", p.returncode, p.stdout.decode(), pipe)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=2000000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../.."))
    build = os.environ.get("EMU_BUILD", "build/release") + "/tests/fuzz"
    passed = [run_sse(build, args.count, args.seed),
              run_qemu(build, args.count, args.seed)]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
