// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module of the driver's name and with its tracepoints, but without a card: what it
 * tells of a command is what is written to its parameter "command", "DOORBELL FOUND
 * ANNOUNCED": two times, and whether an interrupt brought the answer.
 */

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <vouch/wire.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

static int command_tell(const char *text, const struct kernel_param *kp)
{
	u64 doorbell, found;
	u16 announced;

	if (sscanf(text, "%llu %llu %hu", &doorbell, &found, &announced) != 3)
		return -EINVAL;
	trace_vouch_doorbell(0, 0, 1, VOUCH_OP_ATTEST, doorbell);
	trace_vouch_complete(0, 0, 1, VOUCH_OP_ATTEST, VOUCH_ST_OK, doorbell, found, 0,
			     announced);
	return 0;
}

static const struct kernel_param_ops command_ops = { .set = command_tell };
module_param_cb(command, &command_ops, NULL, 0200);
MODULE_PARM_DESC(command, "what to tell: DOORBELL FOUND ANNOUNCED");

MODULE_DESCRIPTION("Test module: the driver's tracepoints with times of one's choice");
MODULE_LICENSE("GPL");
