#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fetch a QEMU of another Debian release, as a judge of what the installed
# one does not know.
#
#   scripts/fetch-qemu.sh [--update] [--release NAME] [user] [system]
#
#   user      qemu-user         ->  user/qemu-aarch64            (default)
#   system    qemu-system-arm   ->  system/qemu-system-aarch64
#   --release  name of the release, or EMU_QEMU_RELEASE; trixie unless told
#
# Everything lands below cache/qemu (or $EMU_CACHE/qemu), one folder a
# package, with a VERSION file.  What is there is not fetched again, so a
# second run needs no network; --update asks the archive for newer versions.
# Tests use it only if it is there: none of them fetches it.
#
# The packages are downloaded through package lists of our own, from the
# mirrors of the system's sources (the entries of the release that runs, or
# those of EMU_APT_SOURCES) and with the system's keys; nothing is installed
# and root is not needed.  qemu-user is one static program.  The other one is
# unpacked with its libraries and started by the loader among them, by a
# script of its name.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=${EMU_CACHE:-$top/cache}
out=$cache/qemu
apt=$cache/apt-qemu
release=${EMU_QEMU_RELEASE:-trixie}
update=no
work=

die()
{
    printf 'fetch-qemu: %s\n' "$*" >&2
    exit 1
}

say()
{
    printf 'fetch-qemu: %s\n' "$*" >&2
}

cleanup()
{
    [ -z "$work" ] || rm -rf "$work"
}

# The command's output is shown only when it fails.
quietly()
{
    if ! "$@" >"$work/log" 2>&1; then
        sed 's/^/    /' "$work/log" >&2
        return 1
    fi
}

# The entries of source files, one line or deb822, that name suite $1, as
# lines for suite $2; $3 is the architecture.
sources_for()
{
    local files=()

    if [ -n "${EMU_APT_SOURCES:-}" ]; then
        [ -r "$EMU_APT_SOURCES" ] ||
            die "EMU_APT_SOURCES: cannot read $EMU_APT_SOURCES"
        files=("$EMU_APT_SOURCES")
    else
        shopt -s nullglob
        files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list
            /etc/apt/sources.list.d/*.sources)
        shopt -u nullglob
    fi
    for file in "${files[@]}"; do
        [ -r "$file" ] || continue
        awk -v suite="$1" -v next_suite="$2" -v arch="$3" '
            function flush_stanza(n, m, i, j, uri, list) {
                n = split(uris, uri, " ")
                m = split(suites, list, " ")
                for (i = 1; i <= n; i++)
                    for (j = 1; j <= m; j++)
                        if (list[j] == suite && types ~ /(^| )deb( |$)/ &&
                            enabled !~ /^ *no/)
                            entry(key, uri[i], components)
                uris = suites = components = types = key = enabled = ""
            }
            function entry(signed, uri, rest) {
                sub(/^ +/, "", signed)
                signed = signed ~ /^\// ? " signed-by=" signed : ""
                sub(/^ +/, "", rest)
                print "deb [arch=" arch signed "] " uri " " next_suite " " rest
            }
            /^#/ { next }
            $1 == "deb" {
                signed = ""
                if (match($0, /signed-by=[^] ]*/))
                    signed = substr($0, RSTART + 10, RLENGTH - 10)
                sub(/\[[^]]*\] */, "")
                uri = $2
                name = $3
                $1 = $2 = $3 = ""
                if (name == suite)
                    entry(signed, uri, $0)
                next
            }
            /^[ \t]*$/ { flush_stanza(); next }
            /^[A-Za-z-]+:/ {
                what = tolower(substr($1, 1, length($1) - 1))
                sub(/^[^:]*:/, "")
                if (what == "uris") uris = $0
                else if (what == "suites") suites = $0
                else if (what == "components") components = $0
                else if (what == "types") types = $0
                else if (what == "signed-by") key = $0
                else if (what == "enabled") enabled = $0
            }
            END { flush_stanza() }' "$file"
    done | sort -u
}

apt_prepare()
{
    local arch tool suite

    for tool in apt-get apt-cache dpkg dpkg-deb; do
        command -v "$tool" >/dev/null ||
            die "$tool is missing: QEMU comes from Debian packages"
    done
    arch=$(dpkg --print-architecture)
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    sources_for "${suite:-stable}" "$release" "$arch" >"$apt/sources.list"
    [ -s "$apt/sources.list" ] ||
        die "no package source names ${suite:-stable}, so none is known" \
            "for $release: set EMU_APT_SOURCES"
    # What is written here overrides the system's configuration: it is read
    # last.  The hooks would touch the user's caches, or empty ours.
    cat >"$apt/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$apt/state";
Dir::State::lists "$apt/state/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
CONF
    say "reading package lists ($release)"
    quietly apt-get -c "$apt/apt.conf" -q update ||
        die "cannot update package lists: is the network reachable?"
}

