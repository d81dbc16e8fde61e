#!/usr/bin/env bash
# Calls that the sources must not make, and why. Comments and strings do not count.
# Usage: scripts/check_banned.sh [ROOT] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/..}

# where (the library is all but src/cli) | words | why
rules='
all     | strtod strtof strtold strtol strtoul strtoll strtoull atoi atol atoll atof sscanf fscanf scanf | not strict and depends on the locale: use base/num.h
all     | sprintf vsprintf strcpy strcat strncat stpcpy strtok strtok_r gets alloca strdupa | no bound, or a hidden one
all     | localtime localtime_r gmtime gmtime_r mktime timegm asctime ctime strftime tzset setenv putenv setlocale | zone or locale of the process: use flow/time.h
all     | rand srand random srandom drand48 | not reproducible: use base/rng.h
all     | assert system popen tmpnam mktemp | never on input
library | exit _exit _Exit abort quick_exit atexit signal sigaction | the library never ends the process or installs handlers
library | printf puts putchar vprintf perror stdout stderr syslog | the library never prints
library | getenv secure_getenv environ | the library never reads the environment
library | usleep sleep nanosleep | the library never sleeps
'

# "file:line:code" of every source below the folder.
code_of() {
    (cd "$1" && find . -name '*.[ch]' | sed 's|^\./||' | sort | xargs -r awk -f "$here/strip.awk" -v place=1) |
        # __attribute__((format(printf, ...))) and #include <assert.h> are no calls
        sed -E 's/format\((printf|__printf__),//; /:[[:space:]]*#[[:space:]]*include/d'
}

check() {
    local code failed=0
    code=$(code_of "$1")
    while IFS='|' read -r where words why; do
        case ${where// /} in
        all) paths='^' ;;
        library) paths='^(?!cli/)' ;;
        *) continue ;;
        esac
        pattern=$(sed -E 's/^ +//; s/ +$//; s/ +/|/g' <<<"$words")
        while IFS=: read -r file line text; do
            [ -n "$line" ] || continue
            word=$(grep -oE "\\b($pattern)\\b" <<<"$text" | head -n 1)
            echo "check_banned: src/$file:$line: $word: ${why# }"
            failed=1
        done < <(grep -P "$paths" <<<"$code" |
            grep -E "(:|:.*[^A-Za-z0-9_.>])($pattern)\\b([[:space:]]*\\(|[^A-Za-z0-9_(]|\$)" || true)
    done <<<"$rules"
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
