#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-scripts.sh: checkpatch, kernel-doc and the kselftest harness of the
# newest kernel under test, out of Debian's source package (the headers packages
# leave them out). Prints the folder; only the first run downloads.

set -eu
series=$(head -n 1 /etc/vouch-kernels | cut -d. -f1,2)
folder=/cache/kernel-scripts/$series
if [ ! -e "$folder/tools/testing/selftests/kselftest_harness.h" ]; then
	work=$(mktemp -d -p /cache)
	trap 'rm -rf "$work"' EXIT
	cd "$work"
	apt-get -qq -o APT::Sandbox::User=root download "linux-source-$series" >&2
	dpkg-deb --fsys-tarfile ./*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		tar -xJ --strip-components=1 --wildcards '*/scripts/checkpatch.pl' \
			'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' \
			'*/scripts/checker-valid.sh' '*/tools/docs/kernel-doc' '*/tools/lib/python/*' \
			'*/tools/testing/selftests/kselftest*.h'
	rm -f ./*.deb
	chmod 755 .
	mkdir -p "${folder%/*}"
	rm -rf "$folder"
	mv -T "$work" "$folder"
fi
echo "$folder"
