#!/bin/sh
# tests/deploy/fetch_test.sh: deploy/fetch takes a folder of tarballs, applies our patches, and stops at a wrong hash
# with both hashes printed.  No network: the tarballs are made here.
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/in/thing-1" "$work/tarballs" "$work/deploy/patches"
cp deploy/fetch "$work/deploy/fetch"
echo before > "$work/in/thing-1/file"
tar -C "$work/in" -cJf "$work/tarballs/thing_1.orig.tar.xz" thing-1
hash=$(sha256sum "$work/tarballs/thing_1.orig.tar.xz" | cut -d' ' -f1)
printf -- '--- a/file\n+++ b/file\n@@ -1 +1 @@\n-before\n+after\n' > "$work/deploy/patches/thing-1.patch"
wrong=$(echo "$hash" | tr 0123456789abcdef 123456789abcdef0)
number=0 status=0
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; status=1; fi
}
# fetch HASH: run deploy/fetch on a lock of one line
fetch() {
	echo "thing 1 pool/t/thing_1.orig.tar.xz $1" > "$work/lock"
	PINATA_TARBALLS=$work/tarballs "$work/deploy/fetch" "$work/lock" "$work/out" > "$work/said" 2>&1
}
echo "1..5"
fetch "$hash"; result $? "the right hash is taken from a folder"
[ "$(cat "$work/out/thing/file")" = after ]; result $? "our patch is applied"
rm -rf "$work/out"
! fetch "$wrong"; result $? "a wrong hash stops"
grep -q "$hash" "$work/said" && grep -q "$wrong" "$work/said" && [ ! -e "$work/out/thing" ]; result $? "both hashes are printed, nothing is unpacked"
rm "$work/tarballs/thing_1.orig.tar.xz"
! fetch "$hash" && grep -q "is missing" "$work/said"; result $? "a missing tarball is named"
exit $status
