#!/usr/bin/env bash
# The demonstration: the odd flows of a real capture where there is one, else of generated traffic.
# Usage: scripts/demo.sh PROGRAM
set -euo pipefail
program=$1
real=
if [ -n "${ODDFLOW_DATA:-}" ]; then
    for file in "$ODDFLOW_DATA"/ctu13/scenario06-part1-*.binetflow.zst; do
        [ -f "$file" ] && real=$file
    done
fi
show() { # FILE: the oddest flows of the capture, each with its reason, and the ledger; then the oddest hosts
    echo "\$ oddflow detect -n 5 $(basename "$1")"
    "$program" detect -n 5 "$1"
    echo
    echo "Attackers show in what a host does:"
    echo "\$ oddflow hunt -n 3 $(basename "$1")"
    "$program" hunt -n 3 "$1"
    echo
    echo "Window by window: $program detect FILE     one line a window: add --windows-only     all there is: --help"
}

if [ -n "$real" ]; then
    echo "The capture: the real CTU-13 scenario 6, $(basename "$real") (from ODDFLOW_DATA)."
    show "$real"
    exit
fi
[ -z "${ODDFLOW_DATA:-}" ] ||
    echo "ODDFLOW_DATA is set, but there is no ctu13/scenario06-part1-*.binetflow.zst below it."
echo "The capture: 400,000 generated flows with planted attacks (set ODDFLOW_DATA to a folder with"
echo "ctu13/scenario06-part1-*.binetflow.zst to see a real one)."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "\$ oddflow synth --flows 400000 --seed 6 -w traffic.binetflow"
"$program" synth --flows 400000 --seed 6 -w "$folder/traffic.binetflow"
show "$folder/traffic.binetflow"
