#!/usr/bin/env bash
# Starts a reader, scaler, detector or writer: one new file, from the compiled template, and one line in the table.
# Usage: scripts/new_module.sh reader|scaler|detector|writer NAME
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -eq 2 ] || { echo "usage: scripts/new_module.sh reader|scaler|detector|writer NAME" >&2; exit 2; }
kind=$1 name=$2
case $kind in
reader) folder='read' ;;
scaler) folder=scale ;;
detector) folder=detect ;;
writer) folder='write' ;;
*) echo "new_module.sh: no such kind: $kind (reader, scaler, detector or writer)" >&2; exit 2 ;;
esac
[[ $name =~ ^[a-z][a-z0-9_]*$ ]] || { echo "new_module.sh: a name is lower-case letters, digits and _: $name" >&2; exit 2; }
file=src/$folder/$name.c table=src/$folder/${kind}_table.c
[ -f "$table" ] || table=src/$folder/${folder}_table.c
[ ! -e "$file" ] || { echo "new_module.sh: $file exists" >&2; exit 1; }

sed "s/template/$name/g" "docs/templates/$kind.c" >"$file"
# Rows look like "X(name) \", sorted by name, with a comment as the last line.
awk -v name="$name" '
    BEGIN { line = sprintf("%-109s\\", "    X(" name ")") }
    /^ *X\([a-z0-9_]+\)/ {
        row = $0
        sub(/^ *X\(/, "", row)
        sub(/\).*/, "", row)
        in_list = 1
    }
    in_list && !done && (!/^ *X\(/ || name < row) {
        print line
        done = 1
    }
    { print }
    END { exit !done }' "$table" >"$table.new" || { rm -f "$table.new" "$file"; echo "new_module.sh: no rows in $table" >&2; exit 1; }
mv "$table.new" "$table"
echo "$file   (new)"
echo "$table   (one line: X($name))"
