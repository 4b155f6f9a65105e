#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare traces: what is the same, and why it is not.

Arguments choose tests by a part of their name.
"""

import sys

from kit import (ADD, CBZ, CNTVCT, DDA, FUNCTIONS, ISAR0, NOP, PA, RET, RUN, VA,
                 block, check, contains, diff, head, insn, lacks, made, main,
                 same, text_file, tool, write)


# --- The same -------------------------------------------------------------

def test_same():
    a, b = write("a", head() + RUN), write("b", head() + RUN)
    contains(same(a, b), "the same: 35 blocks, 78 instructions, 1 events")
    many = [write(n, head() + ["times 40 run 0 loop other"] * 9,
                  first=["chunk 16"]) for n in "ab"]
    same(*many)


def test_other_headers():
    """Headers do not make a difference, but are told; rules hide them."""
    a = write("a", head(info=["cpu max", "append console=x quiet"]) + RUN)
    b = write("b", head(info=["cpu max", "append console=x debug"]) + RUN)
    contains(same(a, b), "header append:", "- quiet", "+ debug")
    rules = text_file("rules", "header app*\n")
    lacks(same(a, b, "--ignore", rules), "header")


def test_same_without_the_same_bytes():
    """Chunks are divided otherwise: the contents count."""
    a = write("a", head() + RUN * 9, first=["chunk 8"])
    b = write("b", head() + RUN * 9, first=["chunk 32"])
    same(a, b)


# --- Causes ---------------------------------------------------------------

def test_cause_code():
    """One word of the kernel is another one."""
    a = write("a", head(info=["kernel.xxh128 aa"]) + RUN)
    b = write("b", head(info=["kernel.xxh128 bb"],
                        change={"work": [NOP, DDA, NOP, RET]}) + RUN)
    text, told = diff(a, b)
    check(told["cause"] == "code" and told["count"] == 9, told)
    insn(told, "first", 9, 0x204, ADD, "work+0x4")
    insn(told, "second", 9, 0x204, DDA, "work+0x4")
    contains(text, "kernels are different files", "add x0, x1, x2",
             "add x0, x2, x1", "header kernel.xxh128:\n- aa\n+ bb",
             "first instruction that differs: 9",
             "last blocks in common:\n             0 cpu0 el1 "
             "ffff800080000000 <_text> pa 0040200000 2\n             2 cpu0 "
             "el1 ffff800080000100 <start_kernel>")


def test_cause_code_written():
    """The guest wrote other code, in one run or in both."""
    patch = "event 0 code 0 0x%x 4 0xd503201f 0x%x 0x%x"
    changed = head() + [block("work2", 0x200, [NOP, DDA, NOP, RET])]
    lines = ["run 0 _text work", "%s", "run 0 start_kernel", "run 0 %s"]

    def trace(name, word, work):
        return write(name, changed + [
            line % (patch % (PA + 0x204, word, VA + 4) if i == 1 else work)
            if "%" in line else line for i, line in enumerate(lines)])

    text, told = diff(trace("a", ADD, "work"), trace("b", DDA, "work2"))
    check(told["cause"] == "code" and told["count"] == 6, told)
    check(told["second_event"]["new"] == "0x%x" % DDA, told)
    insn(told, "second", 13, 0x204, DDA, "work+0x4")
    contains(text, "code was written at 0x40200204: new 0x%x in the first" %
             ADD, "both went on for 2 block(s)")
    text, told = diff(trace("a", ADD, "work"), trace("b", ADD, "work2"))
    check(told["cause"] == "code" and told["count"] == 13, told)
    contains(text, "it was written at 6")


def test_cause_interrupt():
    """An interrupt comes later; it parts a block."""
    taken = ["event 0 exception 0 0x280 1 1 0 0 0 0",
             "run 0 vectors handler", "event 0 irq 1 27"]
    a = write("a", head() + ["run 0 _text start_kernel/2"] + taken +
              ["run 0 work other loop"])
    b = write("b", head() + ["run 0 _text start_kernel work/1"] + taken +
              ["run 0 other loop"])
    text, told = diff(a, b)
    check(told["cause"] == "interrupt", told)
    contains(text, "an interrupt (INTID 27) was taken by cpu0 in the first "
             "run at 4, in the second at 9")
    insn(told, "first", 4, 0x300, NOP, "vectors")
    insn(told, "second", 4, 0x108, NOP, "start_kernel+0x8")
    # At a block's end, far away, and not at all.
    far = ["run 0 _text start_kernel"] + ["times 9000 run 0 loop other"]
    a = write("a", head() + ["run 0 _text start_kernel"] + taken)
    b = write("b", head() + far + taken)
    contains(diff(a, b)[0], "was taken by cpu0 in the first run at 8, in the "
             "second at 45008")
    contains(diff(b, a)[0], "was taken by cpu0 in the second run at 8, in "
             "the first at 45008")
    b = write("b", head() + far)
    contains(diff(a, b)[0], "in the second not there and not soon after")


def test_cause_intid():
    lines = ["run 0 _text", "event 0 irq 0 %d", "run 0 work"]
    a, b = (write(n, head() + [x % i if "%" in x else x for x in lines])
            for n, i in (("a", 27), ("b", 33)))
    text, told = diff(a, b)
    contains(text, "acknowledged: intid 0x1b in the first, 0x21 in the "
             "second", "no instruction differs behind it")
    check(told["cause"] == "interrupt" and not told["first"], told)


def test_cause_mmio():
    """Another value, and the way that the guest takes later."""
    lines = ["run 0 _text work", "event 0 mmio 3 0 0x9000018 4 %s 'pl011.FR",
             "run 0 start_kernel", "run 0 %s"]
    a = write("a", head() + "\n".join(lines).replace(
        "%s", "0x90", 1).replace("%s", "loop").split("\n"))
    b = write("b", head() + "\n".join(lines).replace(
        "%s", "0x10", 1).replace("%s", "other").split("\n"))
    text, told = diff(a, b)
    check(told["cause"] == "mmio" and told["count"] == 3, told)
    check(told["blamed"]["symbol"] == "work" and told["blamed"]["count"] == 2,
          told["blamed"])
    contains(text, "a device register was read: pl011.FR: value 0x90 in the "
             "first, 0x10 in the second")
    insn(told, "first", 12, 0x500, NOP, "loop")
    insn(told, "second", 12, 0x600, NOP, "other")


def test_cause_idreg():
    lines = [block("ids", 0x640, [NOP, ISAR0, NOP, CBZ]), "run 0 _text ids",
             "event 0 idreg 2 0xc030 %s 0xffff800080000644 "
             "'ID_AA64ISAR0_EL1"]
    a = write("a", head(info=["features aes fp sha2"]) +
              [x.replace("%s", "0x11120") for x in lines] + ["run 0 work"])
    b = write("b", head(info=["features fp sha2 lse"]) +
              [x.replace("%s", "0x211120") for x in lines] + ["run 0 loop"])
    text, told = diff(a, b)
    check(told["cause"] == "idreg" and told["count"] == 4, told)
    contains(text, "an identification register was read: ID_AA64ISAR0_EL1: "
             "value 0x11120 in the first, 0x211120 in the second",
             "the inputs differ: features", "- aes\n+ lse",
             "mrs x0, id_aa64isar0_el1")
    check(told["blamed"]["count"] == 3, told["blamed"])
    insn(told, "second", 6, 0x500, NOP, "loop")


def test_cause_flow():
    """Nothing explains it but a clock that was read."""
    clock = block("clock", 0x640, [NOP, CNTVCT, CBZ])
    a = write("a", head(info=["seed 1"]) + [clock, "run 0 _text clock work"])
    b = write("b", head(info=["seed 2"]) + [clock, "run 0 _text clock loop"])
    text, told = diff(a, b)
    check(told["cause"] == "control-flow" and told["count"] == 5, told)
    contains(text, "the runs go different ways after "
             "ffff800080000648", "cbz x0", "CNTVCT_EL0 was read at 3: "
             "ffff800080000644", "the inputs differ: seed")


def test_cause_memory_map():
    a = write("a", head() + ["run 0 _text work"])
    b = write("b", head() + [block("w", 0x200, dict(
        (f[0], f[2]) for f in FUNCTIONS)["work"], pa=PA + 0x1000),
        "run 0 _text w"])
    check(diff(a, b)[1]["cause"] == "mapping", "mapping")
    same(a, b, "--by-symbol")
    b = write("b", head() + [block("w", 0x200, dict(
        (f[0], f[2]) for f in FUNCTIONS)["work"], flags=4),
        "run 0 _text w"])
    check(diff(a, b)[1]["cause"] == "regime", "regime")


def test_cause_cpu():
    two = ["cpus 2"]
    a = write("a", head() + ["run 0 _text", "run 1 work", "run 0 other"],
              first=two)
    b = write("b", head() + ["run 0 _text other", "run 1 work"], first=two)
    text, told = diff(a, b)
    check(told["cause"] == "cpu-turn", told)
    contains(text, "cpu1 runs in the first, cpu0 in the second")


def test_cause_exception():
    lines = ["run 0 _text start_kernel/3", "event 0 exception 0 0x200 1 1 "
             "0x96000007 %s 0 0", "run 0 vectors"]
    a = write("a", head() + [x.replace("%s", "0x1000") for x in lines])
    b = write("b", head() + [x.replace("%s", "0x2000") for x in lines])
    text, told = diff(a, b)
    check(told["cause"] == "exception", told)
    contains(text, "an exception was taken to EL1: far 0x1000 in the first, "
             "0x2000 in the second")
    b = write("b", head() + ["run 0 _text start_kernel"])
    text, told = diff(a, b)
    check(told["cause"] == "exception" and told["first_event"]["esr"] ==
          "0x96000007" and not told["second_event"], told)


def test_cause_registers():
    """With registers in the trace: the instruction whose result differs."""
    def lines(v):
        return ["run 0 _text", "event 0 reg 0 7 0x77 0", "event 0 reg 0 64 1 "
                "2", "run 0 work", "event 0 reg 2 0 %d 0" % v, "run 0 other"]
    a, b = write("a", head() + lines(5)), write("b", head() + lines(6))
    text, told = diff(a, b)
    check(told["cause"] == "register" and told["count"] == 4, told)
    check(told["blamed"]["symbol"] == "work+0x4", told["blamed"])
    check(told["registers"] == {"x7": "0x77", "v0": "0x20000000000000001"},
          told["registers"])
    contains(text, "registers before it:\n  x7=0000000000000077 "
             "v0=2:0000000000000001")


def test_cause_other_events():
    for event, code in (("console 0 5 '%s", "console"),
                        ("sysreg 0 1 7 '%s", "sysreg"),
                        ("device 0 1 2 3 '%s", "device"),
                        ("wait 0 %s", "event"), ("idle 0 1 %s", "idle")):
        x, y = ("1", "2")
        a = write("a", head() + ["run 0 work", "event 0 " + event % x])
        b = write("b", head() + ["run 0 work", "event 0 " + event % y])
        told = diff(a, b)[1]
        check(told["cause"] == code and told["count"] == 4, told)
        b = write("b", head() + ["run 0 work"])
        check(diff(a, b)[1]["cause"] == code, "%s in one only" % code)


def test_made_causes():
    """What mktrace can change, in traces of several chunks."""
    base = ["chunk=700", "insns=60000"]
    a = made("a", *base)
    for option, code in (("irq=2", "interrupt"), ("mmio=16", "mmio"),
                         ("midr=0x410fd070", "idreg"),
                         ("patch=3000:0xd503201f", "code")):
        text, told = diff(a, made("b", *base, option))
        check(told["cause"] == code, "%s: %s" % (option, text))
    same(a, made("b", *base))
    same(a, made("b", *base, "features=fp"))


# --- Ends -----------------------------------------------------------------

def test_end():
    a = write("a", head() + RUN)
    b = write("b", head() + RUN[:-1])
    text, told = diff(a, b)
    check(told["cause"] == "end" and told["count"] == 75, told)
    contains(text, "the second trace ends: poweroff", "+ the end of the "
             "trace")
    b = write("b", head() + RUN[:-1], end=False)
    contains(diff(a, b)[0], "the second trace ends: it is cut short")
    contains(diff(b, a)[0], "the first trace ends: it is cut short")


def test_other_end():
    """The same was run, but it did not end in the same way."""
    a = write("a", head() + RUN)
    for end, words in (("end panic 70", "the second with panic, status 70"),
                       (None, "the second with a trace cut short")):
        b = write("b", head() + RUN, end=end)
        text, told = diff(a, b)
        check(told["cause"] == "end", told)
        contains(text, "the first run ended with poweroff, status 0", words)
        same(a, b, "--ignore", text_file("rules", "end # is all the same\n"))
    c = write("c", head() + RUN, end=None)
    contains(same(b, c), "both cut short")


# --- Filters and rules ----------------------------------------------------

def test_ranges():
    a = write("a", head() + RUN + ["run 0 work"] * 5)
    b = write("b", head() + RUN + ["run 0 work work other work work"])
    check(diff(a, b)[1]["count"] == 86, "all")
    check(diff(a, b, "--from", "20")[1]["count"] == 86, "--from")
    same(a, b, "--to", "86")
    check(tool("diff", "--to", "87", a, b, status=1), "--to 87")
    same(a, b, "--from", "20", "--to", "86")
    check(diff(a, b, "--from", "92")[1]["cause"], "--from 92")
    same(a, b, "--pc", "%x..%x" % (VA + 0x500, VA + 0x501))
    check(diff(a, b, "--pc", "%x..%x" % (VA + 0x200, VA + 0x201))[1]["cause"],
          "--pc")


def test_rule_events():
    lines = ["run 0 work", "event 0 mmio 0 0 0x9000018 4 %s 'pl011.FR",
             "event 0 mmio 0 0 0x9000000 4 7 'pl011.DR", "run 0 other"]
    a = write("a", head() + [x.replace("%s", "1") for x in lines])
    b = write("b", head() + [x.replace("%s", "2") for x in lines])
    for rule, hides in (("event mmio", True), ("event mmio pl011.FR", True),
                        ("event mmio pl011.*", True), ("event irq", False),
                        ("event mmio pl011.DR", False),
                        ("field mmio value", True),
                        ("field mmio value pl011.F?", True),
                        ("field mmio value pl011.DR", False),
                        ("field mmio size", False), ("cpu 0", True),
                        ("cpu 1", False)):
        options = ["--ignore", text_file("rules", "# a rule\n\n%s\n" % rule)]
        (same if hides else diff)(a, b, *options)
    same(a, b, "--events", "none")
    same(a, b, "--events", "irq,console")
    check(diff(a, b, "--events", "mmio")[1]["cause"] == "mmio", "--events")


def test_rule_fields():
    """The count and the text are fields too."""
    a = write("a", head() + ["run 0 work", "event 0 console 0 5 'one",
                             "run 0 other"])
    b = write("b", head() + ["run 0 work", "event 0 console 1 5 'two",
                             "run 0 other"])
    check(diff(a, b)[1]["cause"] == "console", "console")
    diff(a, b, "--ignore", text_file("rules", "field console text\n"))
    diff(a, b, "--ignore", text_file("rules", "field console count\n"))
    same(a, b, "--ignore", text_file("rules", "field console text\n"
                                              "field console count"))


def test_rule_blocks():
    """Left out code has no length and no events."""
    a = write("a", head() + ["run 0 _text work loop", "event 0 irq 0 5",
                             "run 0 other"])
    b = write("b", head() + ["run 0 _text work", "times 7 run 0 loop",
                             "event 0 irq 0 6", "run 0 other"])
    check(diff(a, b)[1]["cause"] == "interrupt", "no rule")
    for rule in ("function loop", "function l*", "pc %x..%x" % (
            VA + 0x500, VA + 0x600)):
        same(a, b, "--ignore", text_file("rules", rule))
    diff(a, b, "--ignore", text_file("rules", "function work"))
    user = block("user", 0, [NOP, NOP], flags=4)
    a = write("a", head() + [user, "run 0 _text user user work"])
    b = write("b", head() + [user, "run 0 _text user work"])
    diff(a, b)
    diff(a, b, "--ignore", text_file("rules", "el 1"))
    same(a, b, "--ignore", text_file("rules", "el 0"))
    same(a, b, "--el", "1")


def test_bad_rules():
    a = write("a", head() + RUN)
    for line, words in (
            ("even mmio", "no such rule"), ("event", "event KIND"),
            ("event uart", "no such kind"),
            ("field mmio", "field KIND FIELD"),
            ("field mmio pc", "no such field"), ("pc 12", "LO..HI"),
            ("pc 20..10", "LO..HI"), ("el 4", "a number"),
            ("cpu 64", "a number"), ("cpu x", "a number"),
            ("end 1", "no argument"), ("function", "one argument"),
            ("header a b", "one argument"), ("event a b c d", "too many"),):
        text = tool("diff", "--ignore",
                    text_file("rules", "# first\nevent irq\n" + line), a, a,
                    status=2)
        contains(text, "rules:3: ", words, '"%s"' % line)
    contains(tool("diff", "--ignore", "/nowhere", a, a, status=2), "/nowhere")


# --- By symbol ------------------------------------------------------------

def test_by_symbol():
    """The kernel is elsewhere; addresses in events move with it."""
    def lines(bias, far):
        return ["run 0 _text start_kernel/2",
                "event 0 exception 0 0x200 1 1 0x96000007 %d %d 0" % (
                    far, VA + bias + 0x108), "run 0 vectors work"]
    a = write("a", head() + lines(0, VA + 0x600))
    b = write("b", head(0x10000) + lines(0x10000, VA + 0x10600))
    diff(a, b)
    same(a, b, "--by-symbol")
    b = write("b", head(0x10000) + lines(0x10000, VA + 0x10604))
    check(diff(a, b, "--by-symbol")[1]["cause"] == "exception", "far")
    b = write("b", head(0x10000, change={"work": [NOP, DDA, NOP, RET]}) +
              lines(0x10000, VA + 0x10600))
    told = diff(a, b, "--by-symbol")[1]
    check(told["cause"] == "code", told)
    moved = write("moved", head(0x10000) + [lines(0x10000, VA + 0x10600)[i]
                                            for i in (0, 1)] +
                  ["run 0 vectors other"])
    check(diff(a, moved, "--by-symbol")[1]["cause"] == "control-flow",
          "control flow by symbol")
    insn(told, "first", 6, 0x204, ADD, "work+0x4")
    insn(told, "second", 6, 0x10204, DDA, "work+0x4")


def bl(at, to):
    return 0x94000000 | (to - at) // 4 & 0x3ffffff


def test_by_symbol_targets():
    """A call is the same if it calls the same function."""
    def trace(name, bias, at, target):
        words = [NOP, bl(at + 4, target)]
        return write(name, head(bias) + [
            block("far", at, words, flags=5, pa=0x50000000 + bias),
            "run 0 _text far work"])
    module = 0x1000000                       # no symbol; page 0x1000 on
    a = trace("a", 0, module, 0x200)
    b = trace("b", 0, module + 0x1000, 0x200)
    diff(a, b)
    same(a, b, "--by-symbol")
    b = trace("b", 0, module + 0x1000, 0x600)
    check(diff(a, b, "--by-symbol")[1]["cause"] == "code", "other call")


if __name__ == "__main__":
    sys.exit(main(dict(globals())))
