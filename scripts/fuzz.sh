#!/usr/bin/env bash
# Fuzzes every target for a while, starting from its committed corpus. New inputs stay in build/fuzz/corpus; a finding
# stays in build/fuzz/findings. Usage: scripts/fuzz.sh [TARGET...]    environment: SECONDS_EACH (default 600)
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-600}
scripts/build.sh fuzz all
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        targets+=("$(basename "$source" .c)")
    done
fi
failed=0
for target in "${targets[@]}"; do
    corpus=build/fuzz/corpus/$target findings=build/fuzz/findings/$target
    mkdir -p "$corpus" "$findings"
    echo "$target: $seconds s"
    if "build/fuzz/$target" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$findings/" \
        -rss_limit_mb=2048 -timeout=20 "$corpus" "tests/fuzz/corpus/$target" >"$findings/log" 2>&1; then
        grep -E 'stat::number_of_executed_units|stat::average_exec_per_sec' "$findings/log" || true
    else
        echo "$target: FINDING"
        tail -n 40 "$findings/log"
        failed=1
    fi
done
exit $failed
