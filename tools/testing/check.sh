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

mapfile -t releases < /etc/vouch-kernels
. tools/testing/suites.sh

step kernels tools/testing/vm/fetch-kernels.sh
step build make -j"$(nproc)" userspace unit-programs fuzz-programs build/test/vouch-card-hostile
step modules make modules

long=tools/testing/long

programs() {
	suite runner 120 tools/testing/runner_test.sh
	suite lint 1800 tools/testing/lint/lint.py
	suite package 1800 tools/testing/kmod/package_test.sh
	suite unit 1800 make -s unit
	suite vectors 1200 make -s vectors
	suite card 1200 tools/testing/card/card_test.py
	suite card-near 1200 tools/testing/card/near_test.py
	suite card-hostile 1200 env VOUCH_CARDD="$PWD/build/test/vouch-card-hostile" \
		tools/testing/card/hostile_test.py
	# The other core is the machines'.
	suite fuzz 3600 env FUZZ_JOBS=1 make -s fuzz
}

machines() {
	local release
	suite topology 1200 tools/testing/vm/topology_test.py
	for release in "${releases[0]}" "${releases[-1]}"; do
		suite "kselftest-${release%%-*}" 1200 tools/testing/vm/kselftest.py "$release"
		suite "latency-${release%%-*}" 900 tools/testing/vm/latency_test.py "$release"
		suite "kexec-${release%%-*}" 1200 tools/testing/vm/kexec_test.py "$release"
		suite "crash-${release%%-*}" 900 tools/testing/vm/crash_test.py "$release"
		suite "kexec-card-${release%%-*}" 900 tools/testing/vm/kexec_card_test.py "$release"
		suite "full-${release%%-*}" 900 tools/testing/vm/full_test.py "$release"
		suite "secureboot-${release%%-*}" 900 tools/testing/vm/secureboot_test.py "$release"
	done
	# Woken from idle, a VM with 7.3.4 answers nobody any more, with vouch.ko or without.
	for release in "${releases[1]}" "${releases[-1]}"; do
		suite "sleep-${release%%-*}" 900 tools/testing/vm/sleep_test.py "$release"
	done
	suite measured 1800 tools/testing/vm/measured_test.py
	for release in "${releases[0]}" "${releases[-1]}"; do
		suite "osguest-${release%%-*}" 2400 tools/testing/vm/osguest_test.py "$release"
		suite "near-${release%%-*}" 1800 tools/testing/vm/near_test.py "$release"
	done
	suite fire-card 600 "$long/card_dies_test.py" "${releases[0]}"
	suite fire-cycles 900 "$long/cycles_test.py" "${releases[0]}" 10
	suite fire-kexecs 900 "$long/kexec_test.py" "${releases[0]}" 3
	suite demo 1800 tools/testing/demo/demo.py --tap
}

# An emulated machine keeps one core busy, and a program the other.
side_by_side programs machines

# It takes 25 minutes to build: a share of it, where that was done.
if debug=$(tools/testing/debug/build-kernel.sh --cached); then
	step debug-module make modules KDIR=/cache/debug-kernel/build
	suite debug 1800 "$long/debug_test.py" "$debug"
else
	say "no debug kernel is cached: nothing ran under KASAN, lockdep and kmemleak"
	say "(make debug-kernel builds it, make check-long runs all that is for it)"
fi

finish
