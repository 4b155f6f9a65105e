#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Known answers of every digest, cipher and MAC of OpenSSL's libcrypto.

The same program runs on the host and in the guest, each with its own
libcrypto.so.3; tests/programs compares what they print, a line an algorithm.
The host's code for another architecture is the oracle, and the literal
values below, from the standards, tie both to the truth.

Each algorithm gets messages of all lengths around the blocks that its code
takes at a time, in one piece and in uneven pieces, which must agree; what
was encrypted is decrypted again.  Arguments choose algorithms by a part of
the name.
"""

import ctypes
import hashlib
import sys

LENGTHS = (0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 79, 80,
           95, 96, 111, 112, 127, 128, 129, 143, 144, 159, 191, 192, 193,
           255, 256, 257, 320, 383, 384, 511, 512, 513, 575, 1023, 1024,
           1025, 1500, 2048, 4103)
PIECES = (1, 16, 3, 64, 13, 128, 33, 256, 100, 5, 512, 1000)

DIGESTS = """md5 md5-sha1 ripemd160 sha1 sha224 sha256 sha384 sha512
sha512-224 sha512-256 sha3-224 sha3-256 sha3-384 sha3-512 shake128 shake256
keccak-kmac-128 keccak-kmac-256 sm3 blake2b512 blake2s256""".split()

CIPHERS = ["%s-%d-%s" % (base, bits, mode)
           for base, modes in (
               ("aes", "ecb cbc cbc-cts cfb cfb1 cfb8 ofb ctr gcm ccm ocb "
                       "wrap wrap-pad wrap-inv wrap-pad-inv siv"),
               ("aria", "ecb cbc cfb ofb ctr gcm ccm"),
               ("camellia", "ecb cbc cbc-cts cfb ofb ctr"))
           for bits in (128, 192, 256) for mode in modes.split()] + """
