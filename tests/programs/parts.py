# SPDX-License-Identifier: MIT
"""Which parts are run on which machines."""

import compress
import gawk
import openssl
import perl
import python
import stress_ng
from job import Run

RUNS = [Run(part) for part in (
    openssl.ANSWERS, openssl.KEYS, openssl.SPEED, perl.PERL, gawk.GAWK,
    compress.COMPRESS, python.NUMBERS, python.DATA, stress_ng.CPU,
    stress_ng.VM, stress_ng.OTHER)]
RUNS += [Run(part, "cortex-a72") for part in (openssl.ANSWERS, openssl.KEYS)]
RUNS += [Run(part, "cortex-a72", 4) for part in (
    python.THREADS, stress_ng.OTHER)]
RUNS += [Run(part, "neoverse-n1") for part in (
    openssl.ANSWERS, perl.PERL, compress.COMPRESS)]
RUNS += [Run(part, "cortex-a53") for part in (gawk.GAWK, stress_ng.CPU)]
RUNS += [Run(openssl.PATHS, openssl.WITHOUT, label="without")]
# What the evaluator, some 30 times slower, gets through in time.
RUNS += [Run(openssl.ANSWERS, engine="eval", only=("short",)),
         Run(gawk.GAWK, engine="eval", only=("formats", "functions", "big"))]
