#!/bin/sh
# tests/bench/bench_test.sh: `make bench` still works: one short round prints every figure.  TAP.
# It judges no figure: machines that run tests are busy.
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
for who in "hosted" "openssl s_server"; do
	check "handshakes of $who" "^$who: handshakes +median +[0-9.]*[1-9]"
	check "processor time of $who" "^$who: CPU.* median +[0-9.]*[1-9]"
done
check "their ratio; no handshake failed" "^ratio of CPU"
echo "1..$number"
exit $status