# The newest version of a package.
version_of()
{
    { apt-cache -c "$apt/apt.conf" show --no-all-versions "$1" || true; } \
        2>/dev/null | sed -n 's/^Version: //p'
}

# prepare NAME PACKAGE: leaves $version; fails when that is there already.
prepare()
{
    version=$(version_of "$2")
    [ -n "$version" ] || die "package $2 is in none of the sources of $release"
    if [ "$(cat "$out/$1/VERSION" 2>/dev/null)" = "$2 $version" ]; then
        say "$out/$1: $2 $version is the newest"
        return 1
    fi
    say "downloading $2 $version"
    mkdir -p "$work/$1" "$work/deb"
}

# download PACKAGE...: into $work/deb.
download()
{
    (cd "$work/deb" && quietly apt-get -c "$apt/apt.conf" -q download "$@") ||
        die "cannot download $*"
}

# publish NAME PACKAGE PROGRAM: move the folder into its place if it works.
publish()
{
    "$work/$1/$3" --version >"$work/log" 2>&1 ||
        die "$3 of $2 $version does not run: $(tail -1 "$work/log")"
    printf '%s %s\n' "$2" "$version" >"$work/$1/VERSION"
    mkdir -p "$out"
    rm -rf "${out:?}/$1"
    mv "$work/$1" "$out/$1"
    rm -rf "$work/deb"
    say "$out/$1/$3: $2 $version"
}

fetch_user()
{
    prepare user qemu-user || return 0
    download qemu-user
    dpkg-deb --fsys-tarfile "$work"/deb/*.deb |
        tar -xOf - ./usr/bin/qemu-aarch64 >"$work/user/qemu-aarch64" ||
        die "no qemu-aarch64 in qemu-user $version"
    chmod +x "$work/user/qemu-aarch64"
    publish user qemu-user qemu-aarch64
}

# Packages with the libraries that a package needs, and itself.
closure()
{
    apt-get -c "$apt/apt.conf" -q -y -s install "$1" |
        awk '/^Inst / && $2 ~ /^(lib|zlib|qemu-system-)/ { print $2 }'
}

fetch_system()
{
    local deb list

    prepare system qemu-system-arm || return 0
    # The network card of the machine wants its ROM, a recommended package.
    list="$(closure qemu-system-arm) ipxe-qemu"
    [ "$list" != " ipxe-qemu" ] ||
        die "what qemu-system-arm needs is not in $release"
    # shellcheck disable=SC2086
    download $list
    for deb in "$work"/deb/*.deb; do
        # What is not a program, a library or data takes room only.
        dpkg-deb --fsys-tarfile "$deb" |
            tar -xf - -C "$work/system" --exclude='./usr/share/doc*' \
                --exclude='./usr/share/man*' --exclude='./etc*' \
                --exclude='./var*'
    done
    cat >"$work/system/qemu-system-aarch64" <<'RUN'
#!/bin/sh
# Starts the program with the libraries it was unpacked with.
root=$(dirname "$(readlink -f "$0")")
path=
for dir in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu; do
    [ ! -d "$dir" ] || path=$path:$dir
done
for loader in "$root"/usr/lib/*/ld-linux*.so.* "$root"/usr/lib64/ld-linux*; do
    [ ! -x "$loader" ] || break
done
QEMU_MODULE_DIR=$(echo "$root"/usr/lib/*/qemu)
export QEMU_MODULE_DIR
exec "$loader" --library-path "${path#:}" "$root/usr/bin/qemu-system-aarch64" \
    -L "$root/usr/share/qemu" -L "$root/usr/lib/ipxe/qemu" "$@"
RUN
    chmod +x "$work/system/qemu-system-aarch64"
    publish system qemu-system-arm qemu-system-aarch64
}

fetch()
{
    if [ "$update" = no ] && [ -s "$out/$1/VERSION" ]; then
        return
    fi
    if [ -z "$work" ]; then
        mkdir -p "$cache"
        exec 9>"$cache/lock"
        flock 9
        rm -rf "$cache"/fetch-qemu.*
        work=$(mktemp -d "$cache/fetch-qemu.XXXXXX")
        apt_prepare
        # Another run may have fetched it while we waited for the lock.
        fetch "$1"
        return
    fi
    "fetch_$1"
}

trap cleanup EXIT
trap 'exit 130' INT TERM

wanted=
while [ $# -gt 0 ]; do
    case $1 in
    --update) update=yes ;;
    --release)
        [ $# -gt 1 ] || die "--release needs a name"
        release=$2
        shift ;;
    -h|--help)
        sed -n 's/^# \{0,1\}//; 4,11p' "$0"
        exit 0 ;;
    user|system) wanted="$wanted $1" ;;
    *) die "unknown argument '$1': user or system" ;;
    esac
    shift
done
for name in ${wanted:-user}; do
    fetch "$name"
done
