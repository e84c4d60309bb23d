# The long tests, sourced by tools/test --full: other compilers and sanitizers, fuzzers, tidy of every file, more kills.
readonly FUZZ_SECONDS=60 KILLS_FULL=50

build_cpp clang
suite "C++ by clang" count_ctest ctest --test-dir "$BUILD/clang" -j 2 --output-on-failure

build_cpp tsan
suite "Threads with the thread sanitizer" count_ctest ctest --test-dir "$BUILD/tsan" -R 'test_(core|net|app|api)' --output-on-failure

build_cpp fuzz fuzzers
for fuzzer in "$BUILD"/fuzz/bin/fuzz_*; do
  name=$(basename "$fuzzer")
  folders=("$BUILD/fuzz/found/$name" tests/fuzz/seeds/"${name#fuzz_}")
  [ -d "${folders[1]}" ] || unset 'folders[1]'
  mkdir -p "${folders[0]}"
  suite "Fuzzing $name" count_command "$fuzzer" -max_total_time=$FUZZ_SECONDS -print_final_stats=1 "${folders[@]}"
done

mapfile -t every_file < <(git ls-files -- '*.cpp' ':!tests/fuzz' ':!client-proto/wasm')
suite "clang-tidy of every file" count_command tidy "${every_file[@]}"

suite "$KILLS_FULL kills" count_node env KILLS=$KILLS_FULL node --test --test-concurrency=1 --test-reporter=tap tests/browser/kill.test.mjs