aes-128-xts aes-256-xts chacha20 chacha20-poly1305 sm4-ecb sm4-cbc sm4-cfb
sm4-ofb sm4-ctr des-ede3-ecb des-ede3-cbc des-ede3-cfb des-ede3-cfb8
des-ede3-ofb des-ede-cbc""".split()

MACS = [("hmac", d) for d in (
    "md5 sha1 sha224 sha256 sha384 sha512 sha3-256 sha3-512 sm3 blake2b512 "
    "ripemd160").split()] + [
        ("cmac", c) for c in (
            "aes-128-cbc aes-192-cbc aes-256-cbc camellia-128-cbc "
            "des-ede3-cbc").split()] + [
                ("poly1305", None), ("siphash", None), ("kmac-128", None),
                ("kmac-256", None), ("blake2bmac", None),
                ("blake2smac", None)]
MAC_KEY = {"aes-128-cbc": 16, "aes-192-cbc": 24, "camellia-128-cbc": 16,
           "des-ede3-cbc": 24, "siphash": 16}

# Algorithm, key, IV, message, answer: FIPS 197 C.1 and C.3, SP 800-38A F.5.1,
# the GCM specification's test case 3, RFC 8439 2.4.2 (first block), GB/T
# 32907-2016 A.1.
LITERAL_CIPHERS = (
    ("aes-128-ecb", "000102030405060708090a0b0c0d0e0f", "",
     "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"),
    ("aes-256-ecb", "000102030405060708090a0b0c0d0e0f"
     "101112131415161718191a1b1c1d1e1f", "",
     "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089"),
    ("aes-128-ctr", "2b7e151628aed2a6abf7158809cf4f3c",
     "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "6bc1bee22e409f96e93d7e117393172a", "874d6191b620e3261bef6864990db6ce"),
    ("aes-128-gcm", "feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a", "42831ec2217774244b7221b784d0d49c"),
    ("chacha20", "000102030405060708090a0b0c0d0e0f"
     "101112131415161718191a1b1c1d1e1f", "01000000000000000000004a00000000",
     "4c616469657320616e642047656e746c", "6e2e359a2568f98041ba0728dd0d6981"),
    ("sm4-ecb", "0123456789abcdeffedcba9876543210", "",
     "0123456789abcdeffedcba9876543210", "681edf34d206965e86b3e94f536e4246"),
)
# FIPS 180-4, FIPS 202, RFC 1321, RFC 7693 and GB/T 32905-2016 on "abc".
LITERAL_DIGESTS = (
    ("md5", "900150983cd24fb0d6963f7d28e17f72"),
    ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("sha256", "ba7816bf8f01cfea414140de5dae2223"
               "b00361a396177a9cb410ff61f20015ad"),
    ("sha512", "ddaf35a193617abacc417349ae204131"
               "12e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd"
               "454d4423643ce80e2a9ac94fa54ca49f"),
    ("sha3-256", "3a985da74fe225b2045c172d6bd390bd"
                 "855f086e3e9d525b46bfe24511431532"),
    ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e2"
            "4167c4875cf2f7a2297da02b8f4ba8e0"),
    ("blake2s256", "508c5e8c327c14e2e1a72ba34eeb452f"
                   "37458b209ed63a294d999b4c86675982"),
)

MODE_ECB, MODE_CBC, MODE_GCM, MODE_CCM, MODE_XTS = 1, 2, 6, 7, 0x10001
MODE_WRAP, MODE_OCB, MODE_SIV = 0x10002, 0x10003, 0x10004
CTRL_AEAD_SET_IVLEN, CTRL_AEAD_GET_TAG, CTRL_AEAD_SET_TAG = 9, 16, 17
FLAG_WRAP_ALLOW = 1

lib = ctypes.CDLL("libcrypto.so.3")


def declare():
    """Every function that is used returns int or a pointer."""
    for name in """EVP_MD_fetch EVP_MD_CTX_new EVP_CIPHER_fetch
                   EVP_CIPHER_CTX_new EVP_Q_mac""".split():
        getattr(lib, name).restype = ctypes.c_void_p


def noise(n, seed):
    """Bytes that look random and are the same everywhere."""
    out = bytearray()
    x = seed * 2654435761 % 2 ** 64 + 1
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        out.append(x >> 56)
    return bytes(out)


DATA = noise(max(LENGTHS), 1)


def need(ok, what):
    """A function of the library must have worked."""
    if not ok or ok < 0:
        raise RuntimeError(what)
    return ok


def pieces(data):
    """The data in pieces of uneven lengths."""
    at, i = 0, 0
    while at < len(data):
        n = PIECES[i % len(PIECES)]
        yield data[at:at + n]
        at, i = at + n, i + 1


class Digest:
    """One digest of the library."""

    def __init__(self, name):
        self.name = name
        self.md = ctypes.c_void_p(need(
            lib.EVP_MD_fetch(None, name.encode(), None), "no " + name))
        self.ctx = ctypes.c_void_p(lib.EVP_MD_CTX_new())
        self.xof = name.startswith("shake") or name.startswith("keccak")

    def run(self, parts):
        """The digest of a sequence of pieces."""
        out = ctypes.create_string_buffer(200)
        n = ctypes.c_uint(0)
        need(lib.EVP_DigestInit_ex(self.ctx, self.md, None), self.name)
        for p in parts:
            need(lib.EVP_DigestUpdate(self.ctx, p,
                                      ctypes.c_size_t(len(p))), self.name)
        if self.xof:
            need(lib.EVP_DigestFinalXOF(self.ctx, out, ctypes.c_size_t(173)),
                 self.name)
            return out.raw[:173]
        need(lib.EVP_DigestFinal_ex(self.ctx, out, ctypes.byref(n)),
             self.name)
        return out.raw[:n.value]


def digest_answer(name):
    """One value for a digest of messages of all lengths."""
    d = Digest(name)
    total = hashlib.sha256()
    for n in LENGTHS:
        whole = d.run([DATA[:n]])
        if whole != d.run(pieces(DATA[:n])):
            raise RuntimeError("%s: pieces of %d differ" % (name, n))
        total.update(whole)
    return total.hexdigest()


class Cipher:
    """One cipher of the library, with its key and IV."""

    def __init__(self, name):
        self.name = name
        self.cipher = ctypes.c_void_p(need(
            lib.EVP_CIPHER_fetch(None, name.encode(), None), "no " + name))
        self.ctx = ctypes.c_void_p(lib.EVP_CIPHER_CTX_new())
        self.mode = lib.EVP_CIPHER_get_mode(self.cipher)
        self.key = noise(lib.EVP_CIPHER_get_key_length(self.cipher), 2)
        self.iv = noise(16, 3)
        self.aead = (self.mode in (MODE_GCM, MODE_CCM, MODE_OCB, MODE_SIV) or
                     name == "chacha20-poly1305")
        self.whole = self.mode in (MODE_CCM, MODE_XTS, MODE_WRAP, MODE_SIV) \
            or "cts" in name

    def takes(self, n):
        """Can the cipher encrypt so many bytes?"""
        if self.mode == MODE_WRAP:
            return n >= 16 and (n % 8 == 0 or "pad" in self.name)
        return n >= 16 if self.mode in (MODE_XTS, MODE_SIV) or \
            "cts" in self.name else n > 0 or not self.aead

    def _update(self, out, data):
        n = ctypes.c_int(0)
        need(lib.EVP_CipherUpdate(self.ctx, out, ctypes.byref(n), data,
                                  ctypes.c_int(len(data))), self.name)
        return n.value

    def run(self, parts, length, encrypt, aad=b"", tag=None):
        """The result and the tag of a sequence of pieces."""
        mode = self.mode
        lib.EVP_CIPHER_CTX_reset(self.ctx)
        lib.EVP_CIPHER_CTX_set_flags(self.ctx, FLAG_WRAP_ALLOW)
        need(lib.EVP_CipherInit_ex(self.ctx, self.cipher, None, None, None,
                                   int(encrypt)), self.name)
        if self.aead and (tag or mode == MODE_CCM):
            need(lib.EVP_CIPHER_CTX_ctrl(self.ctx, CTRL_AEAD_SET_TAG, 16,
                                         tag), self.name + ": tag")
        need(lib.EVP_CipherInit_ex(self.ctx, None, None, self.key, self.iv,
                                   int(encrypt)), self.name)
        if mode == MODE_CCM:
            n = ctypes.c_int(0)
            need(lib.EVP_CipherUpdate(self.ctx, None, ctypes.byref(n), None,
                                      length), self.name + ": length")
        if aad:
            self._update(None, aad)
        result = b""
        for p in parts:
            out = ctypes.create_string_buffer(len(p) + 64)
            size = self._update(out, p)
            result += out.raw[:size]
        out = ctypes.create_string_buffer(64)
        if mode not in (MODE_CCM, MODE_SIV) or encrypt:
            n = ctypes.c_int(0)
            need(lib.EVP_CipherFinal_ex(self.ctx, out, ctypes.byref(n)),
                 self.name + ": final")
            result += out.raw[:n.value]
        if self.aead and encrypt:
            need(lib.EVP_CIPHER_CTX_ctrl(self.ctx, CTRL_AEAD_GET_TAG, 16,
                                         out), self.name + ": tag")
            return result, out.raw[:16]
        return result, None


def cipher_answer(name):
    """One value for a cipher of messages of all lengths."""
    c = Cipher(name)
    total = hashlib.sha256()
    for i, n in enumerate(LENGTHS):
        if not c.takes(n):
            continue
        data = DATA[:n]
        aad = DATA[:LENGTHS[-i] % 600 + 1] if c.aead else b""
        whole = c.run([data], n, True, aad)
        if not c.whole and c.run(pieces(data), n, True, aad) != whole:
            raise RuntimeError("%s: pieces of %d differ" % (name, n))
        back, _ = c.run([whole[0]], n, False, aad, whole[1])
        if not c.whole and c.run(pieces(whole[0]), n, False, aad,
                                 whole[1])[0] != data or back != data:
            raise RuntimeError("%s: decryption of %d differs" % (name, n))
        total.update(whole[0] + (whole[1] or b""))
    return total.hexdigest()


def mac_answer(name, sub):
    """One value for a MAC of messages of all lengths."""
    total = hashlib.sha256()
    key = noise(MAC_KEY.get(sub, MAC_KEY.get(name, 32)), 4)
    for n in LENGTHS:
        out = ctypes.create_string_buffer(128)
        size = ctypes.c_size_t(0)
        need(lib.EVP_Q_mac(None, name.encode(), None,
                           sub.encode() if sub else None, None, key,
                           ctypes.c_size_t(len(key)), DATA,
                           ctypes.c_size_t(n), out, ctypes.c_size_t(128),
                           ctypes.byref(size)), name)
        total.update(out.raw[:size.value])
    return total.hexdigest()


def kdf_answer(name):
    """Key derivation: many rounds of the same code."""
    out = ctypes.create_string_buffer(64)
    if name == "scrypt":
        need(lib.EVP_PBE_scrypt(
            b"pass", ctypes.c_size_t(4), b"salt", ctypes.c_size_t(4),
            ctypes.c_uint64(256), ctypes.c_uint64(8), ctypes.c_uint64(1),
            ctypes.c_uint64(0), out, ctypes.c_size_t(64)), name)
    else:
        need(lib.PKCS5_PBKDF2_HMAC(b"pass", 4, b"salt", 4, 500,
                                   Digest(name[7:]).md, 64, out), name)
    return out.raw.hex()


def check_literals():
    """The answers of the standards."""
    for name, want in LITERAL_DIGESTS:
        if Digest(name).run([b"abc"]).hex() != want:
            raise RuntimeError("%s is not the standard's" % name)
    for name, key, iv, message, want in LITERAL_CIPHERS:
        c = Cipher(name)
        c.key, c.iv = bytes.fromhex(key), bytes.fromhex(iv)
        message = bytes.fromhex(message)
        if c.run([message], 16, True)[0].hex()[:len(want)] != want:
            raise RuntimeError("%s is not the standard's" % name)


def main():
    declare()
    wanted = sys.argv[1:]
    check_literals()
    tests = [("digest " + d, digest_answer, (d,)) for d in DIGESTS]
    tests += [("cipher " + c, cipher_answer, (c,)) for c in CIPHERS]
    tests += [("mac %s %s" % (m, s or ""), mac_answer, (m, s))
              for m, s in MACS]
    tests += [("kdf " + k, kdf_answer, (k,)) for k in (
        "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512", "scrypt")]
    bad = 0
    for name, function, args in tests:
        if wanted and not any(w in name for w in wanted):
            continue
        try:
            print(name, function(*args))
        except RuntimeError as why:
            bad = 1
            print(name, "FAILED", why)
    sys.exit(bad)


if __name__ == "__main__":
    main()
