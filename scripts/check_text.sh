#!/usr/bin/env bash
# Text that must not be in the project: absolute paths of somebody's machine, addresses of hosts that are not cited
# sources, unfinished words, trailing blanks, tabs in C, files without a last newline.
# Usage: scripts/check_text.sh [ROOT] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/..}

# Hosts that a document or a schema may cite.
hosts='www\.apache\.org|json-schema\.org|www\.rfc-editor\.org|doi\.org|example\.(com|org|net)|scikit-learn\.org|keepachangelog\.com|semver\.org|docs\.zeek\.org'
home="/(home|root|work|Users|mnt|media)/[A-Za-z0-9_.]"
words='TO''DO|FIX''ME|XX''X|HA''CK'

check() {
    local failed=0
    complain() { echo "check_text: $1: $2"; failed=1; }
    look() { # what | grep arguments...
        local what=$1
        shift
        while IFS= read -r hit; do
            [ -n "$hit" ] && complain "$what" "$hit"
        done < <(grep -nIH "$@" -- "${files[@]}" | cut -c1-160 || true)
    }
    cd "$1"
    mapfile -t files < <(if [ -e .git ]; then git ls-files; else find . -type f | sed 's|^\./||'; fi |
        grep -vE '^tests/(fuzz/corpus|invalid|cli/.*\.stdout)' | while IFS= read -r f; do [ -f "$f" ] && echo "$f"; done)
    look 'path of somebody'"'"'s machine' -P "(?<![A-Za-z0-9_.\$})*])$home"
    look 'host that is no cited source' -P "(https?|ftp)://(?!($hosts)([/\"') >,.]|\$))[A-Za-z0-9]"
    look 'unfinished word' -wE "$words"
    look 'blank at the end of a line' -E '[[:blank:]]+$'
    mapfile -t files < <(printf '%s\n' "${files[@]}" | grep -E '\.[ch]$' || true)
    [ ${#files[@]} -eq 0 ] || look 'tab' -P '\t'
    for file in "${files[@]}"; do
        [ -z "$(tail -c 1 "$file")" ] || complain 'no newline at the end' "$file"
    done
    return $failed
}

self_test() {
    local dir found n=0
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    printf 'int x; /* see https://doi.org/10.1 and /usr/bin/python3, $HOME/mnt/x */\n' >"$dir/a.c"
    (check "$dir") || { echo "self-test: false alarm"; exit 1; }
    for planted in '/* /ho''me/someone/x */' 'url https:/''/files.somewhere.io/x' '/* TO''DO: later */' 'int y; ' $'\tint z;'; do
        printf 'int x;\n%s\n' "$planted" >"$dir/a.c"
        found=$(check "$dir") && { echo "self-test: not caught: $planted"; exit 1; }
        grep -q 'a.c:2' <<<"$found" || { echo "self-test: wrong place: $found"; exit 1; }
        n=$((n + 1))
    done
    printf 'int x;' >"$dir/a.c"
    (check "$dir" >/dev/null) && { echo "self-test: missing newline not caught"; exit 1; }
    echo "check_text: self-test passed ($((n + 1)) planted violations caught)"
}

if [ "$root" = --self-test ]; then
    self_test
else
    check "$root"
fi
