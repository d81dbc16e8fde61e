#!/usr/bin/env bash
# No function over 100 lines, no file over 800; prints the median. A function is what stands between a brace in the
# first column and its closing brace there (.clang-format sees to that).
# Usage: scripts/check_functions.sh [ROOT] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/..}
max_function=100
max_file=800

check() {
    local top=$1 failed=0 lengths
    lengths=$(cd "$top" && find src -name '*.c' | sort | xargs -r awk '
        FNR == 1 { start = 0 }
        /^\{/ { start = FNR; name = previous }
        /^\}/ && start { print FNR - start + 1, FILENAME ":" start, name; start = 0 }
        !/^[[:space:]]*$/ && /\(/ { previous = $0 }')
    while read -r n place name; do
        [ -n "$n" ] && [ "$n" -gt $max_function ] || continue
        echo "check_functions: $place: $n lines, at most $max_function: $name"
        failed=1
    done <<<"$lengths"
    while read -r n file; do
        [ "$n" -gt $max_file ] && [ "$file" != total ] || continue
        echo "check_functions: $file: $n lines, at most $max_file"
        failed=1
    done < <(cd "$top" && find include src tests examples bench -name '*.[ch]' -exec wc -l {} + 2>/dev/null)
    sort -n <<<"$lengths" | awk 'NF { a[++n] = $1 } END {
        if (n) printf "functions: %d, median %d lines, 90 %% up to %d, longest %d\n",
            n, a[int((n + 1) / 2)], a[int(n * 0.9) ? int(n * 0.9) : 1], a[n] }'
    return $failed
}

self_test() {
    local dir found
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    mkdir -p "$dir/src"
    fine() { printf 'int f(void)\n{\n'; for ((i = 0; i < $1 - 2; i++)); do echo '    x();'; done; printf '}\n'; }
    fine 100 >"$dir/src/a.c"
    check "$dir" >/dev/null || { echo "self-test: 100 lines refused"; exit 1; }
    fine 101 >"$dir/src/a.c"
    found=$(check "$dir" || true)
    grep -q '101 lines' <<<"$found" || { echo "self-test: 101 lines not caught"; exit 1; }
    for ((i = 0; i < 801; i++)); do echo '/* x */'; done >"$dir/src/a.c"
    found=$(check "$dir" || true)
    grep -q '801 lines' <<<"$found" || { echo "self-test: long file not caught"; exit 1; }
    echo "check_functions: self-test passed (2 planted violations caught)"
}

if [ "$root" = --self-test ]; then
    self_test
else
    check "$root"
fi
