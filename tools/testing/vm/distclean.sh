#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# distclean.sh: remove the cache folder with the reference root. Nothing is
# removed while anything is mounted below it or a process works in it: rm would
# follow the mount.

set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/cache.sh"

die() { echo "distclean: $*" >&2; exit 1; }

[ -z "${VOUCH_INSIDE:-}" ] || die "not from inside the reference root"
[ -e "$VOUCH_CACHE" ] || exit 0
cache=$(readlink -f "$VOUCH_CACHE")
# The folder is ours if the root was built in it; anything else is a mistake.
[ -e "$cache/root.lock" ] || die "$cache has no root.lock: not a cache of vouch"

users() {
	for process in /proc/[0-9]*; do
		root=$(readlink "$process/root" 2>/dev/null) || continue
		case $root/ in "$cache"/*) echo "${process#/proc/}" ;; esac
	done
}

# Mounts in any namespace: those of a running `enter` are only seen there.
mounts() {
	cat /proc/[0-9]*/mountinfo 2>/dev/null | awk -v c="$cache/" '
		index($5, c) == 1 { print $5 }' | sort -u
}

using=$(users | tr '\n' ' ')
[ -z "$using" ] || die "still in use by: $using"

# Left in this namespace: innermost first.
awk -v c="$cache/" 'index($5, c) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
	while read -r point; do
		umount "$point" || umount --lazy "$point"
	done
left=$(mounts)
[ -z "$left" ] || die "still mounted: $left"

# Should something be mounted after all, it is another file system.
rm -rf --one-file-system "$cache"
echo "removed $cache" >&2
