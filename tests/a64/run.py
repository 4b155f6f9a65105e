#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the bare-metal instruction tests.

Every tests/a64/CLASS/.../NAME.S is linked with lib/start.S to an ELF and run
by emu's two engines and by QEMU; what they print on the UART must be equal.
Comments in a test say more:

    //> TEXT        this line must be printed (such lines in this order)
    //@ cpu MODEL   -cpu for both machines (max); emu-cpu, qemu-cpu: for one
    //@ emu ARGS    further arguments of emu; also `qemu ARGS`
    //@ smp N       CPUs of both machines (1)
    //@ gic 2       GICv2 instead of GICv3
    //@ reset       the test ends by a reset, which emu tells by status 73
    //@ reboot      a reset starts the machine again
    //@ features F  emu's CPU has these features, too (tests/hooked/hooks.c)
    //@ guest FILE  a C file beside the test that is linked to it
    //@ noqemu WHY  QEMU is no judge of this test

A printed line that starts with ~ is compared between emu's engines only; the
test says why, and has a line `//> ~...` with what the architecture wants.

usage: run.py [-e jit,eval,qemu] [-x "EMU ARGS"] [-k] [-v] [NAME ...]
NAME selects tests whose CLASS/NAME contains it.  -k keeps every output in
the build folder, -v prints what the first engine printed.  --kept takes
programs and QEMU's output from there when a run with -k left them, for those
who run the same tests again and again.
Prints "ok", "not ok" or "skip" and the name; status 1 when a test failed.
"""

import argparse
import concurrent.futures
import difflib
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
QEMU = os.environ.get("QEMU_AARCH64", "qemu-system-aarch64")
CFLAGS = ["-nostdlib", "-static", "-march=armv8.5-a+crypto+sha3+sm4+fp16",
          "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
          "-Wa,-I" + HERE + "/lib", "-I", HERE + "/lib",
          "-Wl,-T," + HERE + "/lib/link.ld", HERE + "/lib/start.S"]
GUEST_CFLAGS = ["-std=gnu11", "-O1", "-Wall", "-ffreestanding", "-fno-pic",
                "-fno-stack-protector", "-mgeneral-regs-only"]
TIMEOUT_S = int(os.environ.get("EMU_TEST_TIMEOUT", "120"))
MAX_DIFF_LINES = 30


def directives(path):
    """The //@ lines as a dictionary, and the //> lines."""
    what, lines = {}, []
    with open(path, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"\s*//@ ([\w-]+)\s*(.*)", line)
            if m:
                what[m.group(1)] = m.group(2).strip()
            m = re.match(r"\s*//> ?(.*)", line)
            if m:
                lines.append(m.group(1).rstrip())
    return what, lines


def command(engine, emu, elf, what, extra):
    """The command line that runs a test under an engine."""
    machine = "qemu" if engine == "qemu" else "emu"
    if machine == "emu" and "features" in what:
        emu = os.path.join(os.path.dirname(emu), "tests/hooked/emu")
    cpu = what.get(machine + "-cpu", what.get("cpu", "max"))
    common = ["-M", "virt,gic-version=" + what.get("gic", "3"), "-cpu", cpu,
              "-smp", what.get("smp", "1"), "-m", "128", "-nic", "none",
              "-display", "none", "-monitor", "none", "-serial", "stdio",
              "-kernel", elf]
    if "reboot" not in what:
        common += ["-no-reboot"]
    if engine == "qemu":
        return [QEMU] + common + shlex.split(what.get("qemu", ""))
    checked = ["-X", "verify"] if engine == "eval" else []
    return ([emu, "-engine", engine] + checked + common +
            shlex.split(what.get("emu", "")) + extra)


def environment(what):
    """The environment of a test's commands."""
    return dict(os.environ, EMU_FEATURES=what.get("features", ""))


