#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module as a distribution and an administrator meet it: built for every
# kernel whose headers are here, described by modinfo, kept by DKMS, installed
# and removed without a trace. Runs in the reference root; prints TAP.

# shellcheck disable=SC2317 # functions are called by check()
set -u
here=$(dirname "$(readlink -f "$0")")
cd "$here/../../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# result STATUS NAME [LOG]
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		[ -z "${3:-}" ] || tail -n 30 "$3" | sed 's/^/# /'
		failed=1
	fi
}

# check NAME COMMAND...
check() {
	local name=$1
	shift
	"$@" > "$work/log" 2>&1
	result $? "$name" "$work/log"
}

# Make says nothing when all is well, so one word is a warning. In a place of its
# own: other tests use what is built.
builds() {
	rm -rf "build/package/$1"
	make modules W=1 MODULE_OUT=build/package "KDIR=/lib/modules/$1/build" 2>&1 |
		tee "$work/out" && [ ! -s "$work/out" ]
}

described() {
	local ko=$1 field
	for field in license author description version srcversion alias vermagic; do
		[ -n "$(modinfo -F "$field" "$ko")" ] || { echo "no $field"; return 1; }
	done
	# A parameter without a description ends in ":(type)".
	modinfo -F parm "$ko" | tee "$work/parms" | grep -E '^[^:]*:\(' && return 1
	[ -s "$work/parms" ] && ! modinfo -F parm "$ko" | grep -vE '^[a-z_]+:.+ \([a-z]+\)$'
}

typed() { readelf -SW "$1" | grep -E '\.BTF +PROGBITS'; }

run_dkms() {
	dkms "$1" "vouch/$version" -k "$2" --sourcetree "$work/d/usr/src" \
		--dkmstree "$work/dkms" --installtree "$work/modules" --no-depmod 2>&1
}

dkms_installs() {
	local release=$1 ko
	mkdir -p "$work/modules/$release" "$work/dkms"
	ln -sfn "/lib/modules/$release/build" "$work/modules/$release/build"
	run_dkms install "$release" || { cat "$work"/dkms/vouch/*/build/make.log; return 1; }
	ko=$(find "$work/modules/$release/updates" -name 'vouch.ko*')
	echo "installed: $ko, signed by: $(modinfo -F signer "$ko")"
	[ "$(modinfo -F vermagic "$ko" | cut -d' ' -f1)" = "$release" ] &&
		[ -n "$(modinfo -F signer "$ko")" ]
}

dkms_removes() {
	run_dkms remove "$1" && ! find "$work/modules/$1" -name 'vouch.ko*' | grep .
}

# It says what it does not know, and succeeds.
accepted() { ! systemd-analyze verify --man=no "$1" 2>&1 | grep .; }

mapfile -t releases < /etc/vouch-kernels
mapfile -t others < /etc/vouch-headers
for release in "${releases[@]}" "${others[@]}"; do
	check "$release: builds without a warning" builds "$release"
	ko=build/package/$release/vouch.ko
	check "$release: modinfo is complete" described "$ko"
	check "$release: carries its types for BPF" typed "$ko"
done

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' kmod/dkms.conf)
check "the module, DKMS and the client have one version" \
	grep -q "VOUCH_CLI_VERSION[[:space:]]*\"$version\"" userspace/cli/cli.h
[ "$(modinfo -F version "$ko")" = "$version" ]
result $? "and modinfo says it"
check "the source goes to /usr/src" make install-dkms "DESTDIR=$work/d"
for release in "${releases[0]}" "${releases[-1]}"; do
	check "$release: DKMS builds, signs and installs it" dkms_installs "$release"
	check "$release: and removes it" dkms_removes "$release"
done
check "the source leaves /usr/src" make uninstall-dkms "DESTDIR=$work/d"

check "make install" make modules-install "DESTDIR=$work/d"
check "the installed module is where modprobe looks" \
	sh -c "ls $work/d/lib/modules/${releases[0]}/updates/vouch.ko*"
check "udev takes the installed rule" \
	udevadm verify --resolve-names=never "$work/d/usr/lib/udev/rules.d/70-vouch.rules"
check "systemd takes the installed unit" accepted "$work/d/usr/lib/systemd/system/vouch.service"
check "and makes the group" sh -c "systemd-sysusers --dry-run \
	$work/d/usr/lib/sysusers.d/vouch.conf 2>&1 | grep \"group 'vouch'\""
check "make uninstall" make modules-uninstall "DESTDIR=$work/d"
find "$work/d" -type f -not -path '*/lib/modules/*/modules.*' > "$work/left"
[ ! -s "$work/left" ]
result $? "and nothing is left" "$work/left"
echo "1..$number"
exit $failed
