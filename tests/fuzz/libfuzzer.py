# SPDX-License-Identifier: MIT
"""Run one of the file fuzzers under libFuzzer, and tell what it reached.

The program is built by `make MODE=fuzz` with clang, the address and the
undefined-behaviour sanitizer.  What libFuzzer finds interesting gathers in
build/fuzz/corpus/NAME over runs; an input that fails is left in
build/fuzz/found and its path is printed: it goes to tests/fuzz/corpus/NAME
with the fix.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

# Fuzzer, and the sources whose line coverage tells how far it got.
TARGETS = {
    "image": ["src/loader/image.c", "src/loader/boot.c"],
    "elf": ["src/loader/elf.c", "src/loader/boot.c"],
    "dtb": ["src/base/dtb.c", "src/loader/boot.c"],
    "gzip": ["src/loader/gunzip.c"],
    "initrd": ["src/loader/boot.c", "src/loader/file.c"],
    "cmdline": ["src/options.c", "src/options_value.c"],
    "trace": ["src/trace/reader.c", "src/trace/rfile.c", "src/trace/events.c"],
}
BUILD = "build/fuzz"
# Beyond these seconds for an input and this memory it is a fault; tables of
# 8 bytes for each page of 255 GiB are within it.
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=640",
          "-max_len=65536"]


def coverage(name, program, inputs):
    """Lines of the sources that the inputs reach, as one line of text."""
    raw = os.path.abspath(BUILD + "/%s.profraw" % name)
    tools = [shutil.which(t) for t in ("llvm-profdata", "llvm-cov")]
    if not all(tools):
        return "coverage: no llvm-profdata and llvm-cov"
    subprocess.run([program, "-runs=0"] + inputs, check=False,
                   env={**os.environ, "LLVM_PROFILE_FILE": raw},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run([tools[0], "merge", "-o", raw + ".data", raw], check=True)
    out = []
    for source in TARGETS[name]:
        p = subprocess.run([tools[1], "report", program, "-instr-profile",
                            raw + ".data", source],
                           stdout=subprocess.PIPE, check=True)
        # The total's columns: regions, functions, lines, branches.
        last = p.stdout.decode().strip().splitlines()[-1].split()
        out.append("%s %s of %s lines" % (source, last[9], last[7]))
    return "coverage: " + ", ".join(out)


def run(name, seeds, seconds, seed):
    """Fuzz for some seconds: True if nothing was found."""
    if not shutil.which("clang"):
        print("fuzz/%s: clang with libFuzzer is needed and not there" % name)
        sys.exit(2)
    program = "%s/tests/fuzz/%s_fuzz" % (BUILD, name)
    if subprocess.run(["make", "-s", "MODE=fuzz", program],
                      check=False).returncode:
        print("fuzz/%s: cannot be built by clang with libFuzzer" % name)
        sys.exit(2)
    corpus, found = BUILD + "/corpus/" + name, BUILD + "/found"
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    known = [d for d in (seeds + "/" + name, "tests/fuzz/corpus/" + name)
             if os.path.isdir(d)]
    before = set(glob.glob(found + "/*"))
    words = "%s/%s.dict" % (seeds, name)
    p = subprocess.run(
        [program] + LIMITS + ["-max_total_time=%d" % max(1, seconds),
                              "-seed=%d" % (seed & 0xffffffff),
                              "-artifact_prefix=%s/%s-" % (found, name),
                              "-print_final_stats=1"] +
        (["-dict=" + words] if os.path.exists(words) else []) +
        [corpus] + known, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "LLVM_PROFILE_FILE": "/dev/null"})
    text = p.stdout.decode(errors="replace")
    for path in sorted(set(glob.glob(found + "/*")) - before):
        print("found: " + path)
    if p.returncode:
        print("\n".join(text.splitlines()[-60:]))
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", text))
    edges = re.findall(r" cov: (\d+)", text)
    print("%s: %s executions, %s edges, seed %d" % (
        name, stats.get("number_of_executed_units", "?"),
        edges[-1] if edges else "?", seed))
    print(coverage(name, program, [corpus] + known))
    print("%s fuzz/%s" % ("not ok" if p.returncode else "ok", name))
    sys.stdout.flush()
    return p.returncode == 0
