#!/bin/sh
# tests/bench/bench_test.sh: `make bench` still works: one short round prints every figure.  TAP.
# It judges no figure, as machines that run tests are busy, but for one ratio within one program.  It is 0.01; with
# bytes.c at -Os it was 0.17.
out=$(ROUNDS=1 SECONDS=0.3 THREADS=2 tests/bench/bench.py 2>&1)
status=$?
number=0
check() {
	number=$((number + 1))
	if echo "$out" | grep -qE "$2"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$out" | sed 's/^/# /'
	fi
}
check "start to first handshake" "^image: QEMU start to first TLS handshake +median +[0-9.]*[1-9]"
check "memory of QEMU" "^image: peak memory of QEMU +median +[0-9.]*[1-9]"
other='(nginx|openssl s_server)'
for kind in "1.2 without" "1.2 with client certificate" "1.3 without" "1.3 with client certificate"; do
	check "processor time of both, $kind" "^ratio of CPU, ours / $other, $kind +median +[0-9.]*[1-9]"
done
check "handshakes of the appliance" "^hosted: handshakes.* median +[0-9.]*[1-9]"
check "processor time of the appliance" "^hosted: CPU of the appliance.* median +[0-9.]*[1-9]"
for suite in AES_128_GCM_SHA256 CHACHA20_POLY1305_SHA256; do
	for who in ours "$other"; do
		check "bulk of $who, $suite" "^$who: sent, TLS_$suite +median +[0-9.]*[1-9]"
	done
done
for kind in "1.2 plain" "1.2 mutual" "1.3 plain" "1.3 mutual"; do
	check "primitives and the rest, $kind" "^split $kind .* keys +[0-9.]*[1-9][0-9.]* .* AEAD +[0-9.]*[1-9][0-9.]* .* rest +[0-9.]*[1-9]"
done
check "bulk in memory" "^split AES-128-GCM +seal +[0-9]*[1-9].* open +[0-9]*[1-9]"
out=$(echo "$out" | awk '/^split 1/ { print; rows++; good += $NF * 10 < $5 } END { if (rows == 4 && good == 4) print "small" }')
check "the rest is less than a tenth of a handshake" "^small"
echo "1..$number"
exit $status
