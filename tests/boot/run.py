#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot Linux and compare runs.

Guests are those that scripts/fetch-guest.sh put into the cache; a test whose
guest is not there is skipped.  More CPUs, GICs and settings of the
translator: tests/matrix/run.py.

  shell       to a busybox shell under the JIT, commands, power off, status 0
  repeat      the same again: the same run, bit for bit
  a72         -cpu cortex-a72
  eval        the evaluator against the JIT, state hash at every million of
              the first 20 million instructions
  exec-log    -d exec lists the same blocks under both
  panic, no-root, reset, reboot, timeout, signal: the statuses of DESIGN D13
  smp-ends    those on four CPUs, asked for by one that did not boot
  terminal    on a pseudo terminal: typed commands, Ctrl-A X
  full        the full kernel; installer: to its language choice, keys (long)

Prints "ok NAME", "not ok NAME" with the reason, or "skip NAME # reason"; the
status tells if anything failed.  EMU_BUILD, EMU_CACHE, EMU_TEST_LEVEL as
scripts/run-tests.py sets them; arguments choose tests by a part of the name.
"""

import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

from bootlib import (COMMANDS, EMU, Failure, LEVEL, LEVELS, MILLION, Run,
                     SECONDS, TOP, guest, host_sum, linux, run_test)

# --- Whole runs -----------------------------------------------------------

BASE = {}  # the run that others are compared with, by kernel and model


def boot(folder, kernel="cloud", model="max"):
    """The plain run of a kernel on a model, done once."""
    key = kernel, model
    if key not in BASE:
        BASE[key] = Run(linux(folder, kernel) + ["-cpu", model], COMMANDS)
        BASE[key].expect(0, b"emu: userspace is up", b"aarch64", host_sum(),
                         b"armv8_pmuv3 PMU driver, 7 counters available",
                         b"found 6 breakpoint and 4 watchpoint registers",
                         b"reboot: Power down")
    return BASE[key]


def test_shell(folder):
    boot(folder)


def test_repeat(folder):
    Run(linux(folder), COMMANDS).expect(0).expect_same(boot(folder))


def test_a72(folder):
    boot(folder, model="cortex-a72")


def test_full(folder):
    boot(folder, kernel="full")


def test_eval(folder):
    n = 20 * MILLION
    limit = ["-exit-after", str(n), "-hash-every", str(MILLION)]
    for model in ("max", "cortex-a72"):
        args = linux(folder) + ["-cpu", model] + limit
        a, b = Run(args), Run(args + ["-engine", "eval"])
        b.expect(124).expect_same(a.expect(124))
        if len(a.states) != n // MILLION + 1:
            raise Failure("%d states" % len(a.states))


def test_exec_log(folder):
    logs = []
    for engine in ("jit", "eval"):
        path = os.path.join(folder, engine + ".log")
        Run(linux(folder) + ["-engine", engine, "-exit-after", "5M", "-d",
                             "exec", "-D", path]).expect(124)
        with open(path, "rb") as f:
            logs.append(f.read())
        os.unlink(path)
    if logs[0] != logs[1]:
        raise Failure("the lists of blocks differ")
    if not logs[0].startswith(b"exec cpu 0 el1 va 0000000040000000 pa "
                              b"000040000000 n 6\n"):
        raise Failure("it starts with %r" % logs[0][:80])


# --- Ends -------------------------------------------------------------------

def test_panic(folder):
    typed = b"echo c > /proc/sysrq-trigger\n"
    Run(linux(folder), typed).expect(
        70, b"Kernel panic - not syncing", b"the guest's kernel panicked",
        b"last blocks entered")
    Run(linux(folder, append="panic=-1"), typed).expect(70)


def test_no_root(folder):
    image, = guest("cloud", "Image")
    Run(["-kernel", image, "-append", "console=ttyAMA0"]).expect(
        70, b"Unable to mount root fs")


def test_reset(folder):
    Run(linux(folder) + ["-no-reboot"], b"reboot -f\n").expect(73)


def test_reboot(folder):
    # The second kernel gets what the first left of its input.
    run = Run(linux(folder) + ["-exit-after", "1600M"], b"reboot -f\n")
    run.expect(124)
    if run.console.count(b"Booting Linux on physical CPU") != 2:
        raise Failure("the kernel did not boot twice")


def test_smp_ends(folder):
    """The same on four CPUs, by one that did not boot."""
    args = linux(folder, append="panic=-1") + ["-smp", "4"]
    for gic in (3, 2):
        machine = args + ["-M", "virt,gic-version=%d" % gic]
        Run(machine, b"taskset 4 sh -c 'echo c > /proc/sysrq-trigger'\n"
            ).expect(70, b"SMP: stopping secondary CPUs",
                     b"cpu 2 runs at pc", b"cpu 3 waits for an interrupt")
        Run(machine + ["-no-reboot"], b"taskset 2 reboot -f\n").expect(73)
        Run(machine, b"taskset 8 poweroff -f\n").expect(0)
        run = Run(machine + ["-exit-after", "1100M"],
                  b"taskset 4 reboot -f\n").expect(124)
        if run.console.count(b"Brought up 1 node, 4 CPUs") != 2:
            raise Failure("four CPUs did not come up twice")


def test_timeout(folder):
    start = time.monotonic()
    Run(linux(folder) + ["-timeout", "0.3"]).expect(124)
    if time.monotonic() - start > 10:
        raise Failure("it took %.1f s" % (time.monotonic() - start))


def test_signal(folder):
    p = subprocess.Popen([EMU] + linux(folder), stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.readline()
    p.send_signal(signal.SIGTERM)
    _, errors = p.communicate(timeout=SECONDS)
    if p.returncode != 128 + signal.SIGTERM or b"state count=" not in errors:
        raise Failure("status %d: %r" % (p.returncode, errors[-200:]))


# --- On a terminal ------------------------------------------------------------

def converse(args, steps, seconds=120):
    """Run on a terminal; each step waits for a text and types another."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(EMU, [EMU] + args)
    seen, end = b"", time.monotonic() + seconds
    steps = list(steps)
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
        if steps and steps[0][0] in seen:
            seen = seen.split(steps[0][0], 1)[1]
            os.write(fd, steps.pop(0)[1])
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    if steps:
        raise Failure("never saw %r, but %r" % (steps[0][0], seen[-300:]))
    return os.waitstatus_to_exitcode(status)


