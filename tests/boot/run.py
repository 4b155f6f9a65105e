#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot Linux and compare runs.

Guests are those that scripts/fetch-guest.sh put into the cache; a test whose
guest is not there is skipped.  The guest gets its commands from a regular
file on standard input, which is fed deterministically, so that whole runs can
be compared: the bytes on the console, the instruction count, virtual time and
the hash of the final state.

  shell       to a busybox shell under the JIT, commands, power off, status 0
  repeat      the same again: the same run, bit for bit
  config-*    the same run with another setting of the translator
  a72         -cpu cortex-a72
  smp-*       4 CPUs on each GIC: all are up, and the run is the same with
              another setting of the translator
  eval        the evaluator against the JIT, state hash at every million of
              the first instructions (20 million; 300 at the full level)
  exec-log    -d exec lists the same blocks under both
  panic, reset, reboot, timeout, signal, no-root: the statuses of DESIGN D13
  terminal    on a pseudo terminal: typed commands, Ctrl-A X
  full        the full kernel; installer: to its language choice, keys (long)

Prints "ok NAME", "not ok NAME" with the reason, or "skip NAME # reason"; the
status tells if anything failed.  EMU_BUILD, EMU_CACHE, EMU_TEST_LEVEL as
scripts/run-tests.py sets them; arguments choose tests by a part of the name.
"""

import hashlib
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EMU = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"), "emu")
CACHE = os.path.join(TOP, os.environ.get("EMU_CACHE", "cache"))
LEVEL = os.environ.get("EMU_TEST_LEVEL", "full")
SECONDS = 300
MILLION = 1000000

COMMANDS = b"""uname -m
cat /proc/cpuinfo | grep -c processor
seq 1 200 | sha256sum
poweroff -f
"""


class Failure(Exception):
    """What is wrong, in a line or two."""


class Missing(Exception):
    """A guest's file is not in the cache."""


def guest(name, *files):
    """Paths of a guest's files."""
    paths = [os.path.join(CACHE, "guests", name, f) for f in files]
    for path in paths:
        if not os.path.exists(path):
            raise Missing(os.path.relpath(path, TOP))
    return paths


def initrd(folder):
    """A fresh initramfs, the same bytes every time."""
    path = os.path.join(folder, "initrd.gz")
    if not os.path.exists(path):
        busybox, = guest("busybox", "busybox")
        subprocess.run([sys.executable, TOP + "/scripts/mkinitrd.py",
                        "--busybox", busybox, "--output", path], check=True)
    return path


