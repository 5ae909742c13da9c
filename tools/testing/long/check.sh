#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What `make check-long` runs, in the reference root: all that takes too long
# for `make check`, on the debug kernel (KASAN, lockdep, kmemleak, fault
# injection), which it builds where it is not cached, and on Debian's newest.
# As check.sh it ends with "N passed, N failed"; results are in
# build/check-long/. CHECK_SUITES="kunit faults" runs only those.

set -u
cd "$(dirname "$(readlink -f "$0")")/../../.." || exit 1
logs=build/check-long

release=$(head -n 1 /etc/vouch-kernels)
. tools/testing/suites.sh

step kernels tools/testing/vm/fetch-kernels.sh
step build make -j"$(nproc)" userspace build/test/vouch-card-hostile
step modules make modules
step debug-kernel tools/testing/debug/build-kernel.sh
debug=$(tools/testing/debug/build-kernel.sh --cached)
step debug-module make modules KDIR=/cache/debug-kernel/build

long=tools/testing/long
vm=tools/testing/vm
suite reports 1800 "$long/reports_test.py" "$debug"
suite kunit 1800 "$vm/kunit_test.py" "$debug"
suite kselftest 7200 "$vm/kselftest.py" "$debug"
suite liveupdate 3600 "$vm/liveupdate_test.py" "$debug"
suite faults 14400 "$long/faults_test.py" "$debug"
suite user 3600 "$long/user_test.py" "$debug"
suite card 3600 "$long/card_dies_test.py" "$debug"
suite hostile 14400 "$long/hostile_test.py" "$debug" 1000000
suite cycles-debug 7200 "$long/cycles_test.py" "$debug" 100
suite cycles 14400 "$long/cycles_test.py" "$release" 1000
suite kexecs-debug 14400 "$long/kexec_test.py" "$debug" 50
suite kexecs 14400 "$long/kexec_test.py" "$release" 50

finish
