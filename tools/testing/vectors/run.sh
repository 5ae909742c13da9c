#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [VERIFY FOLDER...]: judge every vector of the folders' manifests with the
# program VERIFY and compare verdict, first reason, its record and the exit
# status, of the text too; neither may hold what could drive a terminal. Prints TAP. Without arguments: build/bin/vouch-verify, the vectors made
# anew, and the fixed ones, which say whether the format has moved.

set -eu
here=$(dirname "$(readlink -f "$0")")
if [ $# = 0 ]; then
	"$here/make_vectors.py" build/vectors/verify
	set -- build/bin/vouch-verify build/vectors/verify "$here/fixed"
fi
verify=$(readlink -f "$1")
shift
count=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What decided: the first bad finding; without one, what was found and where.
decided='
	def record: if .record == null then "-" else (.record | tostring) end;
	if .first_bad then [.verdict, .first_bad.code, (.first_bad | record)]
	elif .verdict == "COULD NOT TELL" then
		([.findings[] | select(.class == "untold")][0]) as $first |
		[.verdict, $first.code, ($first | record)]
	else [.verdict, ([.findings[].code] | join(",")), (.findings[0] // {} | record)]
	end | join("|")'
rows='.[] | [.name, .root, .policy, (.refs | join(" ")), .nonce, .time, .state // "-",
	.subject // "-", .report // false,
	.verdict, .code, (if .record == null then "-" else (.record | tostring) end),
	(.live_updates // 0)] | join("|")'
updates='[(.kernels // [])[] | select(.live_update)] | length'

judge() {
	local args=(--root "$root" --policy "$policy" --nonce "$nonce" --time "$time" "$@") each
	if [ "$report" = true ]; then
		args+=(--outblob "$name.out" --auxblob "$name.aux")
	else
		args+=(--package "$name.cbor")
	fi
	for each in $refs; do
		args+=(--refs "$each")
	done
	if [ "$subject" != - ]; then
		args+=(--subject "$subject")
	fi
	if [ "$state" != - ]; then
		cp "$state" "$work/state.json"
		args+=(--state "$work/state.json")
	fi
	"$verify" "${args[@]}" > "$work/out" 2> "$work/err"
}

# The same for people: as good as the JSON, and both of printable ASCII alone,
# but for DEL, which JSON need not escape.
plain() {
	local status=0
	if LC_ALL=C grep -q $'[^ -\x7f]' "$work/out"; then
		echo "JSON that is not printable"
	fi
	judge --history table < /dev/null || status=$?
	if [ "$status" != "$(expected_status "$verdict")" ]; then
		echo "as text: $status"
	fi
	if LC_ALL=C grep -q '[^ -~]' "$work/out"; then
		echo "text that is not printable"
	fi
}

expected_status() {
	case $1 in
	AUTHENTIC*) echo 0 ;;
	NOT*) echo 1 ;;
	*) echo 2 ;;
	esac
}

for folder; do
	cd "$folder"
	jq -r "$rows" manifest.json > "$work/rows"
	while IFS='|' read -r name root policy refs nonce time state subject report verdict code record live; do
		count=$((count + 1))
		status=0
		judge --json < /dev/null || status=$?
		got="$(jq -r "$decided" < "$work/out" 2>&1 || :)|$status"
		got+="|$(jq -r "$updates" < "$work/out" 2>&1 || :)$(plain)"
		want="$verdict|$code|$record|$(expected_status "$verdict")|$live"
		if [ "$got" = "$want" ]; then
			echo "ok $count - $name: $verdict, $code"
			continue
		fi
		failed=$((failed + 1))
		echo "not ok $count - $name"
		echo "# want $want"
		echo "# got  $got"
		sed 's/^/# /' "$work/err"
	done < "$work/rows"
	cd "$OLDPWD"
done
echo "1..$count"
[ "$count" -gt 0 ] && [ "$failed" = 0 ]
