#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Check by symbols what the compiler cannot: determinism and global state.
#
#   scripts/check-symbols.sh [build/release]
#
# 1. Objects of hw/ and target-arm64/ may import from outside the project
#    only what is on the allow-list below: nothing that reaches the host's
#    time, files, randomness, threads or floating point.  From inside the
#    project they may not import what looks at the host either; time comes
#    from clock.h and input from chan.h and block.h.
# 2. No object has mutable data of file scope but those on the second list.
#    Constant tables that need relocation (.data.rel.ro) are no state.
#
# Prints one line a finding; the status tells if any.  Sanitizer builds
# import their run-time, so a release or debug build is what to look at.

set -euo pipefail
export LC_ALL=C

cd "$(dirname "$0")/.."
build=${1:-build/release}

# Outside symbols that the deterministic part may use: memory and strings,
# formatting into memory, sorting, assertions, and glib's containers.
allowed='mem(cpy|move|set|cmp|chr|ccpy)
|__mem(cpy|move|set)_chk
|str(len|nlen|cmp|ncmp|chr|rchr|spn|cpy|ncpy|cat|str)
|s(n)?printf|vsnprintf|__(v)?snprintf_chk|__sprintf_chk
|qsort|bsearch|abort|__assert_fail|__stack_chk_fail
|__ctype_b_loc|__errno_location
|g_(malloc|malloc0|malloc_n|malloc0_n|realloc|realloc_n|free|clear_pointer)
|g_(aligned_alloc|aligned_alloc0|aligned_free|memdup2|strdup|strndup)
|g_strdup_(printf|vprintf)|g_str(freev|equal|cmp0|hash|split|_has_prefix)
|g_(ascii_.*|snprintf|strlcpy|strconcat|strv_length)
|g_(array|ptr_array|byte_array|string|list|slist|tree|queue)_.*
|g_hash_table_(new|new_full|insert|replace|add|lookup|lookup_extended)
|g_hash_table_(contains|remove|remove_all|size|destroy|unref|ref)
|g_(int|int64|direct)_(hash|equal)
|g_(set_error|set_error_literal|propagate_error|propagate_prefixed_error)
|g_(prefix_error|clear_error|error_free|error_new|error_new_literal)
|g_(error_matches|quark_.*|intern_.*|return_if_fail_warning)
|g_assertion_message(_expr)?
|_GLOBAL_OFFSET_TABLE_|__gcov_.*|__(u)?(mul|div|mod)ti3'

# Project symbols that look at the host and are no choke point.
denied='(host|loop|chan_stdio|chan_file|chan_socket|perfmap|engine|exec)_.*
|log_(open|close)|main'

# Mutable data that is allowed: object, symbol (extended patterns).
# The log's sink is the program's own diagnostics, the option table is where
# the command line is parsed into, and the terminal's settings must be put
# back by signal handlers, which have no argument.
state='src/base/log\.o .*
|src/options\.o .*
|src/io/tty\.o tty'

squeeze()
{
    printf '%s' "$1" | tr -d '\n'
}

objects=$(find "$build/src" "$build/hw" "$build/target-arm64" -name '*.o' \
    2>/dev/null | sort || true)
if [ -z "$objects" ]; then
    echo "check-symbols: no objects in $build: run make" >&2
    exit 1
fi
pure=$(printf '%s\n' "$objects" | grep -E "^$build/(hw|target-arm64)/" || true)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck disable=SC2086
nm -A --defined-only -g $objects | awk '{ print $NF }' | sort -u \
    >"$tmp/defined"
{ [ -z "$pure" ] || nm -A -u $pure; } | sed "s,^$build/,," |
    awk '{ sub(":$", "", $1); sub(":.*", "", $1); print $NF, $1 }' |
    sort -u >"$tmp/imports"

awk -v allowed="^($(squeeze "$allowed"))\$" \
    -v denied="^($(squeeze "$denied"))\$" '
    NR == FNR { defined[$1] = 1; next }
    $1 in defined {
        if ($1 ~ denied)
            print $2 ": uses " $1 ", which looks at the host"
        next
    }
    $1 !~ allowed { print $2 ": imports " $1 }
' "$tmp/defined" "$tmp/imports" >"$tmp/findings"

# objdump -t: value, flags (d for a section), section, size, name.
# shellcheck disable=SC2086
objdump -t $objects | awk -v build="$build/" \
    -v state="^($(squeeze "$state"))\$" '
    /file format/ { file = $1; sub(":$", "", file); sub(build, "", file) }
    / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)[^ ]*\t/ {
        if ($0 ~ / \.data\.rel\.ro/ || $0 ~ / d  ?[.*]/)
            next
        if ((file " " $NF) !~ state)
            print file ": mutable data at file scope: " $NF
    }
' >>"$tmp/findings"

cat "$tmp/findings"
[ ! -s "$tmp/findings" ]
