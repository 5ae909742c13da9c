#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The runner itself: what a test program must not get away with.

set -eu
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# expect NAME WANTED PROGRAM: the runner's output for a program of that text.
expect() {
	local got status=0
	printf '#!/bin/sh\n%s\n' "$3" > "$work/program"
	chmod +x "$work/program"
	got=$(TEST_SECONDS=2 "$here/run-tap.sh" "$work/program" 2> /dev/null) || status=$?
	number=$((number + 1))
	if [ "$got" = "$2" ] && { [ "$status" = 0 ] || [[ $2 == *"not ok"* ]]; } &&
		{ [ "$status" != 0 ] || [[ $2 != *"not ok"* ]]; }; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		printf '%s\n' "$got" "ended with $status" | sed 's/^/# /'
		failed=1
	fi
}

expect "a good program passes" $'ok - program: a\n1..1' \
	'echo "1..1"; echo "ok 1 - a"'
expect "the plan may come last" $'ok - program: a\n1..1' \
	'echo "ok 1 - a"; echo "1..1"'
expect "a failure fails, with its diagnostics" $'not ok - program: a\n# why\n1..1' \
	'echo "1..1"; echo "not ok 1 - a"; echo "# why"; exit 1'
expect "a failure that exits 0 still fails" $'not ok - program: a\n1..1' \
	'echo "1..1"; echo "not ok 1 - a"'
expect "a skip is no failure" $'ok - program: # SKIP\n1..1' \
	'echo "1..0 # SKIP no card"'
expect "silence fails" $'not ok - program: printed no plan (exit 0)\n1..1' \
	':'
expect "no plan fails" $'ok - program: a\nnot ok - program: printed no plan (exit 0)\n1..2' \
	'echo "ok 1 - a"'
expect "too few results fail" $'ok - program: a\nnot ok - program: planned 2, ran 1 (exit 0)\n1..2' \
	'echo "1..2"; echo "ok 1 - a"'
expect "a crash fails" $'ok - program: a\nnot ok - program: planned 2, ran 1 (exit 139)\n1..2' \
	'echo "1..2"; echo "ok 1 - a"; kill -SEGV $$'
expect "an exit status fails, stderr shows" $'ok - program: a\nnot ok - program: ended with 3\n# heap\n1..2' \
	'echo "1..1"; echo "ok 1 - a"; echo heap >&2; exit 3'
expect "a time-out fails" $'not ok - program: printed no plan (exit 124)\n1..1' \
	'sleep 60'
expect "bailing out fails" $'not ok - program: Bail out! no memory\nnot ok - program: planned 2, ran 1 (exit 0)\n1..2' \
	'echo "1..2"; echo "Bail out! no memory"'

# summed NAME WANTED BODY: the last line of a check that runs what BODY says.
summed() {
	local got
	printf '%s\n' "logs=$work/logs" ". tools/testing/suites.sh" "$3" finish > "$work/check"
	got=$(cd "$here/../.." && env -u CHECK_SUITES timeout 60 bash "$work/check" 2> /dev/null) || :
	number=$((number + 1))
	if [ "${got##*$'\n'}" = "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		printf '%s\n' "$got" | sed 's/^/# /'
		failed=1
	fi
}

printf '#!/bin/sh\necho "1..2"; echo "ok 1 - a"; echo "ok 2 # SKIP b"\n' > "$work/good"
printf '#!/bin/sh\necho "1..1"; echo "not ok 1 - a"\n' > "$work/bad"
chmod +x "$work/good" "$work/bad"
summed "suites side by side are summed" "2 passed, 1 failed" \
	"one() { suite a 9 $work/good; suite b 9 $work/good; }; two() { suite c 9 $work/bad; }
	 side_by_side one two"
summed "what breaks off is a failure" "1 passed, 1 failed" \
	"one() { suite a 9 $work/good; }; two() { exit 0; }; side_by_side one two"
summed "a suite that takes too long is a failure" "1 passed, 2 failed" \
	"one() { suite a 9 $work/good; }; two() { suite c 1 sleep 30; }; side_by_side one two"
summed "nothing at all is no success" "0 passed, 0 failed" ""
echo "1..$number"
exit "$failed"
