#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-fuzz.sh TARGET...: each libFuzzer target for FUZZ_SECONDS (30), FUZZ_JOBS (2)
# at a time, one TAP result a target. Seeds are in tools/testing/corpus/NAME, and a
# target without any fails; what a run finds is kept in the cache, so the next
# one starts from there.

set -eu
here=$(dirname "$(readlink -f "$0")")
seconds=${FUZZ_SECONDS:-30}
found=/cache/corpus
out=build/fuzz-results
rm -rf "$out"
mkdir -p "$out" "$found"

fuzz() {
	local target=$1 name status=0 runs input corpus
	name=$(basename "$target")
	corpus=("$found/$name" "$here/corpus/$name")
	if [ -z "$(ls "${corpus[1]}" 2> /dev/null)" ]; then
		echo "not ok - $name: no seeds in tools/testing/corpus/$name"
		return
	fi
	mkdir -p "$found/$name" "$out/$name"
	timeout -k 5 $((seconds * 4 + 120)) "$target" -max_total_time="$seconds" -timeout=20 \
		-rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$out/$name/" \
		"${corpus[@]}" \
		> "$out/$name/log" 2>&1 < /dev/null || status=$?
	if [ "$status" = 0 ] && runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' \
		"$out/$name/log") && [ "${runs:-0}" -gt 0 ]; then
		echo "ok - $name: $runs runs in $seconds s"
		return
	fi
	echo "not ok - $name: ended with $status"
	tail -n 40 "$out/$name/log" | sed 's/^/# /'
	for input in "$out/$name"/{crash,leak,timeout,oom}-*; do
		[ -f "$input" ] || continue
		echo "# again: tools/testing/vm/enter $target $input"
		echo "# input: $(base64 -w0 "$input" | head -c 2000)"
	done
}

run() { fuzz "$1" > "$out/$(basename "$1").tap"; }

for target; do
	while [ "$(jobs -rp | wc -l)" -ge "${FUZZ_JOBS:-2}" ]; do
		wait -n
	done
	run "$target" &
done
wait
cat "$out"/*.tap 2>/dev/null || :
echo "1..$#"
[ "$#" -gt 0 ] && ! grep -q '^not ok' "$out"/*.tap
