# SPDX-License-Identifier: MIT
"""What suites that boot Linux share: guests, runs of emu, their comparison.

The guest gets its commands from a regular file on standard input, which is
fed deterministically, so that whole runs can be compared: the bytes on the
console, the instruction count, virtual time and the hash of the final state.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import threading

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EMU = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"), "emu")
CACHE = os.path.join(TOP, os.environ.get("EMU_CACHE", "cache"))
LEVEL = os.environ.get("EMU_TEST_LEVEL", "full")
LEVELS = ("quick", "full", "long")
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
    """What a test needs and is not there."""


def guest(name, *files):
    """Paths of a guest's files."""
    paths = [os.path.join(CACHE, "guests", name, f) for f in files]
    for path in paths:
        if not os.path.exists(path):
            raise Missing("%s: run scripts/fetch-guest.sh" %
                          os.path.relpath(path, TOP))
    return paths


def initrd(folder, *options):
    """A fresh initramfs, the same bytes every time; options of mkinitrd."""
    path = os.path.join(folder, "initrd.gz")
    if not os.path.exists(path):
        busybox, = guest("busybox", "busybox")
        subprocess.run([sys.executable, TOP + "/scripts/mkinitrd.py",
                        "--busybox", busybox, "--output", path, *options],
                       check=True)
    return path


class Run:
    """One finished run of emu."""

    def __init__(self, args, typed=b"", timeout=SECONDS):
        with tempfile.TemporaryFile() as keys, \
                tempfile.TemporaryFile() as out, \
                tempfile.TemporaryFile() as errors:
            keys.write(typed)
            keys.seek(0)
            self.status, self.cpu_s = self.wait(
                subprocess.Popen([EMU] + args, stdin=keys, stdout=out,
                                 stderr=errors), timeout)
            out.seek(0)
            errors.seek(0)
            self.console = out.read()
            self.errors = errors.read().decode(errors="replace")
        self.states = [l for l in self.errors.splitlines()
                       if l.startswith("state ")]

    @staticmethod
    def wait(process, timeout):
        """The exit status and the seconds of CPU time, when it ends."""
        watchdog = threading.Timer(timeout, process.kill)
        watchdog.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == -signal.SIGKILL and \
                not watchdog.is_alive():
            raise subprocess.TimeoutExpired(EMU, timeout)
        watchdog.cancel()
        return process.returncode, usage.ru_utime + usage.ru_stime

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


def host_sum():
    """What sha256sum of the commands above must say."""
    text = b"".join(b"%d\n" % i for i in range(1, 201))
    return hashlib.sha256(text).hexdigest().encode()


def run_test(name, test, *args):
    """Run one test, print its line; False if it failed."""
    try:
        test(*args)
    except Missing as missing:
        print("skip %s # %s" % (name, missing))
        return True
    except Failure as why:
        print("not ok %s\n# %s" % (name, str(why).replace("\n", "\n# ")))
        return False
    except subprocess.TimeoutExpired as late:
        print("not ok %s\n# no end after %d s" % (name, late.timeout))
        return False
    print("ok %s" % name)
    return True
