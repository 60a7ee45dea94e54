#!/bin/sh
# tests/proofs/ct/check.sh: every case of ct.c under memcheck; prints TAP.  A case passes when memcheck finds
# nothing but what triaged.supp names; the planted ones pass when it does find something.
#
# The objects are the image's own (build/cpl3).  Not covered: RSA (BearSSL keeps a factor's bit length beside it,
# and everything after depends on that; the image has no RSA), and what is below the instruction set: caches
# are safe because no address depends on a secret, data-dependent multipliers are not looked at.
set -u
program=build/ct
command -v valgrind >/dev/null || { echo "1..1"; echo "ok 1 - ct # SKIP valgrind is missing: nothing ran"; exit 0; }
cases=$($program)
echo "1..$(echo "$cases" | wc -l)"
number=0
for name in $cases; do
	number=$((number + 1))
	found=$(valgrind -q --error-exitcode=9 --suppressions=tests/proofs/ct/triaged.supp $program "$name" 2>&1)
	code=$?
	case $name in
	planted_*) [ $code -eq 9 ] && verdict=ok || verdict="not ok" ;;
	*) [ $code -eq 0 ] && verdict=ok || verdict="not ok" ;;
	esac
	echo "$verdict $number - $name"
	[ "$verdict" = ok ] || echo "$found" | sed 's/^/# /' | head -40
done
