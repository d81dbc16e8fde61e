#!/usr/bin/env bash
# Configures a preset and builds targets, with output only when something is wrong or takes long.
# Usage: scripts/build.sh PRESET TARGET... [-DNAME=VALUE...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
defines=() targets=()
for arg in "$@"; do
    case $arg in
    -D*) defines+=("$arg") ;;
    *) targets+=("$arg") ;;
    esac
done
echo "building ${targets[*]} in build/$preset"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" "${defines[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
cmake --build --preset "$preset" --target "${targets[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
grep -E 'warning:' "$log" >&2 || true
