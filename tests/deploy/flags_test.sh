#!/bin/sh
# tests/deploy/flags_test.sh: an object is made again when the flags, the header or the lock it was built with changes,
# and only then.  In a copy of the tree whose compiler is a script that notes what it is asked.
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 status=0
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; status=1; fi
}
cat > "$work/cc" <<'END'
#!/bin/sh
# The last words of a compiler's command are -o OUT IN; beside OUT goes what -MMD would write.
while [ $# -gt 3 ]; do shift; done
echo "$2" >> "$NOTES"
echo "$2: $3 platform/base/span.h" > "${2%.o}.d"
: > "$2"
END
chmod +x "$work/cc"
export NOTES="$work/notes"
cp -r Makefile platform tlsstack netstack wallet appliance tests "$work"
mkdir -p "$work/deploy" "$work/build/third-party/lwip/src/core" "$work/build/newlib"
cp -r deploy/third-party.lock deploy/patches deploy/fetch deploy/build-newlib "$work/deploy"
cd "$work" || exit 2
touch build/third-party/lwip/src/core/def.c build/third-party/stamp
OWN=build/cpl3/tlsstack/der.o THIRD=build/cpl3/third-party/lwip/src/core/def.o
# made FLAGS...: how many compilers it took to bring both objects up to date
made() {
	: > "$NOTES"
	touch build/newlib/libc.a
	make --silent CLANG="$work/cc" "$@" $OWN $THIRD > said 2>&1 || { sed 's/^/# /' said >&2; return 1; }
	wc -l < "$NOTES"
}
echo "1..6"
[ "$(made)" = 2 ]; result $? "a fresh tree builds both"
[ "$(made)" = 0 ]; result $? "nothing changed: nothing is built"
[ "$(made SIZE=-O1)" = 2 ]; result $? "another flag: own and third-party objects are built"
[ "$(made SIZE=-O1)" = 0 ]; result $? "the same flag again: nothing"
sleep 0.01; touch platform/base/span.h; [ "$(made SIZE=-O1)" = 2 ]; result $? "a header that both read: both"
sleep 0.01; touch build/third-party/stamp; [ "$(made SIZE=-O1)" = 2 ]; result $? "other third-party sources: both"
exit $status
