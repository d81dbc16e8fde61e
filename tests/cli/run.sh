#!/usr/bin/env bash
# Golden tests of the program. Each tests/cli/TOPIC/NAME.sh is run in an empty folder with `oddflow` in PATH and $DATA
# naming tests/cli/data; what it prints and its exit code must be those of NAME.stdout, NAME.stderr and NAME.exit
# (a file that is not there stands for "nothing" and 0). Exit code 77 skips: its last line says why.
# Usage: tests/cli/run.sh [--update] PROGRAM [TOPIC/NAME...]     without names: all of them
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
update=
[ "${1:-}" = --update ] && { update=yes; shift; }
[ $# -ge 1 ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/oddflow"

# What differs from run to run: time, speed, and where the test ran; and the size of a baseline, which says nothing.
normalise() {
    sed -E -e 's/; [0-9.]+ s, [0-9,]+ flows\/s/; TIME s, SPEED flows\/s/' -e 's/^(wrote [^ ]+), [0-9,]+ bytes/\1, SIZE bytes/' -e "s|$work/[a-z]+/?||g" -e "s|$here/data/||g" "$1"
}

same() { # NAME SUFFIX ACTUAL
    local golden=$here/$1.$2
    if [ -n "$update" ]; then
        if [ -s "$3" ]; then cp "$3" "$golden"; else rm -f "$golden"; fi
        return 0
    fi
    [ -e "$golden" ] || golden=/dev/null
    diff -u --label "$1.$2 (expected)" --label "$1.$2 (now)" "$golden" "$3"
}

run_case() { # TOPIC/NAME; 0 passed, 1 failed, 77 skipped
    local name=$1 code ok=0
    rm -rf "$work/case" && mkdir "$work/case" || return 1
    (cd "$work/case" &&
        env -u NO_COLOR -u TZ -u COLUMNS PATH="$work/bin:$PATH" LC_ALL=C TERM=dumb DATA="$here/data" \
            timeout 120 bash "$here/$name.sh" <"/dev/null" >"$work/stdout" 2>"$work/stderr")
    code=$?
    if [ $code -eq 77 ]; then
        echo "SKIP $name: $(tail -n 1 "$work/stdout")"
        return 77
    fi
    normalise "$work/stdout" >"$work/stdout.now"
    normalise "$work/stderr" >"$work/stderr.now"
    : >"$work/exit.now"
    [ $code -eq 0 ] || echo $code >"$work/exit.now"
    for suffix in stdout stderr exit; do
        same "$name" $suffix "$work/$suffix.now" || ok=1
    done
    [ $ok -eq 0 ] || echo "FAILED $name"
    return $ok
}

[ $# -gt 0 ] || mapfile -t all < <(cd "$here" && printf '%s\n' */*.sh | sed 's/\.sh$//')
[ $# -gt 0 ] || set -- "${all[@]}"
passed=0 failed=0 skipped=0
for name; do
    run_case "${name%.sh}"
    case $? in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] || exit 1
[ $passed -gt 0 ] || exit 77
