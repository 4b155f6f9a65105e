# SPDX-License-Identifier: MIT
"""Which parts are run on which machines."""

import openssl
from job import Run

RUNS = [Run(part, model) for model in ("max", "cortex-a72") for part in (
    openssl.ANSWERS, openssl.KEYS)]
RUNS += [Run(openssl.SPEED),
         Run(openssl.ANSWERS, engine="eval", only=("short",))]
