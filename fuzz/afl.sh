#!/bin/sh
# fuzz/afl.sh TARGET SECONDS: AFL++ on one target, with the committed corpus.  It builds in a copy of the tree (its compiler is
# another one, so no warnings are errors there); findings in build/afl/out/TARGET; fails when it found a crash.
set -eu
target=$1 seconds=$2
command -v afl-fuzz > /dev/null || { echo "afl-fuzz is missing: apt-get install afl++" >&2; exit 2; }
room=$PWD/build/afl
mkdir -p "$room/tree" "$room/out"
git archive HEAD | tar -x -C "$room/tree"
mkdir -p "$room/tree/build"
[ -e "$room/tree/build/third-party" ] || cp -a build/third-party "$room/tree/build/" && touch "$room/tree/build/third-party/stamp"
make -C "$room/tree" -j"$(nproc)" CLANG=afl-clang-fast SANITIZE=-fno-omit-frame-pointer WARN=-w \
    LIB_FUZZING_ENGINE="$(dirname "$(command -v afl-fuzz)")/../lib/afl/libAFLDriver.a" "build/fuzz/fuzz/$target" > "$room/build.log" 2>&1 ||
    { tail -20 "$room/build.log" >&2; exit 1; }
AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 afl-fuzz -V "$seconds" \
    -i "fuzz/corpus/$target" -o "$room/out/$target" -- "$room/tree/build/fuzz/fuzz/$target" > "$room/$target.log" 2>&1 ||
    { tail -20 "$room/$target.log" >&2; exit 1; }
stats=$room/out/$target/default/fuzzer_stats
awk -F' *: ' -v t="$target" '$1 == "execs_done" { n = $2 } $1 == "execs_per_sec" { e = $2 } $1 == "saved_crashes" { c = $2 }
    END { printf "afl: %-12s %10d inputs, %7d per second, %d crashes\n", t, n, e, c; exit c > 0 }' "$stats"
