#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Install the Debian packages that this project needs and that are missing.
#
#   scripts/setup.sh [--list] [build|check|lint]
#
# The groups are those of scripts/packages.txt; check (the default) takes in
# build, and lint takes in both.  Nothing is touched when nothing is missing,
# so the scripts that build and test call this every time.  Root installs
# directly, others through sudo where it exists.  --list only prints what is
# missing.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
group=check
list=no

die()
{
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

for arg in "$@"; do
    case $arg in
    --list) list=yes ;;
    build|check|lint) group=$arg ;;
    -h|--help)
        sed -n 's/^# \{0,1\}//; 4,13p' "$0"
        exit 0 ;;
    *) die "unknown argument '$arg': --list, build, check or lint" ;;
    esac
done

# Packages of the group and of those it takes in.
wanted()
{
    case $group in
    build) groups='build' ;;
    check) groups='build|check' ;;
    lint)  groups='build|check|lint' ;;
    esac
    sed -nE "s/^($groups) +([^ ]+).*/\2/p" "$top/scripts/packages.txt"
}

installed()
{
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null |
        grep -qx installed
}

as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this is no Debian system: install what scripts/packages.txt" \
        "lists and run make"

missing=()
for pkg in $(wanted); do
    installed "$pkg" || missing+=("$pkg")
done
if [ "$list" = yes ]; then
    [ ${#missing[@]} = 0 ] || printf '%s\n' "${missing[@]}"
    exit 0
fi
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    die "packages are missing; as root, run:" \
        "apt-get install --no-install-recommends ${missing[*]}"
fi
printf 'setup: installing %s\n' "${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly()
{
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" | sed 's/^/    /' >&2
        return 1
    }
}
quietly as_root apt-get -q update ||
    die "apt-get update failed: is the network reachable?"
quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" ||
    die "could not install: ${missing[*]}"
