// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "call.h"

/**
 * vouch_call_log - the log that a command names, if this function may see it
 * @call: arg0 is the log
 * @log: returns the log
 *
 * A host sees log 0; a guest with an instance sees log 0 and its own.
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_call_log(const struct vouch_call *call, struct vouch_log **log)
{
	if (call->arg0 >= call->card->config->functions)
		return VOUCH_ST_NOT_FOUND;
	if (call->arg0 && call->arg0 != call->function)
		return VOUCH_ST_ROLE;
	if (call->function && !call->self->assigned)
		return VOUCH_ST_UNASSIGNED;
	*log = call->arg0 ? &call->self->log : &call->card->log;
	return VOUCH_ST_OK;
}

/**
 * vouch_call_put - write a command's whole output
 * @call: the command
 * @data: what to write, unused when it does not fit
 * @len: bytes at @data
 *
 * Return: VOUCH_ST_OK or VOUCH_ST_SMALL.
 */
enum vouch_status vouch_call_put(struct vouch_call *call, const void *data, size_t len)
{
	call->out_len = len;
	if (len > call->out_cap)
		return VOUCH_ST_SMALL;
	memcpy(call->out, data, len);
	return VOUCH_ST_OK;
}

/**
 * vouch_call_status - the status for an error inside the card
 * @error: 0 or a negative errno
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_call_status(int error)
{
	switch (error) {
	case 0:
		return VOUCH_ST_OK;
	case -ENOSPC:
		return VOUCH_ST_FULL;
	case -EDQUOT:
		return VOUCH_ST_QUOTA;
	case -EIO:
		return VOUCH_ST_STORAGE;
	default:
		return VOUCH_ST_INTERNAL;
	}
}
