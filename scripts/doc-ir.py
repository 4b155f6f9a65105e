#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make IR-OPS.md, the list of IR operations, from include/ir_ops.def.

    scripts/doc-ir.py FOLDER

One table a section of the file; the meaning is the row's comment.
"""

import os
import re
import sys

SOURCE = "include/ir_ops.def"
ROW = re.compile(r"IR\(([^)]*)\)\s*(?:/\*\s*(.*?)\s*(\*/)?)?$")
SECTION = re.compile(r"/\* -+ (.*?) -+ ?\*/")
NOTE = re.compile(r"/\*\s*(.*?)\s*\*/$")


def cell(text):
    """Text as it may stand in a cell of a table."""
    return text.replace("|", "\\|")


def table(lines):
    """The lines of the document below its head."""
    is_open = in_comment = False
    for line in lines:
        line = line.strip()
        section, row, note = (p.match(line) for p in (SECTION, ROW, NOTE))
        if in_comment:
            end = line.endswith("*/")
            yield " " + cell(line.removesuffix("*/").strip(" *"))
            yield " |\n" if end else ""
            in_comment = not end
        elif section:
            title, _, text = section.group(1).partition(". ")
            yield "\n## %s\n\n" % (title[0].upper() + title[1:])
            yield text + "\n\n" if text else ""
            is_open = False
        elif row:
            if not is_open:
                yield "| operation | gives | takes | kind | meaning |\n"
                yield "|---|---|---|---|---|\n"
            is_open = True
            name, result, *args, flags = (
                s.strip() for s in row.group(1).split(","))
            yield "| %s | %s | %s | %s | %s" % (
                name, result, " ".join(a for a in args if a != "N"),
                cell("" if flags == "0" else flags), cell(row.group(2) or ""))
            in_comment = bool(row.group(2)) and not row.group(3)
            yield "" if in_comment else " |\n"
        elif note:
            yield "%s%s\n%s" % ("\n" if is_open else "", note.group(1),
                                "" if is_open else "\n")
            is_open = False


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with open(SOURCE, encoding="utf-8") as f:
        text = f.read()
    head, _, rest = text.partition("*/\n/*")
    head, _, rest = rest.partition("*/")
    # A section's title may take several lines.
    rest = re.sub(r"/\* --- .*? --- \*/",
                  lambda m: m.group().replace("\n *", ""), rest, flags=re.S)
    start = head.index(" * IR(name")
    about = "\n".join(line.removeprefix(" *").removeprefix(" ")
                      for line in head[start:].rstrip().split("\n"))
    with open(os.path.join(sys.argv[1], "IR-OPS.md"), "w",
              encoding="utf-8") as f:
        f.write("# IR operations\n\nMade by `make docs` from `%s`.\n\n"
                "```\n%s\n```\n" % (SOURCE, about))
        f.writelines(table(rest.split("\n")))


if __name__ == "__main__":
    main()
