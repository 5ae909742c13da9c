#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run-tests.sh COLLECTION PROGRAM...: run kselftest programs, each for at most
# KSFT_TIMEOUT seconds (300), and report in KTAP. Exit code 4 is a skip.
# Needs no more than busybox.

collection=$1
shift
failed=0 number=0
echo "TAP version 13"
echo "1..$#"
for program in "$@"; do
	number=$((number + 1))
	name="selftests: $collection: ${program##*/}"
	echo "# $name"
	timeout "${KSFT_TIMEOUT:-300}" "$program" > /tmp/ksft.$$ 2>&1
	status=$?
	sed 's/^/# /' /tmp/ksft.$$
	case $status in
	0) echo "ok $number $name" ;;
	4) echo "ok $number $name # SKIP" ;;
	124|143) echo "not ok $number $name # TIMEOUT"; failed=1 ;;
	*) echo "not ok $number $name # exit=$status"; failed=1 ;;
	esac
done
rm -f /tmp/ksft.$$
exit $failed
