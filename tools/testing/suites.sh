# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For a script that runs suites: it sets $logs, a folder for what they print,
# sources this from the tree's root, and ends with `finish`.

rm -rf "${logs:?}"
mkdir -p "$logs/counts"

bold=
plain=
[ -t 1 ] && bold=$(printf '\033[1m') plain=$(printf '\033[0m')

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
number() { grep -cE "$1" "$2" || :; }

# watched NAME LOG COMMAND...: run it, with a sign of life every 30 s.
job=
watched() {
	local name=$1 log=$2 begin=$SECONDS next=30
	shift 2
	"$@" > "$log" 2>&1 < /dev/null &
	job=$!
	while kill -0 "$job" 2> /dev/null; do
		sleep 0.5
		[ $((SECONDS - begin)) -ge "$next" ] || continue
		next=$((next + 30))
		say "  $name, $((SECONDS - begin)) s: $(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c 1-80)"
	done
	wait "$job"
}

# step NAME COMMAND...: what the suites need; its failure ends the run.
step() {
	local name=$1 log=$logs/$1.log begin=$SECONDS
	shift
	say "$name ..."
	if watched "$name" "$log" "$@"; then
		say "$name: done ($((SECONDS - begin)) s)"
		return
	fi
	tail -n 40 "$log"
	say "${bold}FAILED${plain} $name: $log"
	echo "0 passed, 1 failed"
	exit 1
}

# suite NAME SECONDS COMMAND...
suite() {
	local name=$1 limit=$2 log=$logs/$1.log begin=$SECONDS status=0
	shift 2
	case " ${CHECK_SUITES:-$name} " in *" $name "*) ;; *) return ;; esac
	say "$name ..."
	watched "$name" "$log.raw" timeout -k 20 "$limit" "$@" || status=$?
	[ "$status" != 124 ] || echo "Bail out! timed out after $limit s" >> "$log.raw"
	awk -v program="$name" -v status="$status" -f tools/testing/tap-merge.awk "$log.raw" > "$log"
	local good bad skip
	skip=$(number '^ok .*# SKIP' "$log")
	good=$(($(number '^ok ' "$log") - skip))
	bad=$(number '^not ok ' "$log")
	echo "$good $bad $skip" > "$logs/counts/$name"
	if [ "$bad" = 0 ]; then
		say "ok     $name ($good tests, $((SECONDS - begin)) s)"
	else
		awk '/^not ok/ { print; left = 20; next } /^ok/ { left = 0 } left-- > 0' "$log" |
			head -n 60
		say "${bold}FAILED${plain} $name ($bad of $((good + bad)) tests, $((SECONDS - begin)) s): $log"
	fi
}

# side_by_side FUNCTION...: each runs suites; one that breaks off is a failure.
side_by_side() {
	local each
	for each; do
		(
			trap 'kill "$job" 2> /dev/null; exit 130' INT TERM
			echo "0 1 0" > "$logs/counts/.$each"
			"$each"
			rm "$logs/counts/.$each"
		) &
		lanes+=($!)
	done
	wait "${lanes[@]}"
	for each in "$logs"/counts/.[a-z]*; do
		[ ! -e "$each" ] || say "${bold}FAILED${plain} ${each##*/.}: broke off"
	done
	lanes=()
}

finish() {
	local passed failed skipped
	read -r passed failed skipped < <(find "$logs/counts" -type f -exec cat {} + |
		awk '{ good += $1; bad += $2; skip += $3 } END { print good + 0, bad + 0, skip + 0 }')
	say "results in $logs"
	[ "$skipped" = 0 ] || say "$skipped skipped"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

lanes=()
trap 'kill "${lanes[@]}" "$job" 2> /dev/null; echo; say interrupted; exit 130' INT TERM
