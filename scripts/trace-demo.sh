#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Boot Debian's kernel with a trace of all it executes, look at it, and compare
# it with the same boot and with one in which a single instruction is another.
#
#   scripts/trace-demo.sh [FOLDER]        (make trace-demo)
#
# The instruction is the first `mov Xn, #0` of start_kernel, which becomes
# `mov Wn, #0` in a copy of the Image: it does the same, so that nothing but
# the trace tells. FOLDER (build/trace-demo) keeps the traces; all that is
# printed goes to FOLDER/output.txt, too.
#
# MODE=debug takes another build; EMU_GUEST=full another kernel.

set -euo pipefail

cd "$(dirname "$0")/.."
mode=${MODE:-release}
guest=${EMU_GUEST:-cloud}
guests=${EMU_CACHE:-cache}/guests
out=${1:-build/trace-demo}
bin=build/$mode
image=$guests/$guest/Image

scripts/setup.sh build
make -s -j"$(nproc)" MODE="$mode" >&2
scripts/fetch-guest.sh "$guest" busybox
mkdir -p "$out"
python3 scripts/mkinitrd.py --busybox "$guests/busybox/busybox" \
    --output "$out/initrd.gz"
printf 'uname -srm\npoweroff -f\n' >"$out/input"

# Boots a kernel with a trace; what the console says goes to a file.
boot() {
    "$bin/emu" -kernel "$1" -initrd "$out/initrd.gz" \
        -append "console=ttyAMA0" -nographic -trace "$2" \
        <"$out/input" >"$2.console"
    tail -n 1 "$2.console"
    ls -l "$2" | awk '{ print $5 " bytes" }'
}

# Shows a command and what it prints; its status may be that of a difference.
show() {
    local status=0

    echo
    echo "\$ $*"
    "$@" || status=$?
    [ "$status" -le 1 ] || exit "$status"
}

# The functions of emu-trace stat: its second table.
functions() {
    "$bin/emu-trace" stat --top 10 "$1" | awk 'BEGIN { RS = "" } NR == 2'
}

# Prints the place and the word of the instruction in the Image.
find_instruction() {
    "$bin/emu-trace" grep --insns --events none --to 50M "; start_kernel+" \
        "$1" | python3 -c '
import sys
for line in sys.stdin:
    words = line.split()
    if words[5:] and int(words[5], 16) & 0xffffffe0 == 0xd2800000:
        print(words[4], words[5])
        break
else:
    sys.exit("trace-demo: start_kernel has no mov Xn, #0")'
}

# Copies the Image with the word at that place changed.
patch_instruction() {
    python3 - "$image" "$1" "$2" "$3" "$4" <<'END'
import sys
source, target, base, place, word = sys.argv[1:]
at, word = int(place, 16) - int(base, 16), int(word, 16)
with open(source, "rb") as f:
    data = bytearray(f.read())
if data[at:at + 4] != word.to_bytes(4, "little"):
    sys.exit("trace-demo: the Image has another word at 0x%x" % at)
data[at:at + 4] = (word ^ 0x80000000).to_bytes(4, "little")
with open(target, "wb") as f:
    f.write(data)
print("0x%x: %08x -> %08x" % (at, word, word ^ 0x80000000))
END
}

demo() {
    local base place word

    echo "Boot with -trace:"
    boot "$image" "$out/a.emutrace"
    show "$bin/emu-trace" info "$out/a.emutrace"
    echo
    echo "The ten hottest functions:"
    functions "$out/a.emutrace"

    echo
    echo "The same boot again:"
    boot "$image" "$out/same.emutrace"
    show "$bin/emu-trace" diff "$out/a.emutrace" "$out/same.emutrace"

    echo
    echo "With one instruction of start_kernel changed:"
    base=$("$bin/emu-trace" info "$out/a.emutrace" |
        awk '$1 == "kernel.pa" { print $2 }')
    read -r place word < <(find_instruction "$out/a.emutrace")
    patch_instruction "$out/Image" "$base" "$place" "$word"
    boot "$out/Image" "$out/b.emutrace"
    show "$bin/emu-trace" diff "$out/a.emutrace" "$out/b.emutrace"
}

demo | tee "$out/output.txt"
