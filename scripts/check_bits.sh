#!/usr/bin/env bash
# The same bits from every build: generated traffic and its analysis must not depend on compiler, optimisation,
# number of threads or block size. Usage: scripts/check_bits.sh
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh debug oddflow_cli -DODDFLOW_TESTS=OFF
scripts/build.sh clang oddflow_cli
scripts/build.sh release oddflow_cli
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for build in release clang debug; do
    "build/$build/oddflow" synth --flows 60000 --seed 11 -w "$dir/$build.binetflow"
    cmp "$dir/release.binetflow" "$dir/$build.binetflow"
done
input=$dir/release.binetflow
same() { # label | arguments of oddflow detect
    local label=$1 build reference='' options
    shift
    for build in release clang debug; do
        for options in '-j 1' '-j 2' '-j 4 --block-size 64k'; do
            # shellcheck disable=SC2086
            "build/$build/oddflow" detect "$@" $options -w "$dir/out" "$input" 2>/dev/null
            sum=$(sha256sum <"$dir/out")
            [ -n "$reference" ] || reference=$sum
            [ "$sum" = "$reference" ] || { echo "$label: $build with $options differs"; exit 1; }
        done
    done
}
same 'csv, every flow' -o csv --all
same 'windows' -o csv --windows-only
same 'four features' -o ndjson --features 'log1p(TotBytes),log1p(TotPkts),Dur,log1p(SrcBytes)' --detector dbscan:eps=0.5
same 'table' -o table
# A baseline is the same file from every build, and judges the same.
for build in release clang debug; do
    for options in '-j 1' '-j 2 --block-size 64k'; do
        # shellcheck disable=SC2086
        "build/$build/oddflow" learn -q $options --preset hosts,host-hours --window 1m -o "$dir/$build.odd" "$input" 2>/dev/null
        cmp "$dir/${first:=$build}.odd" "$dir/$build.odd"
    done
done
same 'a baseline' --baseline "$dir/release.odd" --all -o ndjson
echo "equal over gcc -O3, clang -O3 and gcc -O0, 1, 2 and 4 threads, two block sizes"
