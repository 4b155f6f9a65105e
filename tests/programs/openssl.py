# SPDX-License-Identifier: MIT
"""OpenSSL: every engine of libcrypto, with the code paths chosen by hand.

libcrypto picks code for what the CPU has; OPENSSL_armcap overrides that, so
that one guest runs the plain C and NEON code, the AES and SHA instructions
and their combinations.  What they must say is computed on the host, by its
own libcrypto: guest/evp.py prints the same there.  Signatures are made and
verified by both; keys are below keys/.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from bootlib import Failure, Missing
from job import HERE, Job, Part, source
from tree import Tree

# Bits of OPENSSL_armcap (crypto/arm_arch.h of OpenSSL 3.0).
NEON, AES, SHA1, SHA256, PMULL, SHA512 = 1, 4, 8, 16, 32, 64
CODE_PATHS = {
    "c": 0,
    "neon": NEON,
    "aes": NEON | AES,
    "aes-pmull": NEON | AES | PMULL,
    "sha1": NEON | SHA1,
    "sha256": NEON | SHA256,
    "v80": NEON | AES | SHA1 | SHA256 | PMULL,
}
# Code that uses what only some models have.
MORE_CODE_PATHS = {"sha512": NEON | SHA512}
HAVE_SHA512 = ("max",)
MESSAGE = b"What was signed.\n" * 40
PYTHON_LIBRARIES = ("ctypes", "encodings", "collections", "importlib", "re",
                    "*.py")
SPEED_EVP = """aes-128-cbc aes-256-cbc aes-128-ctr aes-256-ctr aes-128-gcm
aes-256-gcm aes-128-ccm aes-128-ocb aes-128-xts aes-256-xts chacha20
chacha20-poly1305 sm4-cbc md5 sha1 sha256 sha512 sha3-256 sm3 blake2b512
""".split()
SPEED_KEYS = """rsa2048 ecdsap256 ecdsap384 ed25519 ecdhp256 ecdhx25519
ecdhx448""".split()


def host(*command, data=b""):
    """The output of the host's openssl."""
    if not shutil.which("openssl"):
        raise Missing("no openssl on the host")
    done = subprocess.run(("openssl",) + command, input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode:
        raise Failure("openssl %s: %s" % (
            " ".join(command), done.stderr.decode(errors="replace")))
    return done.stdout


def key(name):
    """The path of a key on the host."""
    return os.path.join(HERE, "keys", name + ".pem")


EVP = {}  # what the host says of a list of words


def evp_answers(*words):
    """What guest/evp.py must print."""
    if words not in EVP:
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "guest/evp.py"), *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise Missing("the host's libcrypto: %s" % (
                done.stdout + done.stderr).decode()[-200:].splitlines()[-1])
        EVP[words] = done.stdout
    return EVP[words]


def check_signature(name, digest):
    """A check that the host takes the guest's signature, in base 64."""
    def check(text):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, n) for n in ("sig", "message")]
            for path, data in zip(paths, (
                    host("base64", "-d", data=text.encode()), MESSAGE)):
                with open(path, "wb") as f:
                    f.write(data)
            try:
                host("dgst", "-" + digest, "-prverify", key(name),
                     "-signature", *paths)
            except Failure as why:
                return "the host refuses it: %s" % why
        return None
    return check


def names(pattern):
    """The keys whose names match."""
    found = [os.path.basename(p)[:-4] for p in glob.glob(key("*"))]
    return sorted(n for n in found if re.fullmatch(pattern, n))


CURVES = ("(prime|secp|brain)[^-]*", "[ex][^-]*")


def key_jobs(prefix, setting):
    """Sign, verify, derive, decrypt with every key."""
    jobs = []

    def add(name, command, **more):
        jobs.append(Job(prefix + name, "export %s; cd /keys; %s" % (
            setting, command), **more))

    for name in names(CURVES[0]):
        for digest in ("sha256", "sha512"):
            add("sign-%s-%s" % (name, digest),
                "openssl dgst -%s -sign %s.pem message | openssl base64" %
                (digest, name), check=check_signature(name, digest))
            add("verify-%s-%s" % (name, digest),
                "openssl dgst -%s -prverify %s.pem -signature %s.%s message"
                % (digest, name, name, digest), want=b"Verified OK\n")
    for name in names("(prime|secp|brain|x)[^-]*"):
        peer = name + "-peer"
        public = os.path.join(HERE, "keys", peer)
        add("derive-" + name,
            "openssl pkeyutl -derive -inkey %s.pem -peerkey %s.pub" %
            (name, peer), want=lambda n=name, p=public: derive(n, p))
    for name in names("ed.*"):
        add("sign-" + name,
            "openssl pkeyutl -sign -rawin -inkey %s.pem -in message" % name,
            want=lambda n=name: host("pkeyutl", "-sign", "-rawin", "-inkey",
                                     key(n), "-in", message_file()))
    for name in names("rsa.*"):
        add("sign-" + name,
            "openssl dgst -sha256 -sign %s.pem message" % name,
            want=lambda n=name: host("dgst", "-sha256", "-sign", key(n),
                                     data=MESSAGE))
        add("decrypt-" + name,
            "openssl pkeyutl -decrypt -inkey %s.pem -pkeyopt "
            "rsa_padding_mode:oaep -in %s.oaep" % (name, name),
            want=MESSAGE[:100])
    return jobs


