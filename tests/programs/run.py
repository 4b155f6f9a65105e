#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real programs in a booted guest: Debian's, with answers from the host.

A part (parts.py) is a root with some programs and a list of jobs: shell
commands that must end with status 0 and print what the host computed in
another way, or what shows that the program's own checks passed.  A part is
run on machines: a model, a number of CPUs, an engine.  The guest boots,
runs the jobs one after the other, prints a line for each, and powers off.

Results are lines "ok NAME" or "not ok NAME" and a table.  Jobs that cannot
pass are left out in the data files beside this one (*.tsv), each with its
reason, and counted in the table.  Programs: scripts/fetch-guest.sh programs.

usage: run.py [--qemu] [--jobs WORD] [--keep] [--list] [WORD...]
A WORD chooses runs by a part of the name; --jobs, jobs by a part of theirs.
--qemu runs the same guests under qemu-system-aarch64, to tell a fault of the
program from one of emu.  --keep leaves the guest's files and the console in
build/programs.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))

import bootlib  # noqa: E402 pylint: disable=wrong-import-position
import parts  # noqa: E402 pylint: disable=wrong-import-position

TIMEOUT_S = 1800
MAX_SHOWN_LINES = 60
# The guest's side.  A job is NAME, the sum that its output must have, a text
# that must be in the output, and the command.
SCRIPT = r"""
export LC_ALL=C HOME=/root
ip link set lo up 2>/dev/null
mkdir -p /dev/shm && mount -t tmpfs shm /dev/shm
now()
{
    cut -d ' ' -f 1 /proc/uptime
}
job()
{
    start=$(now)
    sh -c "$4" >/tmp/.out 2>/tmp/.err </dev/null
    status=$?
    end=$(now)
    good=ok
    [ $status = 0 ] || good=status
    [ -z "$3" ] || grep -q -e "$3" /tmp/.out || good=text
    if [ -n "$2" ]; then
        sum=$(sha256sum </tmp/.out)
        [ "$2" = "${sum%% *}" ] || good=sum
    fi
    [ ! -f "/show/$1" ] || sed "s/^/show $1 /" /tmp/.out
    if [ $good != ok ]; then
        echo "| $1: status $status"
        if [ -f "/want/$1" ]; then
            diff "/want/$1" /tmp/.out | head -n 10
        else
            tail -n 40 /tmp/.out
        fi | tr -cd '\12\40-\176' | cut -c 1-150 | sed 's/^/| /'
        tail -n 10 /tmp/.err | cut -c 1-150 | sed 's/^/| /'
    fi
    echo "job $1 $good $start $end"
}
"""
RESULT = re.compile(r"^job (\S+) (\w+) ([\d.]+) ([\d.]+)\s*$", re.MULTILINE)
TROUBLE = re.compile(r"BUG:|Oops|WARNING: CPU|detected stall|hung_task|"
                     r"Unable to handle|Out of memory")


