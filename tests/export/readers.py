# SPDX-License-Identifier: MIT
"""Readers of drcov, trace-event JSON and lcov, written from descriptions of
the formats.  They raise Problem for what a program might not understand.
"""

import collections
import json
import re
import struct


class Problem(Exception):
    pass


def expect(got, want, what):
    if got != want:
        raise Problem("%s: %r, want %r" % (what, got, want))


Module = collections.namedtuple("Module", "base end path")


def read_drcov(data):
    """Modules by number, and rows (module, offset, bytes)."""
    head, _, rest = data.partition(b"BB Table: ")
    lines = head.decode().splitlines()
    expect(lines[:2], ["DRCOV VERSION: 2", "DRCOV FLAVOR: drcov"], "head")
    count = re.fullmatch(r"Module Table: version 2, count (\d+)", lines[2])
    expect(lines[3], "Columns: id, base, end, entry, checksum, timestamp, "
           "path", "columns")
    modules = {}
    for line in lines[4:]:
        words = line.split(", ")
        expect(len(words), 7, "words of " + line)
        modules[int(words[0])] = Module(int(words[1], 16), int(words[2], 16),
                                        words[6])
    expect(sorted(modules), list(range(int(count.group(1)))), "modules")
    number, _, table = rest.partition(b" bbs\n")
    expect(len(table), 8 * int(number), "bytes of the table")
    rows = list(struct.iter_unpack("<IHH", table))
    for start, size, module in rows:
        m = modules[module]
        if m.base + start + size > m.end:
            raise Problem("0x%x of %r" % (start, m))
    return modules, [(modules[m].path, start, size)
                     for start, size, m in rows]


Span = collections.namedtuple("Span", "name start end depth")


def read_timeline(data):
    """Spans by thread name, in order of their start; all else; metadata."""
    doc = json.loads(data)
    names, spans, rest = {}, collections.defaultdict(list), []
    stacks, last = collections.defaultdict(list), {}
    for e in doc["traceEvents"]:
        if e["ph"] == "M":
            if e["name"] == "thread_name":
                names[e["tid"]] = e["args"]["name"]
            continue
        tid, ts = e["tid"], round(e["ts"] * 1000)
        if ts < last.get(tid, 0):
            raise Problem("time goes back at %r" % e)
        last[tid] = ts
        if e["ph"] == "B":
            stacks[tid].append((len(spans[tid]), e["name"], ts))
            spans[tid].append(None)
        elif e["ph"] == "E":
            if not stacks[tid]:
                raise Problem("an end without a begin at %d" % ts)
            i, name, start = stacks[tid].pop()
            spans[tid][i] = Span(name, start, ts, len(stacks[tid]))
        else:
            rest.append((e["ph"], names[tid], ts, e["name"]))
    if any(stacks.values()):
        raise Problem("spans that do not end: %r" % dict(stacks))
    return {names[t]: s for t, s in spans.items()}, rest, doc["otherData"]


def read_lcov(text):
    """Files: (lines, functions), with the sums checked."""
    files, f = {}, None
    lines = text.decode().splitlines()
    expect(lines[0], "TN:emu", "first line")
    for line in lines[1:]:
        key, _, value = line.partition(":")
        words = value.split(",", 1)
        if key == "SF":
            f = files[value] = ({}, {}, {})
        elif key == "FN":
            f[2][words[1]] = int(words[0])
        elif key == "FNDA":
            f[1][words[1]] = int(words[0])
        elif key == "DA":
            f[0][int(words[0])] = int(words[1])
        elif key in ("LF", "LH", "FNF", "FNH"):
            part = f[key[0] == "F"].values()
            expect(int(value), sum(1 for n in part if n or key[-1] == "F"),
                   key)
        else:
            expect(line, "end_of_record", "a line")
    for f in files.values():
        expect(set(f[1]), set(f[2]), "functions")
    return files
