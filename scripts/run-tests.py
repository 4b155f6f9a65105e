#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the test suites and sum up what they print.

A suite is a program that prints one line a test, as TAP does or shorter:

    ok NAME                   not ok NAME
    skip NAME # REASON        ok N - NAME # SKIP REASON

and exits with a status other than 0 when a test failed.  Lines that begin
with "|" are a table and always shown; all else it prints is shown only when
something failed.  A suite that prints no result, dies or
takes too long counts as one failure; one that ends with status 77 is skipped
whole, and its last line is the reason.  Suites find what they need in the
environment:

    EMU_BUILD       folder of the build, as build/release
    EMU_TEST_LEVEL  quick, full or long: how much to run
    EMU_TEST_JOBS   how many processes a suite may run at once
    EMU_CACHE       folder with the fetched guests

Suites are the rules of the house (make targets), one cmocka program a unit
test, scripts/check-decode.py, and every tests/*/run.py.  Two run at a time.
The last line is "N passed, N failed", with ", N skipped" if any was.
"""

import argparse
import collections
import concurrent.futures
import glob
import os
import re
import signal
import subprocess
import sys
import time

LEVELS = ("quick", "full", "long")
HOUSE = ("check-layers", "check-style", "check-symbols", "check-headers",
         "check-docs")
# Suites that start below the full level; the others are quick.
FROM_LEVEL = {"boot": "full", "capture": "full", "cpu": "full",
              "fuzz": "full", "matrix": "full", "programs": "long"}
# The longest go first, so that two run side by side to the end.
FIRST = ("programs", "capture", "boot", "fuzz", "matrix",
         "decode-verdicts", "a64", "system")
TIMEOUT_S = {"quick": 300, "full": 1500, "long": 4 * 3600}
MAX_SHOWN_LINES = 200
EXIT_SKIPPED = 77

RESULT = re.compile(r"^\s*(ok|not ok|skip)\b\s*(?:\d+\s+)?(?:-\s+)?(.*)$")
SKIPPED = re.compile(r"^(.*?)\s*#\s*(?:SKIP\b:?\s*)(.*)$", re.IGNORECASE)

# A single suite is one test that its exit status decides.
Suite = collections.namedtuple("Suite", "name command is_single",
                               defaults=(False,))
Outcome = collections.namedtuple(
    "Outcome", "suite passed failed skipped text table seconds")


def discover(build, level):
    """Every suite of the level, the longest first."""
    where = ("MODE=" + os.path.basename(build)
             if os.path.dirname(build) == "build" else "B=" + build)
    suites = [Suite("house/" + t, ["make", "-s", where, t], True)
              for t in HOUSE]
    for path in sorted(glob.glob(build + "/tests/unit/**/test_*",
                                 recursive=True)):
        if os.access(path, os.X_OK) and os.path.isfile(path):
            name = os.path.relpath(path, build + "/tests")
            suites.append(Suite(name.replace("test_", ""), [path]))
    if os.path.exists("scripts/check-decode.py"):
        suites.append(Suite("decode-verdicts",
                            [sys.executable, "scripts/check-decode.py"],
                            True))
    for path in sorted(glob.glob("tests/*/run.py")):
        name = path.split("/")[1]
        least = FROM_LEVEL.get(name, "quick")
        if name != "bench" and LEVELS.index(least) <= LEVELS.index(level):
            suites.append(Suite(name, [sys.executable, path]))
    rank = {name: i for i, name in enumerate(FIRST)}
    return sorted(suites, key=lambda s: rank.get(s.name, len(rank)))


def is_wanted(suite, names):
    """Is the suite one of those named, or below one?  No names: all are."""
    return not names or any(
        suite.name == n or suite.name.startswith(n.rstrip("/") + "/")
        for n in names)


def run_process(command, env, timeout_s):
    """Run a command; its output and status, None when it took too long."""
    with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          start_new_session=True) as p:
        try:
            out, _ = p.communicate(timeout=timeout_s)
            status = p.returncode
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            out, _ = p.communicate()
            status = None
    return out.decode(errors="replace"), status


