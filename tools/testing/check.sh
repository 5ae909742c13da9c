#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What `make check` runs, in the reference root: builds everything, then one
# suite after another. A suite prints TAP; its results are kept in
# build/check/SUITE.log, and the last line counts every single test:
# "N passed, N failed".
# CHECK_SUITES="lint unit" runs only those.

set -u
here=$(dirname "$(readlink -f "$0")")
cd "$here/../.." || exit 1
logs=build/check
rm -rf "$logs"
mkdir -p "$logs"
passed=0 failed=0 skipped=0

mapfile -t releases < /etc/vouch-kernels

bold=
plain=
[ -t 1 ] && bold=$(printf '\033[1m') plain=$(printf '\033[0m')

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
number() { grep -cE "$1" "$2" || :; }

# watched NAME LOG COMMAND...: run it, with a sign of life every 30 s.
job=
watched() {
	local name=$1 log=$2 begin=$SECONDS next=30
	shift 2
	"$@" > "$log" 2>&1 < /dev/null &
	job=$!
	while kill -0 "$job" 2> /dev/null; do
		sleep 0.5
		[ $((SECONDS - begin)) -ge "$next" ] || continue
		next=$((next + 30))
		say "  $name, $((SECONDS - begin)) s: $(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c 1-80)"
	done
	wait "$job"
}

# step NAME COMMAND...: what the suites need; its failure ends the run.
step() {
	local name=$1 log=$logs/$1.log begin=$SECONDS
	shift
	say "$name ..."
	if watched "$name" "$log" "$@"; then
		say "$name: done ($((SECONDS - begin)) s)"
		return
	fi
	tail -n 40 "$log"
	say "${bold}FAILED${plain} $name: $log"
	echo "0 passed, 1 failed"
	exit 1
}

# suite NAME SECONDS COMMAND...
suite() {
	local name=$1 limit=$2 log=$logs/$1.log begin=$SECONDS status=0
	shift 2
	case " ${CHECK_SUITES:-$name} " in *" $name "*) ;; *) return ;; esac
	say "$name ..."
	watched "$name" "$log.raw" timeout -k 20 "$limit" "$@" || status=$?
	[ "$status" != 124 ] || echo "Bail out! timed out after $limit s" >> "$log.raw"
	awk -v program="$name" -v status="$status" -f "$here/tap-merge.awk" "$log.raw" > "$log"
	local good bad skip
	skip=$(number '^ok .*# SKIP' "$log")
	good=$(($(number '^ok ' "$log") - skip))
	bad=$(number '^not ok ' "$log")
	passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
	if [ "$bad" = 0 ]; then
		say "ok     $name ($good tests, $((SECONDS - begin)) s)"
	else
		awk '/^not ok/ { print; left = 20; next } /^ok/ { left = 0 } left-- > 0' "$log" |
			head -n 60
		say "${bold}FAILED${plain} $name ($bad of $((good + bad)) tests, $((SECONDS - begin)) s): $log"
	fi
}

trap 'kill "$job" 2> /dev/null; echo; say interrupted; exit 130' INT TERM

step kernels tools/testing/vm/fetch-kernels.sh
step build make -j"$(nproc)" userspace unit-programs fuzz-programs
step modules make modules

suite runner 120 tools/testing/runner_test.sh
suite lint 900 tools/testing/lint/lint.py
suite package 900 tools/testing/kmod/package_test.sh
suite unit 900 make -s unit
suite vectors 600 make -s vectors
suite card 600 tools/testing/card/card_test.py
suite fuzz 1800 make -s fuzz
suite topology 1200 tools/testing/vm/topology_test.py
for release in "${releases[0]}" "${releases[-1]}"; do
	suite "kselftest-${release%%-*}" 1200 tools/testing/vm/kselftest.py "$release"
	suite "latency-${release%%-*}" 900 tools/testing/vm/latency_test.py "$release"
	suite "kexec-${release%%-*}" 1200 tools/testing/vm/kexec_test.py "$release"
	suite "sleep-${release%%-*}" 900 tools/testing/vm/sleep_test.py "$release"
done
suite measured 1800 tools/testing/vm/measured_test.py
for release in "${releases[0]}" "${releases[-1]}"; do
	suite "osguest-${release%%-*}" 2400 tools/testing/vm/osguest_test.py "$release"
done
long=tools/testing/long
suite fire-card 600 "$long/card_dies_test.py" "${releases[0]}"
suite fire-cycles 900 "$long/cycles_test.py" "${releases[0]}" 10
suite fire-kexecs 900 "$long/kexec_test.py" "${releases[0]}" 3
suite demo 1800 tools/testing/demo/demo.py --tap

say "results in $logs"
[ "$skipped" = 0 ] || say "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
