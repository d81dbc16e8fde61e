#!/usr/bin/env bash
# Installs into a folder and builds an example against what was installed, as a user would: by pkg-config in C and in
# C++, and by CMake. Usage: scripts/check_install.sh BUILD-FOLDER
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
source=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cmake --build "$build" --target all >/dev/null
DESTDIR=$dir/root cmake --install "$build" --prefix /usr >/dev/null
cmake --install "$build" --prefix "$dir/prefix" >/dev/null

prefix=$dir/prefix
wanted='bin/oddflow include/oddflow/oddflow.h share/man/man1/oddflow.1 share/bash-completion/completions/oddflow
share/zsh/site-functions/_oddflow share/fish/vendor_completions.d/oddflow.fish share/doc/oddflow/README.md
share/doc/oddflow/LICENSE'
for file in $wanted; do
    [ -s "$prefix/$file" ] || { echo "not installed: $file"; exit 1; }
    [ -s "$dir/root/usr/$file" ] || { echo "DESTDIR not honoured for $file"; exit 1; }
done
[ -z "$(find "$dir/root" -type f -not -path "$dir/root/usr/*")" ] || { echo "files outside DESTDIR/usr"; exit 1; }
"$prefix/bin/oddflow" version >/dev/null

libdir=$(dirname "$(find "$prefix" -name oddflow.pc)")/..
export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir
[ "$(pkg-config --modversion oddflow)" = "$("$prefix/bin/oddflow" version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)" ] ||
    { echo "pkg-config and the program name different versions"; exit 1; }
read -ra flags <<<"$(pkg-config --cflags --libs oddflow)"
gcc -Wall -Wextra -Werror -o "$dir/matrix_c" examples/matrix.c "${flags[@]}"
g++ -Wall -Wextra -Werror -x c++ -o "$dir/matrix_cpp" examples/matrix.c -x none "${flags[@]}"
"$dir/matrix_c" >"$dir/out_c"
"$dir/matrix_cpp" | cmp - "$dir/out_c"

mkdir "$dir/consumer"
cp examples/matrix.c "$dir/consumer/"
cat >"$dir/consumer/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(oddflow 0.1 REQUIRED)
add_executable(shared_matrix matrix.c)
target_link_libraries(shared_matrix PRIVATE oddflow::oddflow)
add_executable(static_matrix matrix.c)
target_link_libraries(static_matrix PRIVATE oddflow::oddflow_static)
CMAKE
cmake -S "$dir/consumer" -B "$dir/consumer/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >"$dir/log" 2>&1 &&
    cmake --build "$dir/consumer/build" >>"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
for program in shared static; do
    "$dir/consumer/build/${program}_matrix" | cmp - "$dir/out_c"
done
if grep -rIl "$source" "$prefix/lib" "$prefix/include" "$prefix/share" 2>/dev/null; then
    echo "installed files name the source folder"
    exit 1
fi
echo "installed, and used by pkg-config (C, C++) and by CMake (shared, static)"