def parse(text):
    """Counts of ok and not ok, skips as (name, reason), the rest, a table."""
    passed, failed, skipped, rest, table = 0, 0, [], [], []
    for line in text.splitlines():
        m = RESULT.match(line)
        if not m:
            (table if line.startswith("|") else rest).append(line)
            continue
        skip = SKIPPED.match(m.group(2))
        if m.group(1) == "skip":
            name, _, reason = m.group(2).partition("#")
            skipped.append((name.strip(), reason.strip()))
        elif skip:
            # cmocka prints "not ok 3 # SKIP name" for a skipped test.
            name, reason = skip.groups()
            skipped.append((name or reason, reason if name else ""))
        elif m.group(1) == "ok":
            passed += 1
        else:
            failed += 1
            rest.append(line)
    return passed, failed, skipped, rest, table


def run_suite(suite, env, timeout_s):
    """Run one suite and judge it."""
    start = time.monotonic()
    text, status = run_process(suite.command, env, timeout_s)
    seconds = time.monotonic() - start
    passed, failed, skipped, rest, table = parse(text)
    if status == EXIT_SKIPPED:
        skipped.append((suite.name, (rest or [""])[-1]))
    elif suite.is_single and status == 0:
        passed = 1
    elif status is None:
        failed += 1
        rest.append("%s: no end after %d s" % (suite.name, timeout_s))
    elif status != 0 and not failed:
        failed = 1
        rest.append("%s: exit status %d" % (suite.name, status))
    elif not passed and not failed and not skipped:
        failed = 1
        rest.append("%s: printed no result" % suite.name)
    if failed and len(rest) > MAX_SHOWN_LINES:
        dropped = len(rest) - MAX_SHOWN_LINES
        rest = ["... %d lines are left out" % dropped] + rest[
            -MAX_SHOWN_LINES:]
    return Outcome(suite, passed, failed, skipped,
                   "\n".join(rest) if failed else "", table, seconds)


def report(outcome, env):
    """Print a line for a suite, and what it said if something failed."""
    o = outcome
    line = "%-28s %5d ok" % (o.suite.name, o.passed)
    if o.failed:
        line += ", %d FAILED" % o.failed
    if o.skipped:
        line += ", %d skipped" % len(o.skipped)
    print("%s  (%.1f s)" % (line, o.seconds))
    if o.failed:
        print("\n".join("    " + s for s in o.text.splitlines()))
        print("    again: EMU_BUILD=%s EMU_TEST_LEVEL=%s %s" % (
            env["EMU_BUILD"], env["EMU_TEST_LEVEL"],
            " ".join(os.path.relpath(c) if os.path.isabs(c) and
                     c != sys.executable else c for c in o.suite.command)))
    for row in o.table:
        print("    " + row)
    for name, reason in o.skipped:
        print("    skipped: %s: %s" % (name, reason or "the test says why"))
    sys.stdout.flush()


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    p.add_argument("--build", metavar="DIR",
                   default="build/" + os.environ.get("MODE", "release"))
    p.add_argument("--level", choices=LEVELS, default="quick")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--list", action="store_true", help="only name the suites")
    p.add_argument("suite", nargs="*", help="only these: unit/ir a64 boot")
    return p.parse_args()


def main():
    args = parse_args()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    suites = [s for s in discover(args.build, args.level)
              if is_wanted(s, args.suite)]
    if args.list:
        print("\n".join(s.name for s in suites))
        return
    env = dict(os.environ, EMU_BUILD=args.build, EMU_TEST_LEVEL=args.level,
               EMU_TEST_JOBS=str(max(1, args.jobs // max(1, len(suites)))),
               CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C",
               PYTHONDONTWRITEBYTECODE="1")
    env.setdefault("EMU_CACHE", os.path.abspath("cache"))
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        env.pop(name, None)
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(run_suite, s, env, TIMEOUT_S[args.level])
                for s in suites]
        for job in concurrent.futures.as_completed(jobs):
            outcomes.append(job.result())
            report(outcomes[-1], env)
    passed = sum(o.passed for o in outcomes)
    failed = sum(o.failed for o in outcomes)
    skipped = sum(len(o.skipped) for o in outcomes)
    if not passed and not failed:
        print("no suite of that name", file=sys.stderr)
        failed = 1
    print("%d passed, %d failed%s" % (
        passed, failed, ", %d skipped" % skipped if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
