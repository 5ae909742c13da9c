#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the reference root: Debian 13 with the backports kernel headers and
# QEMU, in the cache folder. The machine itself is left as it was: mmdebstrap
# and the archive keyring are unpacked from their packages, not installed, and
# apt's own lists are kept apart.
#
# The mirror is the one that this machine's apt already uses.

set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/cache.sh"

log=$VOUCH_CACHE/root.log

say() { printf '%s root: %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { say "$*"; exit 1; }

stamp=$VOUCH_ROOT/.vouch-stamp
want=$(cat "$0" "$here/packages" | sha256sum | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null || :)" = "$want" ] && exit 0
[ "$(id -u)" = 0 ] || die "must be root (chroot, mounts); try: sudo make"
unshare --mount --pid --fork true 2>/dev/null ||
	die "cannot make a mount namespace: this container lacks CAP_SYS_ADMIN"

exec 9> "$(mkdir -p "$VOUCH_CACHE" && echo "$VOUCH_CACHE/root.lock")"
flock 9
[ "$(cat "$stamp" 2>/dev/null || :)" = "$want" ] && exit 0

tool=$VOUCH_CACHE/tool
mkdir -p "$tool/lists/partial" "$tool/archives/partial" "$tool/tmp"
: > "$log"
own_apt() {
	apt-get -qq -o Dir::State::Lists="$tool/lists" \
		-o Dir::Cache::Archives="$tool/archives" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o APT::Sandbox::User=root \
		-o APT::Update::Post-Invoke-Success::=true "$@"
}

# The first archive that carries this machine's own release is the mirror.
mirror() {
	. /etc/os-release
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
		awk -v r="$VERSION_CODENAME" '$2 == r && $3 == "main" { print $1; exit }'
}

# Mounts and processes end with the command, however that ends. These replace
# the shell: they run in a pipe, or in the background by slow().
apart() { exec unshare --mount --pid --fork --kill-child --propagation private "$@"; }

in_root() {
	apart sh -eu -c '
		root=$1; shift
		mount --rbind /dev "$root/dev"
		mount -t proc proc "$root/proc"
		exec chroot "$root" "$@"' sh "$VOUCH_ROOT" "$@"
}

# slow ROOT COMMAND...: its output goes to the log, a line of progress to the
# terminal every 15 s.
slow() {
	watched=$1 passed=0
	shift
	"$@" >> "$log" 2>&1 < /dev/null &
	job=$!
	trap 'kill -KILL "$job" 2>/dev/null; exit 130' INT TERM HUP
	while kill -0 "$job" 2>/dev/null; do
		sleep 1
		passed=$((passed + 1))
		[ $((passed % 15)) != 0 ] ||
			say "$(find "$watched/var/lib/dpkg/info" -name '*.list' 2>/dev/null | wc -l)" \
				"packages so far ($passed s)"
	done
	trap - INT TERM HUP
	wait "$job" && return
	tail -n 20 "$log" >&2
	return 1
}

apt_in() { in_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y "$@"; }

base() {
	url=$(mirror)
	[ -n "$url" ] || die "no Debian archive in this machine's apt sources"
	say "building the Debian 13 root in $VOUCH_ROOT (about 3 minutes)"
	own_apt update || die "apt-get update failed: is the Debian mirror reachable?"
	(cd "$tool" && own_apt download mmdebstrap debian-archive-keyring)
	for deb in "$tool"/*.deb; do dpkg -x "$deb" "$tool/x"; done
	rm -rf "$VOUCH_ROOT.new"
	aptopt=
	apt-config dump Acquire::http::Proxy > "$tool/apt.conf"
	[ -s "$tool/apt.conf" ] && aptopt="--aptopt=$tool/apt.conf"
	keyring=$tool/x/usr/share/keyrings/debian-archive-keyring.gpg
	printf '%s\n' \
		"deb [signed-by=$keyring] $url trixie main" \
		"deb [signed-by=$keyring] $url trixie-updates main" \
		"deb [signed-by=$keyring] $url trixie-backports main" > "$tool/sources.list"
	# shellcheck disable=SC2086
	slow "$VOUCH_ROOT.new" apart --mount-proc env TMPDIR="$tool/tmp" \
		"$tool/x/usr/bin/mmdebstrap" --mode=root --variant=apt --quiet $aptopt \
		--aptopt='APT::Install-Recommends "false"' \
		--include="$(sed -n '/^[a-z]/{/^bpo:/!p}' "$here/packages" | paste -sd,)" \
		trixie "$VOUCH_ROOT.new" "$tool/sources.list" || die "mmdebstrap failed"
	sed 's| \[signed-by=[^]]*\]||' "$tool/sources.list" > "$VOUCH_ROOT.new/etc/apt/sources.list"
	rm -f "$VOUCH_ROOT.new"/etc/apt/sources.list.d/*
	rm -rf "$VOUCH_ROOT"
	mv "$VOUCH_ROOT.new" "$VOUCH_ROOT"
}

# Releases that the references and tests are built from: the two newest
# published in backports, then the newest of the release itself.
releases() {
	in_root apt-cache search --names-only '^linux-image-[0-9].*[0-9]-amd64$' |
		cut -d' ' -f1 | sed 's/^linux-image-//' | sort -rV > "$tool/images"
	in_root sh -c 'xargs -I% apt-cache show linux-image-%' < "$tool/images" |
		awk '/^Package:/ { p = $2 } /^Version:/ { print substr(p, 13), $2 }' > "$tool/versions"
	awk '$2 ~ /~bpo/ { print $1 }' "$tool/versions" | head -n 2
	awk '$2 !~ /~bpo/ { print $1 }' "$tool/versions" | head -n 1
}

# Releases that the module must build for too: all whose headers are published,
# be their images or not.
buildable() {
	in_root apt-cache search --names-only '^linux-headers-[0-9].*[0-9]-amd64$' |
		cut -d' ' -f1 | sed 's/^linux-headers-//' | sort -V
}

[ -x "$VOUCH_ROOT/usr/bin/apt-get" ] || base
cp /etc/resolv.conf "$VOUCH_ROOT/etc/resolv.conf" 2>/dev/null || :
slow "$VOUCH_ROOT" apt_in update || die "apt-get update failed: is the Debian mirror reachable?"
say "installing the tools, QEMU and kernel headers"
# shellcheck disable=SC2046
slow "$VOUCH_ROOT" apt_in install --no-install-recommends $(sed -n '/^[a-z]/{/^bpo:/!p}' "$here/packages")
# shellcheck disable=SC2046
slow "$VOUCH_ROOT" apt_in install --no-install-recommends -t trixie-backports \
	$(sed -n 's/^bpo://p' "$here/packages")
releases > "$VOUCH_ROOT/etc/vouch-kernels"
[ "$(wc -l < "$VOUCH_ROOT/etc/vouch-kernels")" = 3 ] ||
	die "expected two backports kernels and one release kernel: $(cat "$tool/versions")"
buildable | grep -vxFf "$VOUCH_ROOT/etc/vouch-kernels" > "$VOUCH_ROOT/etc/vouch-headers" || :
# shellcheck disable=SC2046
slow "$VOUCH_ROOT" apt_in install --no-install-recommends \
	$(cat "$VOUCH_ROOT/etc/vouch-kernels" "$VOUCH_ROOT/etc/vouch-headers" | sed 's/^/linux-headers-/')
rm -f "$VOUCH_ROOT"/var/cache/apt/archives/*.deb
echo "$want" > "$stamp"
say "ready"
