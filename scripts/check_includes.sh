#!/usr/bin/env bash
# Who may include whom (ARCHITECTURE.md): the edges between the modules of src/, own header first, members of a table
# unknown to each other, the program a client of oddflow.h alone, each optional library in one file.
# Usage: scripts/check_includes.sh [ROOT] | --self-test
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/..}

edges='
base     :
stats    : base
flow     : base
result   : base
read     : flow stats base
synth    : flow stats base
feature  : flow stats base
expr     : feature flow stats base
window   : feature flow stats base
scale    : stats base
detect   : stats base
explain  : scale detect result stats base
baseline : scale detect expr flow result stats base
alert    : expr flow result stats base
eval     : expr flow result stats base
write    : flow result base
run      : *
cli      :
'
optional_libraries='archive|archive_entry|zlib|bzlib|lzma|zstd|lz4|pcap|sqlite3|microhttpd|librdkafka|maxminddb|curl'

# The symbols that a table lists: rows "X(name)" of a macro that pastes name to a prefix, or "&oddi_..." pointers.
members() {
    local prefix
    prefix=$(grep -m1 -oE 'oddi_[a-z_]+_##name' "$1" | sed 's/##name//')
    [ -z "$prefix" ] || sed -nE "s/^ *X\\(([a-z0-9_]+)\\).*/$prefix\\1/p" "$1" | sort -u
    grep -oE '&oddi_[a-z0-9_]+[a-z0-9]\b' "$1" | grep -v '_$' | tr -d '&' | sort -u || true
}

