#!/usr/bin/env bash
# What the built library shows and asks for: every exported symbol begins with odd_ and is declared in oddflow.h, every
# other global one with oddi_; no writable global data; no call that a library must not make.
# Usage: scripts/check_symbols.sh [BUILD-FOLDER] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../build/release}
banned='exit|_exit|_Exit|abort|quick_exit|atexit|printf|__printf_chk|vprintf|puts|putchar|perror|stdout|stderr|getenv|secure_getenv|setenv|setlocale|localtime|localtime_r|gmtime|mktime|strtod|strtol|strtoul|atoi|strcpy|strcat|sprintf|__sprintf_chk|strtok|rand|system|signal|sigaction'

# check SHARED STATIC HEADER
check() {
    local failed=0
    complain() { echo "check_symbols: $1"; failed=1; }
    exported=$(nm -D --defined-only "$1" | awk '{ print $3 }')
    for name in $exported; do
        [[ $name == odd_* ]] || complain "$name is exported from $(basename "$1"), but does not begin with odd_"
        grep -qE "\\b$name\\(" "$3" || complain "$name is exported, but oddflow.h does not declare it"
    done
    for name in $(nm -g --defined-only "$2" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -vE '^(odd_|oddi_|__asan|__odr|__ubsan|__tsan)' || true); do
        complain "$name is global in $(basename "$2"), but begins with neither odd_ nor oddi_"
    done
    while read -r name; do
        [ -n "$name" ] || continue
        complain "$name is writable data: the library keeps no mutable globals"
    done < <(objdump -t "$2" 2>/dev/null | awk '$0 ~ / O / && $0 ~ /[[:space:]](\.data|\.bss|\.tbss|\.tdata|\*COM\*)(\.[A-Za-z0-9_.]*)?[[:space:]]/ &&
        $0 !~ /\.data\.rel\.ro/ { print $NF }')
    for name in $(nm -D --undefined-only "$1" | awk '{ print $2 }' | sed 's/@.*//' | grep -xE "$banned" || true); do
        complain "$(basename "$1") calls $name"
    done
    [ $failed -eq 0 ] && echo "exported symbols: $(wc -w <<<"$exported"), all odd_ and declared"
    return $failed
}

self_test() {
    local dir found n=0
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    try() { # text that must be found ("" = none) | C line
        printf '__attribute__((visibility("default"))) int odd_x(void) { return 1; }\n%s\n' "$2" >"$dir/a.c"
        printf 'int odd_x(void);\nint other_x(void);\n' >"$dir/a.h"
        gcc -w -O1 -fPIC -fvisibility=hidden -c "$dir/a.c" -o "$dir/a.o"
        gcc -shared "$dir/a.o" -o "$dir/a.so"
        rm -f "$dir/a.a"
        ar rcs "$dir/a.a" "$dir/a.o"
        found=$(check "$dir/a.so" "$dir/a.a" "$dir/a.h" || true)
        if [ -z "$1" ]; then
            ! grep -q check_symbols <<<"$found" || { echo "self-test: false alarm: $found"; exit 1; }
        else
            grep -q "$1" <<<"$found" || { echo "self-test: not caught: $1"; exit 1; }
            n=$((n + 1))
        fi
    }
    try '' 'int oddi_y(void) { return 2; } static const char *const names[] = { "a" }; const char *oddi_z(int i) { return names[i]; }'
    try 'other_x is exported' '__attribute__((visibility("default"))) int other_x(void) { return 2; }'
    try 'odd_y is exported, but oddflow.h' '__attribute__((visibility("default"))) int odd_y(void) { return 2; }'
    try 'helper is global' 'int helper(void) { return 2; }'
    try 'counter is writable' 'static int counter; int oddi_count(void) { return ++counter; }'
    try 'oddi_level is writable' 'int oddi_level = 3;'
    try 'calls getenv' 'char *getenv(const char *); char *oddi_e(void) { return getenv("X"); }'
    try 'calls exit' 'void exit(int); void oddi_e(void) { exit(1); }'
    echo "check_symbols: self-test passed ($n planted violations caught)"
}

if [ "$build" = --self-test ]; then
    self_test
else
    check "$build/liboddflow.so" "$build/liboddflow.a" "$here/../include/oddflow/oddflow.h"
fi
