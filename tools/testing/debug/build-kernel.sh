#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build-kernel.sh: the debug kernel (KASAN, lockdep, kmemleak, fault injection,
# KHO and live update) from Debian's linux-source. Runs in the reference root.
# Prints its release. It is built once, about 25 minutes on two cores, and then
# kept in the cache:
#
#   /cache/debug-kernel/build        to build modules with (KDIR)
#   /cache/debug-kernel/release      its name
#   /cache/kernels/RELEASE/          vmlinuz and modules, as for any other release
#
# --cached: says what is there, and fails where it would have to be built.

set -eu
here=$(dirname "$(readlink -f "$0")")
folder=/cache/debug-kernel

say() { printf '%s debug kernel: %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { say "$*"; exit 1; }

[ -n "${VOUCH_INSIDE:-}" ] || die "runs in the reference root: tools/testing/vm/enter $0"
series=$(head -n 1 /etc/vouch-kernels | cut -d. -f1,2)
version=$(apt-cache show --no-all-versions "linux-source-$series" | sed -n 's/^Version: //p')
# The recipe, not this script: a better comment must not cost half an hour.
want="$version $(sha256sum < "$here/kernel.config")"

ready() {
	[ "$(cat "$folder/stamp" 2> /dev/null)" = "$want" ] &&
		[ -f "/cache/kernels/$(cat "$folder/release")/vmlinuz" ]
}

if ! ready; then
	[ "${1:-}" != --cached ] || exit 1
	mkdir -p "$folder"
	exec 9> "$folder/.lock"
	flock 9
fi
if ready; then
	cat "$folder/release"
	exit
fi

source_unpack() {
	say "fetching linux-source-$series $version"
	rm -rf "$folder/build" "$folder/stamp"
	mkdir -p "$folder/build" "$folder/deb"
	(cd "$folder/deb" && rm -f ./*.deb &&
		apt-get -qq -o APT::Sandbox::User=root download "linux-source-$series" >&2)
	dpkg-deb --fsys-tarfile "$folder"/deb/*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		tar -xJ --strip-components=1 -C "$folder/build"
	rm -rf "$folder/deb"
}

# What a dependency switches off in silence would be missed much later.
config_make() {
	make -s -C "$folder/build" tinyconfig
	(cd "$folder/build" &&
		scripts/kconfig/merge_config.sh -m .config "$here/kernel.config" > /dev/null)
	make -s -C "$folder/build" olddefconfig
	grep -E '^(CONFIG_|# CONFIG_)' "$here/kernel.config" > "$folder/wanted"
	grep -vxFf "$folder/build/.config" "$folder/wanted" > "$folder/missing" || return 0
	sed 's/^/  /' "$folder/missing" >&2
	die "these options did not survive olddefconfig"
}

kernel_build() {
	say "building; the log is in $folder/log"
	make -C "$folder/build" -j"$(nproc)" bzImage modules > "$folder/log" 2>&1 ||
		{ tail -n 30 "$folder/log" >&2; die "it does not build"; }
	release=$(cat "$folder/build/include/config/kernel.release")
	to=/cache/kernels/$release
	rm -rf "$to" "$to.new"
	make -s -C "$folder/build" INSTALL_MOD_PATH="$to.new" modules_install >> "$folder/log" 2>&1
	cp "$folder/build/arch/x86/boot/bzImage" "$to.new/vmlinuz"
	mv "$to.new" "$to"
	echo "$release" > "$folder/release"
	echo "$want" > "$folder/stamp"
}

source_unpack
config_make
kernel_build
say "ready"
cat "$folder/release"
