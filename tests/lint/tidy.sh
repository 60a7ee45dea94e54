#!/bin/sh
# tests/lint/tidy.sh [FILE...]: what needs a parser of C: no function above 60 lines, no recursion.
# Without files: every own .c file, the tests and the fuzz targets.  Prints TAP.
cd "$(dirname "$0")/../.." || exit 2
third=build/third-party found=$(mktemp)
trap 'rm -f "$found"' EXIT
[ $# -gt 0 ] || set -- $(find appliance tlsstack netstack wallet platform tests fuzz deploy -name '*.c' | sort)

printf '%s\n' "$@" | xargs -P "${JOBS:-$(nproc)}" -n 8 sh -c '
clang-tidy-19 --quiet "--checks=-*,readability-function-size,misc-no-recursion" \
    "--config={CheckOptions: {readability-function-size.LineThreshold: 60, readability-function-size.StatementThreshold: 1000}}" \
    "--header-filter=.*" "$@" -- -std=c11 -D_GNU_SOURCE -I. -iquote netstack -isystem '$third'/bearssl/inc \
    -isystem '$third'/lwip/src/include -isystem '$third'/secp256k1/include 2>/dev/null' tidy > "$found"
status=0
echo "1..3"
check() {
	if grep -q "$2" "$found"; then
		echo "not ok $1"; grep "$2" "$found" | sort -u | sed 's/^/#   /'; status=1
	else
		echo "ok $1"
	fi
}
check "1 - no function above 60 lines" 'readability-function-size'
check "2 - no recursion" 'misc-no-recursion'
check "3 - every file is understood" 'error:'
exit $status
