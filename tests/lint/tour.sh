#!/bin/sh
# tests/lint/tour.sh: the reading path of one hour, with line counts.  Fails above 1,500 lines or when a
# file is missing; with --tap it says so as a test does.  "FILE:N" means its first N lines: the interface and the table, before the helpers.
cd "$(dirname "$0")/../.." || exit 2
total=0 status=0
step() {
	file=${1%%:*} screen=${1#*:}
	if [ ! -f "$file" ]; then
		echo "      ?  $file is missing"; status=1; return
	fi
	lines=$(wc -l < "$file")
	if [ "$screen" != "$1" ] && [ "$lines" -gt "$screen" ]; then lines=$screen; fi
	total=$((total + lines))
	printf '%7d  %-32s %s\n' "$lines" "$1" "$2"
}
echo "  lines  file                             what it tells you"
step README.md                      "what this is, how to run and attack it, what is claimed"
step appliance/services.c           "every way in"
step appliance/policy.c             "who gets what"
step appliance/main.c               "the whole program: set up, then one loop"
step appliance/session.h            "one connection's life"
step appliance/session.c:95         "how it begins, what it holds and gives back"
step platform/platform.h            "every way out: the doors between the two rooms"
step netstack/net.h                 "TCP as a function over frames"
step tlsstack/tls.h                 "TLS as a function over bytes"
step wallet/wallet.h                "the prize"
step tlsstack/tls13_server.c:57     "the table of the TLS 1.3 server"
step tlsstack/tls13_client.c:41     "the table of the TLS 1.3 client"
step tlsstack/handshake.c           "the engine that drives the tables"
step tlsstack/witness.h             "what must be shown before anything is given"
step appliance/limits.h             "every number, with its reason"
step THREAT-MODEL.md                "who attacks, and the famous failures met"
printf '%7d  in all (1,500 at most)\n' "$total"
[ "$total" -le 1500 ] || { echo "tour: too long for one hour"; status=1; }
[ "${1:-}" != --tap ] || { [ $status = 0 ] && echo "ok 1 - the tour fits an hour" || echo "not ok 1 - the tour fits an hour"; }
exit $status
