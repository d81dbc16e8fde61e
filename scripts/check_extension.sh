#!/usr/bin/env bash
# Adding a reader, a scaler, a detector and a writer is one new file and one line each: does it in a copy of the tree by
# scripts/new_module.sh, builds, and shows that the program knows and runs them. Usage: scripts/check_extension.sh
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
git ls-files | while IFS= read -r file; do [ -f "$file" ] && echo "$file"; done | tar -cf - -T - | tar -xf - -C "$dir"
cd "$dir"
git init -q .
git config user.email check@example.org
git config user.name check
git add -A
git commit -qm base

for kind in reader scaler detector writer; do
    scripts/new_module.sh $kind dummy >/dev/null
    git add -A
    changed=$(git diff --cached --numstat)
    [ "$(wc -l <<<"$changed")" -eq 2 ] || { echo "$kind: more than two files changed:"; echo "$changed"; exit 1; }
    grep -qE '^1[[:space:]]0[[:space:]]src/[a-z]+/[a-z]+_table\.c$' <<<"$changed" ||
        { echo "$kind: more than one line in a table:"; echo "$changed"; exit 1; }
    git commit -qm "$kind"
done
if command -v clang-format >/dev/null; then
    git ls-files 'src/*/dummy.c' 'src/*/*_table.c' | xargs clang-format --dry-run -Werror
fi
scripts/check_includes.sh
cmake -S . -B build -G Ninja -DODDFLOW_TESTS=OFF -DODDFLOW_WERROR=ON -DCMAKE_BUILD_TYPE=Debug >log 2>&1 &&
    cmake --build build --target oddflow_cli >>log 2>&1 || { cat log; exit 1; }
oddflow=build/oddflow
for table in readers scalers detectors outputs; do
    $oddflow list $table | grep -qw dummy || { echo "oddflow list $table does not name the new one"; exit 1; }
done
{
    echo '#dummy'
    for ((i = 0; i < 50; i++)); do echo $((100 + i % 7)); done
    echo 9999999
} >flows.dummy
$oddflow detect --no-window --features bytes --scale dummy --detector dummy:distance=0.5 -o dummy flows.dummy >out 2>/dev/null
[ "$(sed -n 1p out)" = 'row score' ] && grep -qE '^50 [0-9.]+$' out && [ "$(wc -l <out)" -eq 2 ] ||
    { echo "the four together do not find the odd row:"; cat out; exit 1; }
echo "a reader, a scaler, a detector and a writer added: one file and one line each"
