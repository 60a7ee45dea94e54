#!/bin/sh
# fuzz/coverage.sh TARGET...: lines that the corpora (committed and working) reach.  Writes build/cov/html and
# build/cov/lines.txt (by file), and prints the sums by target.
set -eu
here=$(dirname "$0")
rm -f build/cov/*.profraw
objects= sources='-sources appliance tlsstack netstack wallet platform deploy'
for target in "$@"; do
	find "$here/corpus/$target" "build/fuzz/work/$target" -type f 2>/dev/null |
	    LLVM_PROFILE_FILE="build/cov/$target.profraw" "build/cov/fuzz/$target" 60 > /dev/null
	llvm-profdata-19 merge -sparse "build/cov/$target.profraw" -o "build/cov/$target.profdata"
	printf '%-12s ' "$target"
	llvm-cov-19 report "build/cov/fuzz/$target" -instr-profile="build/cov/$target.profdata" \
	    $sources | awk '/^TOTAL/ { print $8 - $9, "lines reached" }'
	objects="$objects -object build/cov/fuzz/$target"
done
llvm-profdata-19 merge -sparse build/cov/*.profraw -o build/cov/all.profdata 2>/dev/null
# shellcheck disable=SC2086
llvm-cov-19 report $objects -instr-profile=build/cov/all.profdata $sources > build/cov/lines.txt 2>/dev/null
# shellcheck disable=SC2086
llvm-cov-19 show $objects -instr-profile=build/cov/all.profdata $sources \
    -format=html -output-dir=build/cov/html 2>/dev/null
# shellcheck disable=SC2086
llvm-cov-19 show $objects -instr-profile=build/cov/all.profdata -sources tlsstack > build/cov/tlsstack.txt 2>/dev/null
awk 'BEGIN { printf "%-44s %6s %6s %8s\n", "file", "lines", "missed", "reached" }
    $8 > 0 && $10 ~ /%/ { printf "%-44s %6d %6d %8s\n", $1, $8, $9, $10 }' build/cov/lines.txt
"$here/unreached.py" build/cov/tlsstack.txt
