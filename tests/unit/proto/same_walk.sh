#!/bin/sh
# The movement rule gives the same bits in three builds: GCC -O2, clang -O2 and WebAssembly.
# same_walk.sh SOURCE BRAIN_WASM: compiles the first two here, runs all three, compares with tests/golden/walk.hex.
set -eu
source=$1
wasm=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
golden=$(cat "$source/tests/golden/walk.hex")
move=$source/client-proto/move
launcher=$(command -v ccache || true)

hash_of() {
  objects=
  for unit in "$move"/*.cpp "$source/client-proto/core/check.cpp" "$source/tests/unit/proto/walkhash.cpp"; do
    object=$work/$(basename "$unit").$1.o
    $launcher "$1" -std=c++20 -O2 -ffp-contract=off -I"$source" -c "$unit" -o "$object"
    objects="$objects $object"
  done
  # shellcheck disable=SC2086 # a list of files without blanks
  "$1" $objects -o "$work/walkhash.$1"
  "$work/walkhash.$1"
}

compare() {
  echo "$1: $2"
  [ "$2" = "$golden" ] || { echo "the golden hash is $golden"; exit 1; }
}
compare "GCC -O2" "$(hash_of g++)"
compare "clang -O2" "$(hash_of clang++-14)"
node=$source/node_modules/.bin/node
if [ -x "$node" ]; then
  compare "WebAssembly" "$("$node" "$source/tests/unit/proto/walkhash.mjs" "$wasm")"
else
  echo "WebAssembly: skipped: node_modules/.bin/node is not installed"
  exit 77
fi
