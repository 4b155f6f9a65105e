# SPDX-License-Identifier: MIT
"""Which parts are run on which machines."""

import compress
import gawk
import openssl
import perl
import python
import stress_ng
from job import Run

RUNS = [Run(part, model) for model in ("max", "cortex-a72") for part in (
    openssl.ANSWERS, openssl.KEYS, perl.PERL, gawk.GAWK, compress.COMPRESS,
    stress_ng.CPU)]
RUNS += [Run(part) for part in (
    openssl.SPEED, python.NUMBERS, python.DATA, stress_ng.VM,
    stress_ng.OTHER)]
RUNS += [Run(part, "cortex-a72", 4) for part in (
    python.THREADS, stress_ng.OTHER)]
# What the evaluator gets through in time.
RUNS += [Run(openssl.ANSWERS, engine="eval", only=("short",))]
