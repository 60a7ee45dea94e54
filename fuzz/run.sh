#!/bin/sh
# fuzz/run.sh TARGET SECONDS: libFuzzer on one target.  New inputs gather in build/fuzz/work/TARGET beside
# the committed ones; a crash stays in build/fuzz/crash/TARGET, named by its hash.  JOBS processes.
set -eu
target=$1 seconds=$2
here=$(dirname "$0") work=build/fuzz/work/$target crash=build/fuzz/crash/$target
mkdir -p "$work" "$crash" "$here/corpus/$target"
dictionary=$here/dictionary/$target
options="-max_total_time=$seconds -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix=$crash/"
[ ! -f "$dictionary" ] || options="$options -dict=$dictionary"
# shellcheck disable=SC2086
if "build/fuzz/fuzz/$target" $options "$work" "$here/corpus/$target" > "$work.log" 2>&1; then
	awk -v t="$target" '/stat::number_of_executed_units/ { n = $2 } /stat::average_exec_per_sec/ { e = $2 }
	    END { printf "fuzz: %-12s %10d inputs, %7d per second, no crash\n", t, n, e }' "$work.log"
else
	tail -40 "$work.log"
	echo "fuzz: $target: see $crash and $work.log" >&2
	exit 1
fi
