#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Everything that must hold before a change lands: build and run all tests.
#
#   scripts/check.sh [suite ...]
#
# Installs the packages that are missing, builds emu and the unit tests,
# fetches the guests of the boot tests and runs the suites of
# scripts/run-tests.py.  The last line is "N passed, N failed", with
# ", N skipped" when something could not be run; the status is 0 only when
# nothing failed.  Without the network the boot tests are skipped, and so is
# what needs a package that cannot be installed, each with its reason.

set -euo pipefail

cd "$(dirname "$0")/.."
# What is needed to build and is still missing makes `make` fail below.
scripts/setup.sh check ||
    printf 'check: some packages are missing: their tests are skipped\n' >&2
scripts/fetch-guest.sh cloud busybox ||
    printf 'check: no guest kernels: boot tests are skipped\n' >&2
make -s -j"$(nproc)" all tests
exec python3 scripts/run-tests.py --level full "$@"
