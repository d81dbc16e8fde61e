#!/usr/bin/env bash
# Installs the Debian packages that a target needs and this machine lacks: says which and why, and does nothing when
# all are there. Usage: scripts/packages.sh GROUP...   (groups: build test check oracle bench)
set -euo pipefail

# group | package | what it is for
list='
build  | gcc                | C compiler
build  | libc6-dev          | headers of the C library
build  | cmake              | writes the build files
build  | ninja-build        | runs the build
build  | pkg-config         | finds libraries
build  | libarchive-dev     | reads compressed input (zst, xz, bz2, lz4)
build  | zlib1g-dev         | reads gzip input: libarchive does not verify its checksum
demo   | zstd               | the captured file of the demonstration is zstd-compressed
test   | libcmocka-dev      | unit tests
test   | python3            | tests of JSON and CSV output
test   | python3-jsonschema | validates JSON output against the schemas
test   | gzip               | makes compressed test input
test   | zstd               | makes compressed test input
test   | xz-utils           | makes compressed test input
test   | bzip2              | makes compressed test input
test   | lz4                | makes compressed test input
check  | git                | lists the files of the project
check  | g++                | the public header as C++
check  | binutils           | nm and objdump, for the check of symbols
check  | clang              | second compiler, sanitizers
check  | libclang-rt-14-dev | run-time part of the sanitizers and of the fuzzer
check  | clang-format       | layout of the sources
check  | clang-tidy         | static analysis
check  | cppcheck           | static analysis
check  | shellcheck         | static analysis of the scripts
check  | mandoc             | checks the manual page
oracle | python3            | runs the reference implementations
oracle | python3-numpy      | reference implementation
oracle | python3-pandas     | reference implementation: windows
oracle | python3-sklearn    | reference implementation: scaling and clustering
oracle | python3-venv       | PyOD gets a virtual environment of its own
oracle | zstd               | unpacks the reference data
bench  | python3            | runs the benchmarks
bench  | python3-venv       | the benchmarks keep their peers in a virtual environment of their own
'

missing=()
for group in "$@"; do
    found=no
    while IFS='|' read -r g package why; do
        g=${g// /} package=${package// /}
        [ "$g" = "$group" ] || continue
        found=yes
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
        [[ " ${missing[*]} " == *" $package "* ]] && continue
        [ ${#missing[@]} -gt 0 ] || echo "packages that this target needs and this machine lacks:"
        printf '  %-20s%s\n' "$package" "${why# }"
        missing+=("$package")
    done <<<"$list"
    [ $found = yes ] || { echo "packages.sh: no group '$group'" >&2; exit 2; }
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || {
    echo "packages.sh: this is not a Debian system; install them by hand, or their like" >&2
    exit 1
}
run=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "packages.sh: run as root, or install sudo" >&2; exit 1; }
    run=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing them with apt-get"
if ! { "${run[@]}" apt-get update && "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    exit 1
fi
