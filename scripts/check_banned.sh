#!/usr/bin/env bash
# Calls that the sources must not make, and why. Comments and strings do not count.
# Usage: scripts/check_banned.sh [ROOT] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/..}

# where (regex of paths below src/) | words | why
rules='
.*         | strtod strtof strtold strtol strtoul strtoll strtoull atoi atol atoll atof sscanf fscanf scanf | not strict and depends on the locale: use base/num.h
.*         | sprintf vsprintf strcpy strcat strncat strncpy stpcpy strtok strtok_r gets alloca strdupa | no bound, or a hidden one
.*         | localtime localtime_r gmtime gmtime_r mktime timegm asctime ctime strftime tzset setenv putenv setlocale | zone or locale of the process: use flow/time.h
.*         | rand srand random srandom drand48 | not reproducible: use base/rng.h
.*         | assert system popen tmpnam mktemp | never on input
(?!cli/).* | exit _exit _Exit abort quick_exit atexit signal sigaction | the library never ends the process or installs handlers
(?!cli/).* | printf puts putchar vprintf perror stdout stderr syslog | the library never prints
(?!cli/).* | getenv secure_getenv environ | the library never reads the environment
(?!cli/).* | usleep sleep nanosleep | the library never sleeps
'

check() {
    local src=$1 failed=0
    while IFS= read -r file; do
        # __attribute__((format(printf, ...))) is no call
        text=$(awk -f "$here/strip.awk" "$src/$file" | sed -E 's/format\((printf|__printf__),//')
        while IFS='|' read -r where words why; do
            where=${where// /}
            [ -n "$where" ] || continue
            grep -qP "^$where" <<<"$file" || continue
            pattern=$(sed -E 's/^ +//; s/ +$//; s/ +/|/g' <<<"$words")
            while IFS=: read -r line code; do
                [ -n "$line" ] || continue
                word=$(grep -oE "\\b($pattern)\\b" <<<"$code" | head -n 1)
                echo "check_banned: src/$file:$line: $word: ${why# }"
                failed=1
            done < <(grep -nE "(^|[^A-Za-z0-9_.>])($pattern)\\b([[:space:]]*\\(|[^A-Za-z0-9_(]|\$)" <<<"$text" |
                grep -vE '#[[:space:]]*include' || true)
        done <<<"$rules"
    done < <(cd "$src" && find . -name '*.[ch]' | sed 's|^\./||' | sort)
    return $failed
}

self_test() {
    local dir found
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    mkdir -p "$dir/src/base" "$dir/src/cli"
    cat >"$dir/src/base/fine.c" <<'C'
/* strtod and exit( in a comment; */ // gets(
#include <assert.h>
static const char *text = "abort(); printf(\"x\")";
int my_exit(int x) { return x; }
int f(struct s *p) { return p->exit(1) + my_exit(2) + snprintf(0, 0, "%d", 1); }
C
    echo 'int main(void) { printf("%s", getenv("X")); exit(0); }' >"$dir/src/cli/main.c"
    check "$dir/src" || { echo "self-test: false alarm"; exit 1; }
    local n=0
    for planted in 'x = strtod(s, 0);' 'sprintf (s, "x");' 't = localtime(&x);' 'assert(n > 0);' 'exit(1);' \
        'printf("x");' 'fputs("x", stderr);' 's = getenv("TZ");' 'strcpy(a, b);' 'p = alloca(3);' 'fn = &abort;'; do
        printf 'void g(void)\n{\n    %s\n}\n' "$planted" >"$dir/src/base/bad.c"
        if found=$(check "$dir/src"); then
            echo "self-test: not caught: $planted"
            exit 1
        fi
        grep -q 'src/base/bad.c:3: ' <<<"$found" || { echo "self-test: wrong place: $found"; exit 1; }
        n=$((n + 1))
    done
    echo "check_banned: self-test passed ($n planted violations caught)"
}

if [ "$root" = --self-test ]; then
    self_test
else
    check "$root/src"
fi
