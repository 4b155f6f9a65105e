#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fetch guest systems for boots and tests from Debian's archive.
#
#   scripts/fetch-guest.sh [--update] [cloud] [busybox] [full] [rt]
#                          [installer] [programs] [cloud-dbg]
#
#   cloud      linux-image-cloud-arm64  ->  cloud/Image      (default)
#   busybox    busybox-static           ->  busybox/busybox  (default)
#   full       linux-image-arm64        ->  full/Image
#   rt         linux-image-rt-arm64     ->  rt/Image
#   installer  debian-installer-12-netboot-arm64
#                                       ->  installer/Image, initrd.gz
#   programs   openssl, python3.11, ...  ->  programs/root, a tree of files
#   cloud-dbg  symbols of cloud/Image   ->  cloud-dbg/vmlinux (262 MB, 273 MB)
#
# Everything lands below cache/guests (or $EMU_CACHE/guests), one folder a
# guest, with a VERSION file naming the package.  A guest that is there is
# not fetched again; --update asks the archive for newer versions.
#
# The packages are for another architecture.  They are downloaded through
# package lists of our own (cache/apt), with the system's sources and keys,
# so that the user's architectures, lists and caches stay as they are; root
# is not needed.  Set EMU_APT_SOURCES to a sources.list of your own where
# the system's sources carry no arm64 packages.
#
# A guest appears whole or not at all: unpacked beside its place and renamed.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=${EMU_CACHE:-$top/cache}
guests=$cache/guests
apt=$cache/apt
known="cloud busybox full rt installer programs cloud-dbg"
update=no
work=
# What tests/programs runs; apt finds their libraries.
programs="openssl python3.11 libpython3.11-testsuite stress-ng perl gawk gzip
    bzip2 xz-utils zstd lz4"

die()
{
    printf 'fetch-guest: %s\n' "$*" >&2
    exit 1
}

say()
{
    printf 'fetch-guest: %s\n' "$*" >&2
}

cleanup()
{
    if [ -n "$work" ]; then
        rm -rf "$work"
    fi
}

# The command's output is shown only when it fails.
quietly()
{
    if ! "$@" >"$work/log" 2>&1; then
        sed 's/^/    /' "$work/log" >&2
        return 1
    fi
}

apt_prepare()
{
    local tool

    for tool in apt-get apt-cache dpkg dpkg-deb; do
        command -v "$tool" >/dev/null ||
            die "$tool is missing: guests come from Debian packages"
    done
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    # What is written here overrides the system's configuration: it is read
    # last.  The hooks after an update would touch the user's caches.
    cat >"$apt/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$apt/state";
Dir::State::lists "$apt/state/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
CONF
    if [ -n "${EMU_APT_SOURCES:-}" ]; then
        [ -r "$EMU_APT_SOURCES" ] ||
            die "EMU_APT_SOURCES: cannot read $EMU_APT_SOURCES"
        cat >>"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$(realpath "$EMU_APT_SOURCES")";
Dir::Etc::sourceparts "/dev/null";
CONF
    fi
    say "reading package lists (arm64)"
    quietly apt-get -c "$apt/apt.conf" -q update ||
        die "cannot update package lists: is the network reachable?"
}

# field PACKAGE NAME: that field of the newest version of the package.
field()
{
    { apt-cache -c "$apt/apt.conf" show --no-all-versions "$1" || true; } \
        2>/dev/null | sed -n "s/^$2: //p"
}

# The kernel that a metapackage stands for: the name changes with each ABI.
resolve_kernel()
{
    field "$1" Depends | tr ',|' '\n\n' |
        awk '/^ *linux-image-[0-9]/ && !n++ { print $1 }'
}

# download NAME PACKAGE: sets $deb, a file, and $version; fails when the guest
# is of that version already.
download()
{
    local pkg=$2

    version=$(field "$pkg" Version)
    [ -n "$version" ] || die "package $pkg (arm64) is in none of the" \
        "package sources (/etc/apt/sources.list*, EMU_APT_SOURCES)"
    if [ "$(cat "$guests/$1/VERSION" 2>/dev/null)" = "$pkg $version" ]; then
        say "$guests/$1: $pkg $version is the newest"
        return 1
    fi
    say "downloading $pkg $version"
    mkdir -p "$work/deb"
    (cd "$work/deb" &&
        quietly apt-get -c "$apt/apt.conf" -q download "$pkg") ||
        die "cannot download $pkg $version"
    deb=$(echo "$work/deb/${pkg}"_*.deb)
    [ -s "$deb" ] || die "apt-get download $pkg left no package file"
}

# extract DEB PATH FILE: one file of a package, without unpacking the rest.
extract()
{
    dpkg-deb --fsys-tarfile "$1" | tar -xOf - "$2" >"$3" ||
        die "no $2 in $(basename "$1")"
    [ -s "$3" ] || die "$2 in $(basename "$1") is empty"
}

# publish NAME PACKAGE: move the finished folder into its place.
publish()
{
    printf '%s %s\n' "$2" "$version" >"$work/$1/VERSION"
    mkdir -p "$guests"
    rm -rf "${guests:?}/$1"
    mv "$work/$1" "$guests/$1"
    rm -rf "$work/deb"
    say "$guests/$1: $2 $version"
}

