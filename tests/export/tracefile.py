# SPDX-License-Identifier: MIT
"""Writes traces by hand, from docs/TRACE.md alone.

One chunk, no compression, and every block a miss of the prediction: the
simplest file that the format allows.  It shares no code with src/trace.
"""

import struct


def _table():
    rows = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        rows.append(n)
    return rows


_CRC = _table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def var(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value):
    value &= (1 << 64) - 1
    return var((value << 1 ^ -(value >> 63)) & ((1 << 64) - 1))


def text(s):
    data = s.encode()
    return var(len(data)) + data


def streams(rows):
    """A number of streams, their rows and their bytes."""
    head = struct.pack("<I", len(rows))
    for kind, cpu, data in rows:
        head += struct.pack("<BBHII", kind, cpu, 0, len(data), len(data))
    return head + b"".join(data for _, _, data in rows)


# The kinds that tests use: number, flags, fields.
KINDS = {
    "exception": (18, 4, "slot from to esr far elr spsr"),
    "eret": (19, 4, "from to pc spsr"),
    "irq": (20, 4, "intid"),
    "mmu": (21, 4, "el on pc"),
    "tlbi": (24, 5, "enc value"),
    "psci": (26, 4, "fn a1 a2 a3 result"),
    "wait": (27, 0, "how"),
    "idle": (28, 4, "from to"),
    "console": (30, 1, "ns"),
    "cpu_on": (32, 4, "cpu entry context"),
    "cpu_off": (33, 4, "cpu"),
}


class Trace:
    """What ran, one call after another, then write()."""

    def __init__(self, info=(), n_cpus=1):
        self.info, self.n_cpus = dict(info), n_cpus
        self.ids, self.defs, self.words = {}, b"", b""
        self.end, self.delta = 0, 0
        self.order, self.left, self.cpu = b"", 0, None
        self.miss = {}
        self.count = self.n_blocks = self.n_events = 0

    def _turn(self, cpu):
        if cpu != self.cpu:
            self._op(1)
            self.order += bytes([cpu])
            self.cpu = cpu

    def _op(self, byte):
        self.order += var(self.left) + bytes([byte])
        self.left = 0

    def block(self, va, words, pa=None, el=1, mmu=True, cpu=0, partial=False):
        """A block; words are a number of NOPs, or the instructions."""
        if isinstance(words, int):
            words = [0xD503201F] * words
        pa = va if pa is None else pa
        key = (va, pa, el, mmu, tuple(words))
        if key not in self.ids:
            self.ids[key] = len(self.ids) + 1
            self.defs += signed(va - self.end)
            self.defs += signed(pa - va - self.delta)
            self.defs += bytes([el | mmu << 2]) + var(len(words))
            self.words += struct.pack("<%dI" % len(words), *words)
            self.end, self.delta = va + 4 * len(words), pa - va
        self._turn(cpu)
        self.miss.setdefault(cpu, []).append(self.ids[key])
        self.left += 1
        if partial:
            self._op(2)
        self.count += len(words)
        self.n_blocks += 1

    def event(self, kind, *fields, cpu=0, back=0, line=None):
        self._turn(cpu)
        number, flags, names = KINDS[kind]
        assert len(names.split()) == len(fields)
        self._op(number)
        self.order += var(back) + b"".join(var(f) for f in fields)
        if flags & 1:
            self.order += text(line or "")
        self.n_events += 1

    def _head(self):
        out = struct.pack("<IQ", self.n_cpus, 0) + var(len(self.info))
        for key, value in self.info.items():
            out += text(key) + text(value)
        out += var(len(KINDS))
        for name, (number, flags, fields) in KINDS.items():
            fields = fields.split()
            out += bytes([number, flags]) + text(name) + bytes([len(fields)])
            out += b"".join(text(f) for f in fields)
        return out

    def write(self, path):
        self._op(0)
        defs = struct.pack("<II", 1, len(self.ids))
        defs += streams([(3, 0, self.defs), (4, 0, self.words)])
        rows = [(0, 0, self.order)]
        for cpu, ids in sorted(self.miss.items()):
            rows.append((1, cpu, bytes(len(ids) + 1)))
            rows.append((2, cpu, b"".join(var(i) for i in ids)))
        chunk = struct.pack("<QQQQIIII", 0, self.count, 0, 0, self.n_blocks,
                            self.n_events, len(self.ids), 0) + streams(rows)
        end = struct.pack("<QQQII", self.count, self.n_blocks, self.n_events,
                          len(self.ids), 0) + text("test")
        out, index = b"\x89EMUTRC\n" + struct.pack("<II", 1, 0), b""
        for name, data in ((b"HEAD", self._head()), (b"DEFS", defs),
                           (b"CHNK", chunk), (b"ENDR", end), (b"INDX", None)):
            if data is None:
                data, at = index, len(out)
            index += name + struct.pack("<IQ", len(data), len(out))
            head = name + struct.pack("<II", len(data), crc32c(data))
            out += head + struct.pack("<I", crc32c(head)) + data
        with open(path, "wb") as f:
            f.write(out + struct.pack("<Q", at) + b"EMUTREND")
