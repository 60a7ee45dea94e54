#!/bin/bash -eu
# build.sh: OSS-Fuzz's build of every target: $CC, $CFLAGS, $LIB_FUZZING_ENGINE in, $OUT/T and its corpus out.
# $SRC/pinata is this tree; $PINATA_TARBALLS holds the third-party sources (deploy/third-party.lock checks them).
cd "$SRC/pinata"

# The Makefile calls LLVM's tools by their version, as Debian does.
tools=$(mktemp -d)
for tool in llvm-ar ld.lld; do
	ln -s "$(command -v "$tool" || command -v "$tool-19")" "$tools/$tool-19"
done
export PATH="$tools:$PATH"

rm -rf build/fuzz
targets=$(basename -a fuzz/*_fuzz.c | sed 's/_fuzz.c$//')
# shellcheck disable=SC2086
make -j"$(nproc)" CLANG="$CC" SANITIZE="$CFLAGS -fno-sanitize=function" $(printf 'build/fuzz/fuzz/%s ' $targets)

mkdir -p "$OUT/lib"
for target in $targets; do
	cp "build/fuzz/fuzz/$target" "$OUT/"
	ldd "$OUT/$target" | awk '$3 ~ /^\// && $1 !~ /^lib(c|m|gcc_s|pthread|dl|rt)\.so/ { print $3 }' | xargs -r cp -u -t "$OUT/lib"
	if command -v patchelf > /dev/null; then	# the runner has no such libraries of its own
		patchelf --set-rpath '$ORIGIN/lib' "$OUT/$target"
	fi
	rm -f "$OUT/${target}_seed_corpus.zip"
	(cd "fuzz/corpus/$target" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" ./*)
done
