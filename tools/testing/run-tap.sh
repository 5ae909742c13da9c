#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-tap.sh PROGRAM...: run test programs, two at a time, and print their
# results as one TAP stream. A program has TEST_SECONDS (300).

set -eu
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A sanitizer's report is on stderr; it is only of interest on failure.
run() {
	local name=$1 program=$2 status=0
	timeout -k 5 "${TEST_SECONDS:-300}" "$program" > "$work/$name.out" 2> "$work/$name.err" \
		< /dev/null || status=$?
	awk -v program="${program##*/}" -v status="$status" -f "$here/tap-merge.awk" \
		"$work/$name.out" > "$work/$name.tap"
	[ "$status" = 0 ] || sed 's/^/# /' "$work/$name.err" >> "$work/$name.tap"
}

number=0
for program; do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		wait -n || :
	done
	number=$((number + 1))
	run "$(printf '%04d' "$number")" "$program" &
done
wait
cat "$work"/*.tap > "$work/all" 2>/dev/null || :
cat "$work/all"
echo "1..$(grep -cE '^(not )?ok ' "$work/all" || :)"
[ "$#" -gt 0 ] && ! grep -q '^not ok' "$work/all"
