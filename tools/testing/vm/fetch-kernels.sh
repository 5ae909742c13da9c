#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-kernels.sh: published kernels and VMM, from Debian's archive. Runs in
# the reference root; running it again is instant.
#
#   /cache/debs/*.deb                    as apt verified them
#   /cache/kernels/REL/vmlinuz           one folder a release
#   /cache/kernels/REL/lib/modules/REL/  with modules.dep
#
# The releases are those of /etc/vouch-kernels, and the cloud flavour of the
# first. The .debs that references are made from go to stdout, a path a line.

set -eu
debs=/cache/debs
kernels=/cache/kernels

say() { printf '%s kernels: %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { say "$*"; exit 1; }

[ -n "${VOUCH_INSIDE:-}" ] || die "runs in the reference root: tools/testing/vm/enter $0"
mkdir -p "$debs" "$kernels"
exec 9> "$kernels/.lock"
flock 9

# A superseded version is gone from the mirror: look at the index once more.
fetch() {
	(cd "$debs" && apt-get -qq -o APT::Sandbox::User=root download "$@" >&2) && return
	say "refreshing the package index"
	apt-get -qq update >&2
	(cd "$debs" && apt-get -qq -o APT::Sandbox::User=root download "$@" >&2)
}

# Paths of the given packages' .debs, as apt names the files.
paths() {
	(cd / && apt-get -qq -o APT::Sandbox::User=root download --print-uris "$@") |
		awk -v d="$debs" '{ print d "/" $2 }'
}

# Newer packages keep the image and the modules apart from linux-image-REL.
packages() {
	apt-cache show --no-all-versions "linux-image-$1" |
		sed -n 's/^Depends: //p' | sed 's/[,|]/\n/g' |
		awk -v r="$1" '$1 == "linux-binary-" r || $1 == "linux-modules-" r ||
			$1 == "linux-base-" r { print $1 }'
	echo "linux-image-$1"
}

unpack() {
	rel=$1 new=$kernels/$1.new
	# shellcheck disable=SC2046
	set -- $(packages "$rel")
	say "$rel: fetching $*"
	fetch "$@" || die "$rel: cannot download $*"
	rm -rf "$new" "${kernels:?}/$rel"
	mkdir -p "$new/tree" "$new/lib"
	paths "$@" > "$new/debs"
	say "$rel: unpacking"
	while read -r deb; do
		dpkg-deb -x "$deb" "$new/tree"
	done < "$new/debs"
	for dir in "$new/tree/usr/lib/modules" "$new/tree/lib/modules"; do
		[ -d "$dir/$rel" ] && mv "$dir" "$new/lib/modules" && break
	done
	for image in "$new/tree/boot/vmlinuz-$rel" "$new/lib/modules/$rel/vmlinuz"; do
		[ -f "$image" ] && cp "$image" "$new/vmlinuz" && break
	done
	[ -f "$new/vmlinuz" ] || die "$rel: no kernel image in $(cat "$new/debs")"
	[ -d "$new/lib/modules/$rel/kernel" ] || die "$rel: no modules in $(cat "$new/debs")"
	rm -rf "$new/tree"
	depmod -b "$new" "$rel"
	mv "$new" "$kernels/$rel"
}

vmm() {
	say "fetching the VMM"
	fetch qemu-system-x86 || die "cannot download qemu-system-x86"
	paths qemu-system-x86 > "$kernels/vmm.debs"
}

# The VMM is the one that is installed here.
vmm_version=$(dpkg-query -W -f '${Version}' qemu-system-x86)

flavours() {
	cat /etc/vouch-kernels
	sed -n '1s/-amd64$/-cloud-amd64/p' /etc/vouch-kernels
}

# Everything a release's list names is still there.
present() {
	[ -s "$1" ] || return 1
	while read -r deb; do
		[ -s "$deb" ] || return 1
	done < "$1"
}

for release in $(flavours); do
	present "$kernels/$release/debs" || unpack "$release"
	cat "$kernels/$release/debs"
done
case $(cat "$kernels/vmm.debs" 2>/dev/null || :) in
*"_$(echo "$vmm_version" | sed 's/:/%3a/g')_"*) present "$kernels/vmm.debs" || vmm ;;
*) vmm ;;
esac
cat "$kernels/vmm.debs"