def test_terminal(folder):
    args = linux(folder)
    status = converse(args, [
        (b"/root # ", b"echo $((6 * 7))x\n"), (b"42x", b"poweroff -f\n"),
        (b"reboot: Power down", b"")])
    if status:
        raise Failure("status %d after poweroff" % status)
    status = converse(args, [(b"/root # ", b"\x01h"),
                             (b"Ctrl-A X", b"\x01x")])
    if status:
        raise Failure("status %d after Ctrl-A X" % status)


def test_installer(folder):
    image, cpio = guest("installer", "Image", "initrd.gz")
    del folder
    status = converse(
        ["-m", "1G", "-kernel", image, "-initrd", cpio, "-append",
         "console=ttyAMA0"],
        [(b"Select a language", b""), (b"English", b"\r"),
         (b"Select your location", b"\x01x")], 280)
    if status:
        raise Failure("status %d after Ctrl-A X" % status)


# name, function, least level
TESTS = [
    ("shell", test_shell, "quick"),
    ("repeat", test_repeat, "quick"),
    ("a72", test_a72, "full"),
    ("full", test_full, "full"),
    ("eval", test_eval, "quick"),
    ("exec-log", test_exec_log, "quick"),
    ("panic", test_panic, "full"),
    ("no-root", test_no_root, "full"),
    ("reset", test_reset, "full"),
    ("reboot", test_reboot, "full"),
    ("smp-ends", test_smp_ends, "full"),
    ("timeout", test_timeout, "quick"),
    ("signal", test_signal, "quick"),
    ("terminal", test_terminal, "full"),
    ("installer", test_installer, "long"),
]


def main():
    chosen = sys.argv[1:]
    if not os.access(EMU, os.X_OK):
        print("skip boot # %s is not built" % os.path.relpath(EMU, TOP))
        return 0
    failed = 0
    with tempfile.TemporaryDirectory(prefix="emu-boot-") as folder:
        for name, test, level in TESTS:
            if chosen:
                if not any(word in name for word in chosen):
                    continue
            elif LEVELS.index(level) > LEVELS.index(LEVEL):
                continue
            failed += not run_test(name, test, folder)
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