def derive(name, peer):
    """The secret that two keys share, by the host."""
    with tempfile.NamedTemporaryFile() as public:
        public.write(host("pkey", "-in", peer + ".pem", "-pubout"))
        public.flush()
        return host("pkeyutl", "-derive", "-inkey", key(name), "-peerkey",
                    public.name)


MESSAGE_FILES = []  # the file of message_file, once it is there


def message_file():
    """The message in a file: pkeyutl -rawin reads nothing else."""
    if not MESSAGE_FILES:
        # pylint: disable-next=consider-using-with
        MESSAGE_FILES.append(tempfile.NamedTemporaryFile())
        MESSAGE_FILES[0].write(MESSAGE)
        MESSAGE_FILES[0].flush()
    return MESSAGE_FILES[0].name


def add_python(root):
    """Enough of Python for a program with ctypes."""
    root.add("usr/bin/python3.11", "usr/lib/python3.11/lib-dynload/_ctypes.*")
    root.add(*("usr/lib/python3.11/" + name for name in PYTHON_LIBRARIES),
             leave_out=("test", "__pycache__"))


def add_keys(root):
    """Every key, what the host signed and what it encrypted."""
    root.write("keys/message", MESSAGE)
    for name in names(".*"):
        with open(key(name), "rb") as f:
            root.write("keys/%s.pem" % name, f.read())
        root.write("keys/%s.pub" % name,
                   host("pkey", "-in", key(name), "-pubout"))
    for name in names(CURVES[0]):
        for digest in ("sha256", "sha512"):
            root.write("keys/%s.%s" % (name, digest), host(
                "dgst", "-" + digest, "-sign", key(name), data=MESSAGE))
    for name in names("rsa.*"):
        root.write("keys/%s.oaep" % name, host(
            "pkeyutl", "-encrypt", "-inkey", key(name), "-pkeyopt",
            "rsa_padding_mode:oaep", data=MESSAGE[:100]))


def make_root():
    """The root of every part here."""
    root = Tree()
    root.add("usr/bin/openssl", "etc/ssl/openssl.cnf",
             "usr/lib/ssl/openssl.cnf",
             "usr/lib/aarch64-linux-gnu/libcrypto.so.3")
    add_python(root)
    root.write("evp.py", source("guest/evp.py"))
    add_keys(root)
    return root


def answer_jobs():
    """Digests, ciphers and MACs along each code path."""
    jobs = [Job("evp-default", "python3.11 /evp.py", evp_answers)]
    for name, bits in CODE_PATHS.items():
        jobs.append(Job("evp-" + name, "OPENSSL_armcap=%#x python3.11 "
                        "/evp.py" % bits, evp_answers))
    for name, bits in MORE_CODE_PATHS.items():
        jobs.append(Job("evp-" + name, "OPENSSL_armcap=%#x python3.11 "
                        "/evp.py" % bits, evp_answers, models=HAVE_SHA512))
    # What the evaluator gets through in time.
    words = ("cipher aes-128-gcm", "digest sha256", "mac poly1305")
    jobs.append(Job("short", "python3.11 /evp.py " +
                    " ".join("'%s'" % w for w in words),
                    lambda: evp_answers(*words)))
    return jobs


def speed_jobs():
    """openssl speed: a second of guest time each, which checks nothing but
    that it lives."""
    jobs = [Job("speed-" + name, "openssl speed -seconds 1 -bytes 8192 "
                "-evp %s" % name, text="k$") for name in SPEED_EVP]
    return jobs + [Job("speed-" + name, "openssl speed -seconds 1 %s" % name,
                       text="bits .*[0-9]s ") for name in SPEED_KEYS]


# A setting, and a command that takes its code path.
TAKEN = {
    "aes": (AES, "enc -aes-128-cbc -K 00 -iv 00 -in /keys/message"),
    "sha1": (SHA1, "dgst -sha1 /keys/message"),
    "sha256": (SHA256, "dgst -sha256 /keys/message"),
    "sha512": (SHA512, "dgst -sha512 /keys/message"),
}
WITHOUT = "max,pmull=off,aes=off,sha1=off,sha256=off,sha512=off"
SIGILL = 128 + 4


def path_jobs():
    """For a CPU that is WITHOUT: each setting but C ends with SIGILL, so it
    is those instructions that the others run."""
    jobs = []
    for name, (bit, command) in TAKEN.items():
        for bits, status in ((NEON | bit, SIGILL), (NEON, 0)):
            jobs.append(Job("%s-%d" % (name, status), "OPENSSL_armcap=%#x "
                            "openssl %s >/dev/null; echo $?" %
                            (bits, command), b"%d\n" % status))
        jobs.append(Job(name + "-default", "openssl %s >/dev/null; echo $?" %
                        command, b"0\n"))
    return jobs


PATHS = Part("openssl-paths", "code paths need their instructions",
             make_root, path_jobs())
ANSWERS = Part("openssl-answers", "digests, ciphers, MACs: known answers",
               make_root, answer_jobs())
KEYS = Part("openssl-keys", "RSA, ECDSA, ECDH, Ed/X25519, Ed/X448",
            make_root, key_jobs("", "OPENSSL_unset=1") +
            key_jobs("c-", "OPENSSL_armcap=0"))
SPEED = Part("openssl-speed", "openssl speed -seconds 1", make_root,
             speed_jobs())