check() {
    local src=$1 failed=0
    complain() { echo "check_includes: $1"; failed=1; }
    # file:line:included-name of every #include
    includes=$(cd "$src" && grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include' . |
        sed -E 's|^\./||; s|:[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*)[>"].*|:\1|')

    while IFS=: read -r file line name; do
        module=${file%%/*}
        case $name in
        oddflow/oddflow.h) continue ;;
        ../* | ./*) complain "src/$file:$line: relative include of $name"; continue ;;
        esac
        if [ "$module" = cli ]; then
            [ -e "$src/cli/$name" ] && continue
            [[ $name == */*.h && -e "$src/$name" && $name != cli/* ]] &&
                complain "src/$file:$line: the program may include oddflow/oddflow.h only, not $name"
            continue
        fi
        [ -e "$src/$name" ] || continue # a system header
        other=${name%%/*}
        [ "$other" = "$module" ] && continue
        allowed=$(awk -v m="$module" -F: '{ gsub(/ /, "", $1) } $1 == m { print $2 }' <<<"$edges")
        [[ $allowed == *'*'* ]] && [ "$other" != cli ] && continue
        [[ " $allowed " == *" $other "* ]] || complain "src/$file:$line: $module may not include $other ($name)"
    done <<<"$includes"

    for module in "$src"/*/; do
        module=$(basename "$module")
        grep -qE "^$module +:" <<<"$edges" || complain "src/$module: no row in the table of edges"
    done

    # Own header first; a file without one starts with a header of its module or with the public one.
    while IFS= read -r file; do
        first=$(grep -m1 -E '^#include' "$src/$file" | sed -E 's/^#include [<"]([^>"]*)[>"].*/\1/')
        own=${file%.c}.h
        module=${file%%/*}
        if [ "$module" = cli ]; then
            [ -e "$src/$own" ] && [ "$first" != "$(basename "$own")" ] && [ "$first" != "$own" ] &&
                complain "src/$file: its own header is not the first include"
            continue
        fi
        if [ -e "$src/$own" ]; then
            [ "$first" = "$own" ] || complain "src/$file: the first include is $first, not its own header"
        elif [[ $first != "$module"/* && $first != oddflow/oddflow.h ]]; then
            complain "src/$file: the first include is $first, not a header of $module"
        fi
    done < <(cd "$src" && find . -name '*.c' | sed 's|^\./||' | sort)

    # The members that a *_table.c lists are named there and in their own file, nowhere else; a header of their own is
    # theirs alone.
    while IFS= read -r table; do
        module=${table%%/*}
        while IFS= read -r member; do
            defined=$(cd "$src" && grep -rlE --include='*.c' "^(const )?struct [a-z_]+ $member( =|\[|;)" "$module" |
                grep -v "^$table\$" || true)
            users=$(cd "$src" && grep -rlwE --include='*.[ch]' "$member" . | sed 's|^\./||' |
                grep -vxF -e "$table" -e "${defined:-none}" || true)
            for user in $users; do
                complain "src/$user: names $member, which only $table and its own file may"
            done
            own=${defined%.c}.h
            [ -n "$defined" ] && [ -e "$src/$own" ] || continue
            for user in $(grep -E ":$own\$" <<<"$includes" | cut -d: -f1 | grep -vxF -e "$table" -e "$defined" || true); do
                complain "src/$user: includes $own, the header of a member of $table"
            done
        done < <(members "$src/$table")
    done < <(cd "$src" && find . -name '*_table.c' | sed 's|^\./||' | sort)

    libraries=$(grep -E ":($optional_libraries)\.h$|:librdkafka/" <<<"$includes" | sed -E 's/^([^:]*):[0-9]+:(.*)$/\2 \1/;
        s/^archive_entry/archive/' | sort -u || true)
    while read -r library _; do
        [ -n "$library" ] || continue
        files=$(awk -v l="$library" '$1 == l { print $2 }' <<<"$libraries" | sort -u)
        [ "$(wc -l <<<"$files")" -eq 1 ] || complain "$library is named in more than one file: ${files//$'\n'/ }"
    done <<<"$libraries"
    return $failed
}

self_test() {
    local dir planted
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' RETURN
    expect() { # what must be found | file | text to append (or prepend with ^)
        rm -rf "$dir/src"
        mkdir -p "$dir/src/base" "$dir/src/stats" "$dir/src/flow" "$dir/src/detect" "$dir/src/read" "$dir/src/cli"
        printf '#include "base/a.h"\n#include <archive.h>\n' >"$dir/src/base/a.c"
        : >"$dir/src/base/a.h"
        : >"$dir/src/flow/flow.h"
        printf '#include "detect/detect.h"\n' >"$dir/src/detect/detect_table.c"
        printf '#define D(X) \\\n    X(x) \\\n\n#define P(name) &oddi_detector_##name\n' >>"$dir/src/detect/detect_table.c"
        printf '#include "detect/detect.h"\nconst struct oddi_detector oddi_detector_x = {\n' >"$dir/src/detect/x.c"
        : >"$dir/src/detect/x.h"
        sed -i '1i #include "detect/x.h"' "$dir/src/detect/x.c"
        : >"$dir/src/detect/detect.h"
        printf '#include "detect/detect.h"\n' >"$dir/src/detect/y.c"
        printf '#include "cli.h"\n#include "oddflow/oddflow.h"\n' >"$dir/src/cli/main.c"
        : >"$dir/src/cli/cli.h"
        if [ -n "$2" ]; then
            case $3 in
            ^*) sed -i "1i ${3#^}" "$dir/src/$2" ;;
            *) printf '%s\n' "$3" >>"$dir/src/$2" ;;
            esac
        fi
        if planted=$(check "$dir/src"); then
            [ -z "$1" ] || { echo "self-test: not caught: $1"; exit 1; }
        elif [ -z "$1" ] || ! grep -q -- "$1" <<<"$planted"; then
            echo "self-test: expected '$1', got: $planted"
            exit 1
        fi
    }
    expect '' '' ''
    expect 'detect may not include flow' detect/y.c '#include "flow/flow.h"'
    expect 'base may not include detect' base/a.h '#include "detect/detect.h"'
    expect 'the program may include' cli/main.c '#include "base/a.h"'
    expect 'not its own header' base/a.c '^#include <stdio.h>'
    expect 'not a header of detect' detect/y.c '^#include <stdio.h>'
    expect 'the header of a member' detect/y.c '#include "detect/x.h"'
    expect 'names oddi_detector_x' detect/y.c 'extern const struct oddi_detector oddi_detector_x;'
    expect 'more than one file' flow/flow.h '#include <archive_entry.h>'
    expect 'relative include' detect/y.c '#include "../flow/flow.h"'
    mkdir "$dir/src/novel"
    planted=$(check "$dir/src" || true)
    grep -q 'src/novel: no row' <<<"$planted" || { echo "self-test: unknown module not caught"; exit 1; }
    echo "check_includes: self-test passed (10 planted violations caught)"
}

if [ "$root" = --self-test ]; then
    self_test
else
    check "$root/src"
fi
