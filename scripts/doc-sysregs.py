#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write SYSREGS.md from the table in target-arm64/sysregs.c.

    scripts/doc-sysregs.py docs

The table is read after the preprocessor-like macros that its rows use are
expanded here by pattern: a row that this script does not know is an error.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENC = r"SYSREG\((\d+), (\d+), (\d+), (\d+), (\d+)\)"
FLAGS = {"SR_R": "r", "SR_W": "w", "SR_RW": "rw"}
EL0 = {"SR_R0": "r", "SR_W0": "w", "SR_RW0": "rw"}
NOTES = {
    "SR_CTX": "context",
    "SR_TIME": "time",
    "SR_IMP": "constant",
    "SR_A5X7X": "cortex-a53, cortex-a72",
    "SR_PMU": "context",
}


def row(name, enc, flags, note=""):
    flags = [f.strip() for f in flags.split("|")]
    el1 = "".join(FLAGS.get(f, "") for f in flags)
    el1 = {"": "-", "wr": "rw"}.get(el1, el1)
    el0 = "".join(EL0.get(f, "") for f in flags) or "-"
    notes = [NOTES[f] for f in flags if f in NOTES]
    if note:
        notes.append(note)
    return (tuple(int(x) for x in enc), name, el1, el0, ", ".join(notes))


def feature(name):
    """The note for the feature that a row needs."""
    return name.removeprefix("A64_") if name.startswith("A64_FEAT_") else ""


def expand(text):
    body = text.split("static const struct a64_sysreg table[] = {")[1]
    body = body.split("\n};")[0]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    for m in re.finditer(r'\{ \{ "(\w+)", 64 \}, ' + ENC + r", ([\w |]+),"
                         r"\s*(?:NOF|FIELD\([^)]*\)),\s*(\w+),", body):
        yield row(m[1], m.groups()[1:6], m[7], feature(m[8]))
    for m in re.finditer(r'LOR\("(\w+)", (\w+), (\d+)\)', body):
        yield row(m[1], ("3", "0", "10", "4", m[3]), m[2] + " | SR_IMP",
                  "FEAT_LOR")
    for m in re.finditer(r'(PLAIN|CONST)\("(\w+)", ' + ENC + r", ([\w |]+),",
                         body):
        flags = m[8] + (" | SR_IMP" if m[1] == "CONST" else "")
        yield row(m[2], m.groups()[2:7], flags)
    for m in re.finditer(r'ICC\("(\w+)", (\d+), (\d+), (\d+), (\w+),', body):
        yield row(m[1], ("3", "0", m[2], m[3], m[4]), m[5] + " | SR_TIME",
                  "with GICv3")
    for m in re.finditer(r'APKEY\("(\w+)", (\d+), (\d+), \d+\)', body):
        for i, half in enumerate(("lo", "hi")):
            yield row(m[1] + half + "_el1",
                      ("3", "0", "2", m[2], str(int(m[3]) + i)), "SR_RW",
                      "FEAT_PAuth")
    for m in re.finditer(r'PMU\("(\w+)", ' + ENC + r", ([\w |]+),", body):
        yield row(m[1], m.groups()[1:6], m[7] + " | SR_TIME", "FEAT_PMUv3")
    for m in re.finditer(r"PMEV\((\d+)\)", body):
        for name, crm in (("cntr", "8"), ("typer", "12")):
            yield row(f"pmev{name}{m[1]}_el0", ("3", "3", "14", crm, m[1]),
                      "SR_RW | SR_RW0 | SR_TIME", "FEAT_PMUv3")
    for kind, first, c in (("BRP", "b", 4), ("WRP", "w", 6)):
        for m in re.finditer(kind + r"\((\d+)\)", body):
            for i, letter in enumerate("vc"):
                yield row(f"dbg{first}{letter}r{m[1]}_el1",
                          ("2", "0", "0", m[1], str(c + i)),
                          "SR_RW" + (" | SR_CTX" if (first, letter) !=
                                     ("b", "v") else ""))


def main():
    text = (ROOT / "target-arm64/sysregs.c").read_text()
    header = (ROOT / "target-arm64/sysregs.h").read_text()
    want = int(re.search(r"#define A64_SYSREGS (\d+)", header)[1])
    rows = sorted(expand(text))
    if len(rows) != want:
        sys.exit(f"doc-sysregs: {len(rows)} rows read, {want} in the table")
    out = ["# System registers", "",
           "Made by scripts/doc-sysregs.py from target-arm64/sysregs.c. "
           "Access at EL1 and at EL0; *context*: a write ends",
           "the block and derives anew; *time*: reads or moves the clock or "
           "an interrupt. See docs/CPU.md for the ID space and PSTATE.", "",
           "| register | op0 op1 CRn CRm op2 | EL1 | EL0 | notes |",
           "|---|---|---|---|---|"]
    for enc, name, el1, el0, notes in rows:
        out.append(f"| {name.upper()} | {' '.join(map(str, enc))} | {el1} | "
                   f"{el0} | {notes} |")
    Path(sys.argv[1], "SYSREGS.md").write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
