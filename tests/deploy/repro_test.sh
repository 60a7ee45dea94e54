#!/bin/sh
# tests/deploy/repro_test.sh: deploy/repro sees one different bit, and tells a different compiler from a different image.
# The two builds themselves are `make repro`, which takes minutes.
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 status=0
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; sed 's/^/# /' "$work/said"; status=1; fi
}
for kind in virtio xen; do
	mkdir -p "$work/one/$kind" "$work/two/$kind"
	for file in pinata.elf pinata.map pinata.sym; do
		cp "build/$kind/$file" "$work/one/$kind/" && cp "build/$kind/$file" "$work/two/$kind/"
	done
done
compare() { PATH="$work/bin:$PATH" deploy/repro "$work/one" "$work/two" > "$work/said" 2>&1; }
echo "1..10"
compare; result $? "equal folders are equal"
[ "$(grep -c 'is the same' "$work/said")" = 6 ] && grep -q "$(deploy/image-hash build/xen/pinata.elf) (xen)" "$work/said"
result $? "six files are named, and the hash that the machine prints"
LC_ALL=C sed -i 's/clang version 19/clang version 91/' "$work/two/virtio/pinata.sym"
compare && grep -q "virtio/pinata.sym differs, as the compilers do" "$work/said"; result $? "another compiler in the symbols is no other image"
printf x | dd of="$work/two/xen/pinata.elf" bs=1 seek=70000 conv=notrunc status=none
! compare && grep -q "xen/pinata.elf DIFFERS: 1 bytes" "$work/said"; result $? "one byte of an image is"
what="and diffoscope shows it"
if command -v diffoscope > /dev/null; then
	grep -q "^--- .*one/xen/pinata.elf" "$work/said" && grep -qE "^ *[│|]? *[-+].*[0-9a-f]" "$work/said"; result $? "$what"
else
	grep -q "SKIP: no diffoscope" "$work/said"; result $? "$what # SKIP apt-get install diffoscope-minimal"
fi
DIFFOSCOPE=/nonexistent compare || grep -q "SKIP: no diffoscope" "$work/said"; result $? "without diffoscope it says so"
rm "$work/two/virtio/pinata.elf"
! compare; result $? "so is a missing image"
# What the two builds would see, with this machine's programs and with none of those that are not everywhere.
deploy/repro look > "$work/said" 2>&1
[ "$(grep -cE '^repro: (  |SKIP: )(path|home|umask|locale|time-zone|jobs|user|host-name|clock)\b' "$work/said")" = 9 ]; result $? "nine things may differ, each is told"
missing=$(grep SKIP "$work/said" | sed 's/.*SKIP: \([a-z-]*\) .*/\1/' | grep -vE '^(user|host-name|clock)$')
[ -z "$missing" ] && { ! command -v faketime > /dev/null || grep -q "^repro:   clock=" "$work/said"; }; result $? "six of them always do, the clock with faketime"
mkdir "$work/bin"; chmod 755 "$work" "$work/bin"		# for the other user, too
for each in cmp sed mktemp chmod git tar id chown cut sha256sum paste tail rm env sh make date hostname cat mkdir dirname grep wc setpriv unshare; do ln -s "$(command -v $each)" "$work/bin/"; done
PATH="$work/bin" deploy/repro look > "$work/said" 2>&1 || true
grep -q "SKIP: clock was not varied, both had $(date -u +%Y)" "$work/said"; result $? "without faketime it says so"
exit $status
