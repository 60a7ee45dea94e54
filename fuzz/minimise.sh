#!/bin/sh
# fuzz/minimise.sh TARGET [FOLDER...]: what of fuzz/corpus/TARGET, the working corpus and FOLDERs adds coverage
# becomes the committed corpus: files of at most 8 KB, named by hash.
set -eu
target=$1
shift
here=$(dirname "$0") out=$(mktemp -d) small=$(mktemp -d)
trap 'rm -rf "$out" "$small"' EXIT
mkdir -p "$here/corpus/$target" "build/fuzz/work/$target"
"build/fuzz/fuzz/$target" -set_cover_merge=1 -max_len=8192 -timeout=10 "$out" "$here/corpus/$target" "build/fuzz/work/$target" "$@" > /dev/null 2>&1
find "$out" -type f -size -9k -exec cp -t "$small" {} +
rm -rf "${here:?}/corpus/$target"
cp -r "$small" "$here/corpus/$target"
chmod -R a+rX "$here/corpus/$target"
echo "$target: $(find "$here/corpus/$target" -type f | wc -l) inputs, $(find "$here/corpus/$target" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }') bytes"
