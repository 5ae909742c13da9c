# SPDX-License-Identifier: GPL-2.0-only
# Where everything that outlives a build is kept. Sourced, never run.
# shellcheck shell=sh disable=SC2034

: "${VOUCH_CACHE:=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vouch}"
VOUCH_ROOT=$VOUCH_CACHE/root
