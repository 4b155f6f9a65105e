# SPDX-License-Identifier: MIT
"""gawk: the same computations as guest/numeric.awk, in Python.

Python's numbers are doubles and unbounded integers, as those of gawk and of
gawk -M (the GMP and MPFR libraries) are.
"""

import math
import re

from job import Job, Part, source
from tree import Tree

TEXT = "usr/lib/python3.11/typing.py"


class Noise:
    """The generator of guest/numeric.awk."""

    def __init__(self):
        self.state = 20240101

    def __call__(self):
        self.state = self.state * 48271 % 2147483647
        return self.state

    def real(self):
        """A double of any sign."""
        x = self() - 1073741824
        return x * 2.0 ** (self() % 60 - 45)


def doubles(noise):
    """Correctly rounded operations."""
    total = 0.0
    for _ in range(4000):
        x = noise.real()
        y = noise.real()
        yield "%.17g %.17g %.17g %.17g %.17g %.17g %d" % (
            x + y, x - y, x * y, x / y, math.sqrt(x * x), math.trunc(x / 3)
            if abs(x / 3) >= 1 else math.copysign(0, x), (x < y) - (x > y))
        total += x * y
    yield "%.17g" % total


def functions(noise):
    """The math library."""
    for _ in range(2000):
        x = noise() / 134217728 - 8
        yield "%.12g %.12g %.12g %.12g %.12g" % (
            math.sin(x), math.cos(x), math.exp(x), math.log(x * x + 0.001),
            math.atan2(x, 1.5))


def integers(noise):
    """Bits and remainders."""
    for _ in range(4000):
        a = noise() * 65536
        a += noise() % 65536
        b = noise() * 1024
        b += noise() % 1024
        s = noise() % 20
        yield "%d %d %d %d %d %d %d" % (
            a & b, a | b, a ^ b, b << s % 10, a >> s, a % (b + 1),
            int(a / (s + 1)))


def formats(noise):
    """printf."""
    for _ in range(1500):
        n = noise()
        x = noise.real()
        yield "%d|%8d|%-12d|%+d|%x|%X|0%o|%c|%05.1f|%e|%.10g|%s|%5s|" % (
            n, n % 1000, n, n, n, n, n, 33 + n % 90, n / 1000, x, x,
            "s%d" % (n % 100), "t")


def sorting(noise):
    """asort and asorti."""
    numbers = sorted(noise() % 100000 for _ in range(5000))
    for n in numbers[::7]:
        yield "%d" % n
    for i in range(97):
        yield "%d %d" % (i, sum(n % 97 == i for n in numbers))


def strings(noise):
    """Functions of strings."""
    for _ in range(1500):
        s = "%x-%d %o" % (noise(), noise(), noise())
        t, n = re.subn("[0-4]+", r"<\g<0>>", s.upper())
        m = re.search("[a-f]+[0-9]", s)
        at, length = (m.start() + 1, len(m.group())) if m else (0, -1)
        yield "%s %d %d %d %d %d %s 3 %s %d" % (
            t, n, s.find("5") + 1, at, at, length, s[2:8],
            re.split("[- ]", s)[1], len(s))


def big(_):
    """Integers of thousands of bits."""
    f = math.factorial(300)
    g = 2 ** 521 - 1
    h = 3
    yield str(f)
    yield str(g)
    for i in range(60):
        h = (h * h * g + i) % f
        yield str(h)
    a = 0
    for i in range(60, 400):
        a += f // (i * g + 7)
        yield str(a % 2 ** 200)


PARTS = {f.__name__: f for f in (doubles, functions, integers, formats,
                                 sorting, strings, big)}


def answer(part):
    """What gawk must print."""
    lines = PARTS[part](Noise())
    return "".join(line + "\n" for line in lines).encode()


def words():
    """What gawk must print of the words of a text."""
    lines = Tree().content(TEXT).decode().splitlines()
    seen = {}
    for line in lines:
        for word in line.split():
            if re.fullmatch("[a-zA-Z_]+", word):
                seen[word] = seen.get(word, 0) + 1
    out = ["%d %d" % (len(lines), sum(len(l.split()) for l in lines))]
    out += ["%s %d" % item for item in sorted(seen.items())]
    return "".join(line + "\n" for line in out).encode()


def make_root():
    """gawk, its numbers and a text."""
    root = Tree()
    root.add("usr/bin/gawk", TEXT)
    root.write("numeric.awk", source("guest/numeric.awk"))
    return root


def command(part):
    """How a part is run; only big numbers need GMP and MPFR."""
    return "gawk %s -v part=%s -f /numeric.awk" % (
        "-M -v PREC=8000" if part == "big" else "", part)


GAWK = Part("gawk", "doubles, bits, formats, sorting, GMP integers",
            make_root,
            [Job(part, command(part), lambda part=part: answer(part))
             for part in PARTS] +
            [Job("words", command("words") + " /" + TEXT, words)])
