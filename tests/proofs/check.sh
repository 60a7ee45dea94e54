#!/bin/sh
# tests/proofs/check.sh [ARGUMENT...]: fetch CBMC, then prove.py with these arguments.  Skips, saying why, when CBMC can not be had.
cd "$(dirname "$0")/../.." || exit 2
tests/proofs/get-cbmc build/cbmc > build/get-cbmc.log 2>&1 || {
	echo "1..1"
	echo "ok 1 # SKIP CBMC can not be fetched: $(tail -n 1 build/get-cbmc.log)"
	exit 0
}
exec tests/proofs/prove.py build/cbmc/bin "$@"