class Run:
    """One finished run of emu."""

    def __init__(self, args, typed=b"", timeout=SECONDS):
        with tempfile.TemporaryFile() as keys:
            keys.write(typed)
            keys.seek(0)
            p = subprocess.run([EMU] + args, stdin=keys, timeout=timeout,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        self.status = p.returncode
        self.console = p.stdout
        self.errors = p.stderr.decode(errors="replace")
        self.states = [l for l in self.errors.splitlines()
                       if l.startswith("state ")]

    def expect(self, status, *texts):
        """Raise unless the run ended so and printed these."""
        if self.status != status:
            raise Failure("status %d, not %d\n%s\n%s" %
                          (self.status, status, self.errors[-500:],
                           self.console[-500:].decode(errors="replace")))
        for text in texts:
            if text not in self.console and \
                    text.decode() not in self.errors:
                raise Failure("%r is not on the console, which ends:\n%s" %
                              (text, self.console[-800:].decode(
                                  errors="replace")))
        return self

    def expect_same(self, other):
        """Raise unless the other run is the same, bit for bit."""
        if self.console != other.console:
            for n, (a, b) in enumerate(zip(self.console.splitlines(),
                                           other.console.splitlines()), 1):
                if a != b:
                    raise Failure("line %d of the console:\n%r\n%r" %
                                  (n, a, b))
            raise Failure("one console is longer")
        if not self.states:
            raise Failure("no state was printed")
        for a, b in zip(self.states, other.states):
            if a != b:
                raise Failure("%s\n%s" % (a, b))
        if len(self.states) != len(other.states):
            raise Failure("%d and %d states" % (len(self.states),
                                                len(other.states)))
        return self


def linux(folder, kernel="cloud", append=""):
    """Arguments that boot a kernel to the shell."""
    image, = guest(kernel, "Image")
    return ["-kernel", image, "-initrd", initrd(folder), "-append",
            ("console=ttyAMA0 " + append).strip(), "-final-state"]


# --- Whole runs -----------------------------------------------------------

BASE = {}  # the run that others are compared with, by kernel and model


def host_sum():
    """What sha256sum of the commands above must say."""
    text = b"".join(b"%d\n" % i for i in range(1, 201))
    return hashlib.sha256(text).hexdigest().encode()


def boot(folder, kernel="cloud", model="max"):
    """The plain run of a kernel on a model, done once."""
    key = kernel, model
    if key not in BASE:
        BASE[key] = Run(linux(folder, kernel) + ["-cpu", model], COMMANDS)
        BASE[key].expect(0, b"emu: userspace is up", b"aarch64", host_sum(),
                         b"reboot: Power down")
    return BASE[key]


def test_shell(folder):
    boot(folder)


def test_repeat(folder):
    Run(linux(folder), COMMANDS).expect(0).expect_same(boot(folder))


def test_a72(folder):
    boot(folder, model="cortex-a72")


def smp_test(gic):
    """A test that a kernel brings up four CPUs, the same way every time."""
    def test(folder):
        args = linux(folder) + ["-smp", "4", "-M",
                                "virt,gic-version=%d" % gic]
        commands = b"echo cpus=$(nproc)\n" + COMMANDS
        first = Run(args, commands).expect(0, b"cpus=4", host_sum())
        Run(args + ["-X", "nochain,tags=2"], commands).expect(0).expect_same(
            first)
    return test


def test_full(folder):
    boot(folder, kernel="full")


def config_test(setting):
    """A test that a setting of the translator changes nothing."""
    def test(folder):
        Run(linux(folder) + setting, COMMANDS).expect(0).expect_same(
            boot(folder))
    return test


def test_eval(folder):
    n = (20 if LEVEL == "quick" else 300) * MILLION
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
    ("smp-gicv3", smp_test(3), "full"),
    ("smp-gicv2", smp_test(2), "full"),
    ("full", test_full, "full"),
    ("eval", test_eval, "quick"),
    ("exec-log", test_exec_log, "quick"),
    ("config-tb-max-1", config_test(["-X", "tb-max=1"]), "full"),
    ("config-noopt", config_test(["-X", "noopt"]), "full"),
    ("config-ra-shuffle", config_test(["-X", "ra-shuffle=7"]), "full"),
    ("config-tags-2", config_test(["-X", "tags=2"]), "full"),
    ("config-cache-1M", config_test(["-X", "cache=1M"]), "full"),
    ("config-sse42", config_test(["-X", "host=sse42"]), "full"),
    ("config-nochain", config_test(["-X", "nochain"]), "long"),
    ("config-cold", config_test(["-X", "cold"]), "long"),
    ("config-eval", config_test(["-engine", "eval"]), "long"),
    ("panic", test_panic, "full"),
    ("no-root", test_no_root, "full"),
    ("reset", test_reset, "full"),
    ("reboot", test_reboot, "full"),
    ("timeout", test_timeout, "quick"),
    ("signal", test_signal, "quick"),
    ("terminal", test_terminal, "full"),
    ("installer", test_installer, "long"),
]
LEVELS = ("quick", "full", "long")


def run_test(name, test, folder):
    """Run one test, print its line; False if it failed."""
    try:
        test(folder)
    except Missing as missing:
        print("skip %s # %s: run scripts/fetch-guest.sh" % (name, missing))
        return True
    except Failure as why:
        print("not ok %s\n# %s" % (name, str(why).replace("\n", "\n# ")))
        return False
    except subprocess.TimeoutExpired:
        print("not ok %s\n# no end after %d s" % (name, SECONDS))
        return False
    print("ok %s" % name)
    return True


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
