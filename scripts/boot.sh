#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Boot Debian's arm64 cloud kernel to a busybox shell.
#
#   scripts/boot.sh [emu options]
#
# Installs the packages that are missing, builds emu, fetches the kernel and
# busybox, packs an initramfs, and runs the machine on this terminal.  Ctrl-A
# X ends it, and so does `poweroff -f` in the guest.  Options are handed to
# emu after ours, so that they win: scripts/boot.sh -m 1G -d stats
#
# MODE=debug takes another build; EMU_GUEST=full another kernel.

set -euo pipefail

cd "$(dirname "$0")/.."
mode=${MODE:-release}
guest=${EMU_GUEST:-cloud}
guests=${EMU_CACHE:-cache}/guests
initrd=${EMU_CACHE:-cache}/initrd.gz

scripts/setup.sh build
make -s -j"$(nproc)" MODE="$mode" >&2
scripts/fetch-guest.sh "$guest" busybox
python3 scripts/mkinitrd.py --busybox "$guests/busybox/busybox" \
    --output "$initrd"
exec "build/$mode/emu" -kernel "$guests/$guest/Image" -initrd "$initrd" \
    -append "console=ttyAMA0" -nographic "$@"
