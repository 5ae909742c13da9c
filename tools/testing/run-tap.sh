#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run-tap.sh PROGRAM...: run test programs one after another and print their
# results as one TAP stream. A program has TEST_SECONDS (120).

set -eu
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

: > "$work/all"
for program; do
	name=$(basename "$program")
	status=0
	timeout -k 5 "${TEST_SECONDS:-120}" "$program" > "$work/out" 2> "$work/err" < /dev/null ||
		status=$?
	# A sanitizer's report is on stderr; it is only of interest on failure.
	[ "$status" = 0 ] || sed 's/^/# /' "$work/err" >> "$work/out"
	awk -v program="$name" -v status="$status" -f "$here/tap-merge.awk" "$work/out" |
		tee -a "$work/all"
done
echo "1..$(grep -cE '^(not )?ok ' "$work/all" || :)"
[ "$#" -gt 0 ] && ! grep -q '^not ok' "$work/all"
