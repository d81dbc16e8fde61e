#!/usr/bin/env bash
# Everything that must hold beside the tests. Usage: scripts/check.sh [STEP...]   (default: all, in this order)
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
jobs=$(nproc)
steps=(selftest includes banned functions text layout scripts release symbols header gcc clang minimal bits man docs
    install extension cppcheck tidy parity asan tsan)

step_selftest() {
    local s
    for s in includes banned functions symbols text; do scripts/check_$s.sh --self-test || return 1; done
}
step_includes() { scripts/check_includes.sh; }
step_banned() { scripts/check_banned.sh; }
step_functions() { scripts/check_functions.sh; }
step_text() { scripts/check_text.sh; }
step_layout() { # tests/oracle/*.h are tables of numbers, made by scripts
    git ls-files '*.c' '*.h' | grep -v '^tests/oracle/' | xargs clang-format --dry-run -Werror 2>&1 | grep -E 'error:|warning:' | cut -c1-150
    return "${PIPESTATUS[2]}"
}
step_scripts() {
    git ls-files | while IFS= read -r file; do
        if [ -f "$file" ] && head -c 64 "$file" | head -n 1 | grep -aqE '^#!.*\b(ba)?sh$'; then echo "$file"; fi
    done | xargs shellcheck -x
}
step_release() { scripts/build.sh release all -DODDFLOW_TESTS=ON; }
step_symbols() { scripts/check_symbols.sh build/release; }
step_header() { # the public header alone, as C and as C++
    local out
    out=$(mktemp)
    for compiler in 'gcc -std=c17' 'clang -std=c17' 'gcc -std=c99' 'g++ -std=c++11' 'clang++ -std=c++17'; do
        case $compiler in
        *++*) language=c++ ;;
        *) language=c ;;
        esac
        # shellcheck disable=SC2086
        echo '#include <oddflow/oddflow.h>' |
            $compiler -x $language -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only - >"$out" 2>&1 ||
            { echo "$compiler:"; cat "$out"; rm -f "$out"; return 1; }
    done
    rm -f "$out"
}
step_gcc() { scripts/build.sh gcc all; }
step_clang() { scripts/build.sh clang all; }
step_minimal() { scripts/build.sh minimal all && ctest --preset minimal -j "$jobs" -R "^unit/" | tail -n 3; }
step_bits() { scripts/check_bits.sh; }
step_man() { mandoc -T lint -W warning build/release/share/oddflow.1; }
step_docs() { scripts/gen_docs.sh build/release/oddflow docs/reference --check; }
step_install() { scripts/check_install.sh build/release; }
step_extension() { scripts/check_extension.sh; }
step_cppcheck() {
    cppcheck --project=build/release/compile_commands.json -i tests --suppress=uninitvar --error-exitcode=1 --quiet -j "$jobs" 2>&1
}
tidy() {
    git ls-files 'src/*.c' | xargs -P "$jobs" -n 4 clang-tidy -p build/clang --quiet --warnings-as-errors='*' "$@" 2>&1 |
        grep -vE '^[0-9]+ warnings? generated|^Suppressed |^Use -header-filter'
    return "${PIPESTATUS[1]}"
}
step_tidy() { tidy; }
# The path-sensitive analyser takes minutes and guesses: not among the default steps.
step_analyze() { tidy --checks='-*,clang-analyzer-core*,clang-analyzer-unix*,clang-analyzer-deadcode*'; }
step_parity() {
    MATRICES=${MATRICES:-200} WINDOWS=${WINDOWS:-20} scripts/differential.sh build/release &&
        scripts/build.sh release raw_scores &&
        /usr/bin/python3 tests/oracle/outliers.py build/release/raw_scores --matrices "${MATRICES:-100}" --quick
}
step_asan() { scripts/build.sh asan all && ctest --preset asan -j "$jobs" | tail -n 30; }
step_tsan() { scripts/build.sh tsan all && ctest --preset tsan -j "$jobs" | tail -n 30; }

failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for step in "${@:-${steps[@]}}"; do
    declare -F "step_$step" >/dev/null || { echo "check.sh: no step '$step'; steps: ${steps[*]}" >&2; exit 2; }
    start=$SECONDS
    if "step_$step" >"$log" 2>&1 </dev/null; then
        printf 'ok      %-10s %4d s  %s\n' "$step" $((SECONDS - start)) "$(grep -vE '^building |^$' "$log" | tail -n 1 | cut -c1-90)"
    else
        printf 'FAILED  %-10s %4d s\n' "$step" $((SECONDS - start))
        sed 's/^/    /' "$log" | tail -n 60
        failed+=("$step")
    fi
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "check: failed: ${failed[*]}"
    exit 1
fi
echo "check: everything holds"