def quote(text):
    """A word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def write_guest(part, jobs, path):
    """The initramfs of a part, in a file."""
    root = part.tree()
    lines = [SCRIPT]
    for job in jobs:
        total = ""
        if job.want is not None:
            total = job.sum()
            root.write("want/" + job.name, job.want)
        if job.check:
            root.write("show/" + job.name, b"")
        lines.append("job %s '%s' %s %s\n" % (
            job.name, total, quote(job.text or ""), quote(job.command)))
    root.write("script", "".join(lines).encode(), 0o755)
    with open(path, "wb") as f:
        f.write(root.dump())


def machine(run, initrd):
    """The arguments that emu and QEMU both understand."""
    image, = bootlib.guest("cloud", "Image")
    return ["-M", "virt,gic-version=3", "-cpu", run.model, "-smp",
            str(run.cpus), "-m", str(run.part.mem), "-kernel", image,
            "-initrd", initrd, "-append", "console=ttyAMA0 quiet"]


def run_qemu(args):
    """A run that looks like one of emu."""
    qemu = shutil.which("qemu-system-aarch64")
    if not qemu:
        raise bootlib.Missing("no qemu-system-aarch64")
    started = os.times()
    done = subprocess.run([qemu, "-nographic", "-nic", "none"] + args,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=TIMEOUT_S,
                          check=False)
    ended = os.times()
    done.console, done.status = done.stdout, done.returncode
    done.errors = done.stderr.decode(errors="replace")
    done.cpu_s = (ended.children_user + ended.children_system -
                  started.children_user - started.children_system)
    return done


def count(done):
    """The instructions of a run."""
    m = re.search(r"^state count=(\d+)", done.errors, re.MULTILINE)
    return int(m.group(1)) if m else 0


def judge(jobs, done, text):
    """Raise unless the guest ended well and every job passed."""
    if done.status != 0:
        raise bootlib.Failure("status %d: %s\n%s" % (
            done.status, done.errors[-500:], text[-1500:]))
    results = {m.group(1): m.group(2) for m in RESULT.finditer(text)}
    failed = ["%s: %s" % (j.name, results.get(j.name, "no result"))
              for j in jobs if results.get(j.name) != "ok"]
    for job in jobs:
        if job.check:
            why = job.check("".join(
                line[len("show " + job.name) + 1:].strip() + "\n"
                for line in text.splitlines()
                if line.startswith("show %s " % job.name)))
            if why:
                failed.append("%s: %s" % (job.name, why))
    if failed:
        said = [line for line in text.splitlines() if line.startswith("| ")]
        raise bootlib.Failure("\n".join(failed + said[:MAX_SHOWN_LINES]))
    trouble = TROUBLE.search(text)
    if trouble:
        raise bootlib.Failure("the kernel says: " + text[
            max(0, trouble.start() - 200):trouble.end() + 800])


def show_times(text):
    """The guest's seconds of each job."""
    for name, good, start, end in RESULT.findall(text):
        print("# %-8s %9.2f s  %s" % (good, float(end) - float(start), name))


def run_one(run, args, folder, rows):
    """Boot a guest, judge what its jobs printed."""
    jobs = [j for j in run.jobs() if not args.jobs or args.jobs in j.name]
    if not jobs:
        return
    initrd = os.path.join(folder, "initrd")
    write_guest(run.part, jobs, initrd)
    options = machine(run, initrd)
    if args.qemu:
        done = run_qemu(options)
    else:
        done = bootlib.Run(options + ["-engine", run.engine, "-final-state"],
                           timeout=TIMEOUT_S)
    text = done.console.decode(errors="replace").replace("\r", "")
    if args.keep:
        with open(os.path.join(folder, "console"), "w",
                  encoding="utf-8") as f:
            f.write(text)
        show_times(text)
    passed = sum(r[1] == "ok" for r in RESULT.findall(text))
    rows.append((run, passed, len(jobs), count(done), done.cpu_s))
    judge(jobs, done, text)


def print_table(rows):
    """A line a run, for the suite's runner to show."""
    print("| %-32s %-49s %9s %8s %11s %7s" % (
        "run", "what was checked", "passed", "left out", "instr. e6",
        "CPU s"))
    for run, passed, total, instructions, cpu_s in rows:
        print("| %-32s %-49s %4d/%-4d %8d %11.0f %7.1f" % (
            run.name, run.part.what, passed, total, run.part.left_out,
            instructions / 1e6, cpu_s))
    print("| %-32s %-49s %4d/%-4d %8s %11.0f %7.1f" % (
        "all", "", sum(r[1] for r in rows), sum(r[2] for r in rows), "",
        sum(r[3] for r in rows) / 1e6, sum(r[4] for r in rows)))


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    p.add_argument("--qemu", action="store_true")
    p.add_argument("--keep", action="store_true")
    p.add_argument("--list", action="store_true")
    p.add_argument("--jobs", metavar="WORD")
    p.add_argument("word", nargs="*")
    return p.parse_args()


def main():
    args = parse_args()
    runs = [r for r in parts.RUNS
            if not args.word or any(w in r.name for w in args.word)]
    if args.list:
        for run in runs:
            print(run.name, *(job.name for job in run.jobs()))
        return
    good, rows = bool(runs), []
    for run in runs:
        with tempfile.TemporaryDirectory(prefix="emu-programs-") as folder:
            if args.keep:
                folder = os.path.join(bootlib.TOP, "build/programs", run.name)
                os.makedirs(folder, exist_ok=True)
            good &= bootlib.run_test(run.name, run_one, run, args, folder,
                                     rows)
            sys.stdout.flush()
    if rows:
        print_table(rows)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