fetch_kernel()
{
    local pkg

    pkg=$(resolve_kernel "$2")
    [ -n "$pkg" ] || die "package $2 (arm64) is in none of the" \
        "package sources (/etc/apt/sources.list*, EMU_APT_SOURCES)"
    download "$1" "$pkg" || return 0
    extract "$deb" "./boot/vmlinuz-${pkg#linux-image-}" "$work/$1/Image"
    extract "$deb" "./boot/config-${pkg#linux-image-}" "$work/$1/config"
    publish "$1" "$pkg"
}

# The symbols belong to one build of the kernel: to the one that is there.
fetch_debug()
{
    local pkg kernel

    fetch "$2"
    read -r pkg kernel <"$guests/$2/VERSION"
    download "$1" "$pkg-dbg" || return 0
    [ "$version" = "$kernel" ] ||
        die "symbols are $version, $2 is $kernel: try --update $2 $1"
    extract "$deb" "./usr/lib/debug/boot/vmlinux-${pkg#*image-}" \
        "$work/$1/vmlinux"
    publish "$1" "$pkg-dbg"
}

fetch_busybox()
{
    local path

    download busybox busybox-static || return 0
    dpkg -x "$deb" "$work/root"
    for path in bin/busybox usr/bin/busybox; do
        if [ -s "$work/root/$path" ]; then
            mv "$work/root/$path" "$work/busybox/busybox"
            break
        fi
    done
    rm -rf "$work/root"
    [ -s "$work/busybox/busybox" ] || die "no busybox in $(basename "$deb")"
    publish busybox busybox-static
}

fetch_installer()
{
    local pkg=debian-installer-12-netboot-arm64
    local images=./usr/lib/debian-installer/images/12/arm64/text

    download installer "$pkg" || return 0
    images=$images/debian-installer/arm64
    extract "$deb" "$images/linux" "$work/installer/Image"
    extract "$deb" "$images/initrd.gz" "$work/installer/initrd.gz"
    publish installer "$pkg"
}

# The packages with all that they depend on, unpacked into one tree: nothing
# is installed and no script of theirs runs.
fetch_programs()
{
    local list pkg

    # The list of package files names their versions.
    # shellcheck disable=SC2086
    list=$(apt-get -c "$apt/apt.conf" -q -y -s --no-install-recommends \
        install $programs 2>"$work/log" |
        sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p' | LC_ALL=C sort)
    [ -n "$list" ] || die "cannot resolve programs: $(tail -n 1 "$work/log")"
    version=$(printf '%s\n' "$list" | sha256sum | cut -c 1-16)
    if [ "$(cat "$guests/programs/VERSION" 2>/dev/null)" = \
        "programs $version" ]; then
        say "$guests/programs: every package is the newest"
        return 0
    fi
    say "downloading $(printf '%s\n' "$list" | wc -l) packages of programs"
    mkdir -p "$work/deb" "$work/programs/root"
    # shellcheck disable=SC2086
    (cd "$work/deb" &&
        quietly apt-get -c "$apt/apt.conf" -q download $list) ||
        die "cannot download the packages of the programs"
    for pkg in "$work"/deb/*.deb; do
        dpkg -x "$pkg" "$work/programs/root" ||
            die "cannot unpack $(basename "$pkg")"
    done
    for pkg in doc info lintian locale man; do
        rm -rf "$work/programs/root/usr/share/$pkg"
    done
    printf '%s\n' "$list" >"$work/programs/PACKAGES"
    publish programs programs
}

fetch()
{
    if [ "$update" = no ] && [ -s "$guests/$1/VERSION" ]; then
        return
    fi
    if [ -z "$work" ]; then
        mkdir -p "$cache"
        exec 9>"$cache/lock"
        flock 9
        rm -rf "$cache"/fetch.*
        work=$(mktemp -d "$cache/fetch.XXXXXX")
        apt_prepare
        fetch "$1" # another run may have fetched it while we waited
        return
    fi
    mkdir -p "$work/$1"
    case $1 in
    cloud)     fetch_kernel cloud linux-image-cloud-arm64 ;;
    full)      fetch_kernel full linux-image-arm64 ;;
    rt)        fetch_kernel rt linux-image-rt-arm64 ;;
    cloud-dbg) fetch_debug cloud-dbg cloud ;;
    busybox)   fetch_busybox ;;
    installer) fetch_installer ;;
    programs)  fetch_programs ;;
    esac
}

trap cleanup EXIT
trap 'exit 130' INT TERM

wanted=
for arg in "$@"; do
    case $arg in
    --update) update=yes ;;
    -h|--help)
        sed -n 's/^# \{0,1\}//; 4,16p' "$0"
        exit 0 ;;
    *)  [[ " $known " = *" $arg "* ]] ||
            die "unknown guest '$arg': one of $known is wanted"
        wanted="$wanted $arg" ;;
    esac
done
for name in ${wanted:-cloud busybox}; do
    fetch "$name"
done
