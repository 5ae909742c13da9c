# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of vouch(1) for bash.

_vouch_devices() {
	local path
	for path in /sys/class/vouch/vouch*; do
		[[ -e $path ]] && echo "${path##*/vouch}"
	done
}

_vouch() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' word words='--device --json --help'

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		info | log | attest | measure | assign | withdraw | latency | calibrate)
			verb=$word
			break
			;;
		esac
	done
	case $prev in
	--device)
		mapfile -t COMPREPLY < <(compgen -W "$(_vouch_devices)" -- "$cur")
		return
		;;
	--nonce-file | --out | --key | --raw | --policy)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
		return
		;;
	--subject)
		mapfile -t COMPREPLY < <(compgen -W 'hypervisor os both' -- "$cur")
		return
		;;
	--nonce | --from | --timeout | --name | --interval | --count | --ring | \
		--sessions | --over | --rounds | --margin | --model)
		return
		;;
	esac
	case $verb in
	'') words+=' --version info log attest measure assign withdraw latency calibrate' ;;
	log) words+=' --log --from --follow --raw' ;;
	attest) words+=' --nonce --nonce-file --out --key --ebpf --proximity --policy --subject --own-signature --no-log --timeout' ;;
	measure) words+=' --name' ;;
	calibrate) words+=' --policy --out --sessions --over --rounds --margin --model --bus' ;;
	latency) words+=' --interval --count --ring' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	if [[ $verb == measure && $cur != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
	fi
}

complete -F _vouch vouch