def run(cmd, status, env):
    """What a command printed, with a line about how it ended if badly."""
    try:
        p = subprocess.run(cmd, env=env, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode(errors="replace") + "TIMEOUT\n"
    text = p.stdout.decode(errors="replace").replace("\r", "")
    if p.returncode != status:
        text += "STATUS %d\n%s" % (p.returncode,
                                   p.stderr.decode(errors="replace"))
    return text


def missing_line(lines, text):
    """The first of the demanded lines that is not printed, or None."""
    printed = iter(l.rstrip() for l in text.splitlines())
    for want in lines:
        if not any(got == want for got in printed):
            return want
    return None


def comparable(text):
    """Without the lines that QEMU is no judge of."""
    return re.sub(r"^~.*\n", "", text, flags=re.M)


def diff(a, b, name_a, name_b):
    """The start of the difference of two outputs."""
    out = list(difflib.unified_diff(a.splitlines(), b.splitlines(), name_a,
                                    name_b, lineterm="", n=1))
    if len(out) > MAX_DIFF_LINES:
        out = out[:MAX_DIFF_LINES] + ["..."]
    return out


def guest_c(path, what):
    """Arguments that compile and link the C part of a test."""
    if "guest" not in what:
        return []
    return GUEST_CFLAGS + [os.path.join(os.path.dirname(path), what["guest"])]


def judge(path, name, engines, out_dir, args):
    """Build and run a test: (word, lines to print)."""
    what, lines = directives(path)
    elf = os.path.join(out_dir, name.replace("/", "-") + ".elf")
    if not (args.kept and os.path.exists(elf)):
        built = subprocess.run([CC] + CFLAGS + guest_c(path, what) +
                               ["-o", elf, path],
                               stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if built.returncode:
            text = built.stdout.decode(errors="replace")
            return "not ok", text.splitlines()[:MAX_DIFF_LINES]
    if "noqemu" in what:
        engines = [e for e in engines if e != "qemu"]
    texts = {}
    for engine in list(engines):
        status = 73 if "reset" in what and engine != "qemu" else 0
        kept = elf[:-3] + engine
        if args.kept and engine == "qemu" and os.path.exists(kept):
            with open(kept, encoding="utf-8") as f:
                texts[engine] = f.read()
        else:
            texts[engine] = run(command(engine, args.emu, elf, what,
                                        args.extra), status,
                                environment(what))
        if args.keep:
            with open(kept, "w", encoding="utf-8") as f:
                f.write(texts[engine])
        if re.match(r"STATUS 1\n\S+: -cpu ", texts[engine]):
            engines = [e for e in engines if e != engine]
            why = texts.pop(engine).splitlines()[1]
            print("skip a64/%s under %s # %s" % (name, engine, why))
    wrong = []
    if args.verbose and engines:
        wrong += texts[engines[0]].splitlines()
    judge_by = "qemu" if "qemu" in texts else engines[0] if engines else None
    bad = False
    for engine in engines:
        want = missing_line([l for l in lines
                             if engine != "qemu" or l[:1] != "~"],
                            texts[engine])
        if want is not None:
            wrong += ["%s does not print: %s" % (engine, want)]
            bad = True
        if not re.search(r"^done$", texts[engine], re.M):
            wrong += ["%s does not end:" % engine]
            wrong += texts[engine].splitlines()[-8:]
            bad = True
        for other in {judge_by, engines[0]} - {engine}:
            a, b = texts[other], texts[engine]
            if "qemu" in (other, engine):
                a, b = comparable(a), comparable(b)
            if a != b:
                wrong += diff(a, b, other, engine)
                bad = True
    return ("not ok" if bad else "ok"), wrong


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-e", "--engines", default="jit,eval,qemu")
    p.add_argument("-x", "--extra", default="", type=shlex.split)
    p.add_argument("-k", "--keep", action="store_true")
    p.add_argument("--kept", action="store_true")
    p.add_argument("-v", "--verbose", action="store_true")
    p.add_argument("-d", "--dir", default=HERE)
    p.add_argument("names", nargs="*")
    args = p.parse_args()
    build = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"))
    args.emu = os.path.join(build, "emu")
    out_dir = os.path.join(build, "tests", "a64")
    os.makedirs(out_dir, exist_ok=True)
    if not shutil.which(CC):
        print("skip a64 # no " + CC)
        return 77
    engines = []
    for engine in args.engines.split(","):
        tool = QEMU if engine == "qemu" else args.emu
        if shutil.which(tool):
            engines.append(engine)
        else:
            print("skip a64/%s # no %s" % (engine, tool))
    tests = []
    for path in sorted(glob.glob(args.dir + "/**/*.S", recursive=True)):
        name = os.path.relpath(path, args.dir)[:-2]
        if not name.startswith("lib/") and (
                not args.names or any(n in name for n in args.names)):
            tests.append((path, name))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(
            int(os.environ.get("EMU_TEST_JOBS", "2"))) as pool:
        done = pool.map(lambda t: judge(t[0], t[1], engines, out_dir, args),
                        tests)
        for (path, name), (word, lines) in zip(tests, done):
            print("%s a64/%s" % (word, name))
            for line in lines:
                print("    " + line)
            sys.stdout.flush()
            failed += word == "not ok"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
