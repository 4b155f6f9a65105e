#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Prove the project on a fresh Debian: boot and check in a new minbase chroot.
#
#   scripts/chroot-check.sh [options] FOLDER [boot] [check] [-- COMMAND...]
#
#   --worktree   take the files as they are, not the last commit
#   --keep       use the chroot in FOLDER if it is there, and keep it
#   --suite S    Debian suite (bookworm)
#   --mirror U   Debian mirror (the one this system uses for the suite)
#   --apt-conf D copy the apt.conf.d of folder D (proxies and the like)
#
# Makes FOLDER with debootstrap (minbase and git, nothing else), clones the
# project to /root/emu in it, and runs there as root, without a terminal:
# `scripts/boot.sh`, giving the shell a command and then `poweroff -f`, and
# `scripts/check.sh`.  Both by default.  For maintainers; needs root and
# debootstrap.  Mounts live in a namespace of their own and end with it.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
suite=bookworm
mirror=
apt_conf=
worktree=no
keep=no
root=
steps=()
command=()

die()
{
    printf 'chroot-check: %s\n' "$*" >&2
    exit 1
}

say()
{
    printf '\n== %s\n' "$*" >&2
}

while [ $# -gt 0 ]; do
    case $1 in
    --worktree) worktree=yes ;;
    --keep) keep=yes ;;
    --suite) suite=$2; shift ;;
    --mirror) mirror=$2; shift ;;
    --apt-conf) apt_conf=$2; shift ;;
    --) shift; command=("$@"); break ;;
    -h|--help)
        sed -n 's/^# \{0,1\}//; 4,18p' "$0"
        exit 0 ;;
    boot|check) steps+=("$1") ;;
    -*) die "unknown option $1" ;;
    *) [ -z "$root" ] || die "one folder, and boot or check"
       root=$1 ;;
    esac
    shift
done
[ -n "$root" ] || die "a folder for the chroot is wanted; see --help"
[ "$(id -u)" = 0 ] || die "needs root"
command -v debootstrap >/dev/null || die "debootstrap is missing"
if [ ${#steps[@]} = 0 ] && [ ${#command[@]} = 0 ]; then
    steps=(boot check)
fi

if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' \
        "Codename: $suite" 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || die "no mirror known for $suite: give --mirror"
fi

make_chroot()
{
    say "debootstrap $suite"
    debootstrap --variant=minbase --include=git,ca-certificates \
        "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
    rm -f "$root.log"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    if [ -n "$apt_conf" ]; then
        cp "$apt_conf"/* "$root/etc/apt/apt.conf.d/"
    fi
}

copy_project()
{
    say "the project"
    mkdir -p "$root/root/emu"
    if [ "$worktree" = yes ]; then
        (cd "$top" && git ls-files -z -co --exclude-standard |
            tar -cf - --null -T -) | tar -xf - -C "$root/root/emu"
    else
        rm -rf "$root/root/emu"
        git clone -q --no-hardlinks "$top" "$root/root/emu"
    fi
}

# Run a command in the chroot, with /proc and /dev of its own namespace.
inside()
{
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child sh -ec '
        root=$1; shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --make-rslave "$root/dev"
        exec chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            CI="$CI" sh -c "cd /root/emu && exec \"\$@\"" sh "$@"
    ' sh "$root" "$@"
}

# Wait until the file is there, or the text in it; at most half an hour.
await()
{
    for _ in $(seq 1800); do
        if [ $# = 1 ] && [ -e "$1" ]; then
            return
        elif [ $# = 2 ] && grep -q "$2" "$1"; then
            return
        elif [ -e "$ended" ]; then
            return
        fi
        sleep 1
    done
}

# Type at the shell once it prompts, as a user would.
run_boot()
{
    local screen=$root/root/screen
    local ended=$root/root/screen.status

    say "scripts/boot.sh"
    rm -f "$ended"
    : >"$screen"
    {
        await "$screen" '^[^ ]* # '
        printf 'uname -a; echo 6*7=$((6*7))\n'
        await "$screen" '6\*7=42'
        printf 'poweroff -f\n'
        await "$ended"
    } | {
        inside scripts/boot.sh && echo 0 >"$ended" || echo $? >"$ended"
    } | tee "$screen" || true
    [ "$(cat "$ended")" = 0 ] || die "boot: exit status $(cat "$ended")"
    grep -q '6\*7=42' "$screen" || die "boot: the shell did not answer"
    say "boot: exit status 0"
}

export CI=${CI:-}
if [ "$keep" = no ] && [ -e "$root" ]; then
    die "$root is there already; remove it or give --keep"
fi
mkdir -p "$(dirname "$root")"
if [ ! -e "$root/bin/sh" ]; then
    make_chroot
fi
copy_project
for step in "${steps[@]}"; do
    case $step in
    boot) run_boot ;;
    check)
        say "scripts/check.sh"
        time inside scripts/check.sh </dev/null ;;
    esac
done
if [ ${#command[@]} -gt 0 ]; then
    inside "${command[@]}"
fi
if [ "$keep" = no ]; then
    rm -rf --one-file-system "$root"
fi
