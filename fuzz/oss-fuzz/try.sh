#!/bin/sh
# try.sh: what OSS-Fuzz would do, without its containers: build.sh in a copy of the tree with the variables set by
# hand, then each target that it produced over its own corpus and a few inputs more.  $PINATA_TARBALLS must be set.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/src" "$room/out"
git -C "$here" archive --prefix=pinata/ HEAD | tar -x -C "$room/src"
SRC=$room/src OUT=$room/out CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
    CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=address -fsanitize=fuzzer-no-link" \
    bash "$room/src/pinata/fuzz/oss-fuzz/build.sh"
for corpus in "$room"/out/*_seed_corpus.zip; do
	target=$(basename "$corpus" _seed_corpus.zip)
	mkdir "$room/$target"
	python3 -m zipfile -e "$corpus" "$room/$target"
	"$room/out/$target" -artifact_prefix="$room/" -runs=2000 -max_total_time=20 "$room/$target" > "$room/log" 2>&1 || { tail -20 "$room/log"; exit 1; }
	echo "$target: $(find "$room/$target" -type f | wc -l) inputs, $(tail -1 "$room/log")"
done
