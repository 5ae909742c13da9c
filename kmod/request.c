// SPDX-License-Identifier: GPL-2.0-only
/* One command to the card: who may send it, and what its status means. */

#include "card.h"
#include "command.h"
#include "queue.h"

static const struct rule {
	const char *name;
	bool host;
	bool guest;
} rules[] = {
#define RULE(name, op, host, guest)	\
	[op] = { #name, host, guest },
	VOUCH_COMMANDS(RULE)
#undef RULE
};

/**
 * vouch_request_error - what the card's status means
 * @req: answered
 *
 * Return: 0 or the errno that uapi/vouch/ioctl.h gives for it.
 */
int vouch_request_error(const struct vouch_request *req)
{
	switch (req->status) {
	case VOUCH_ST_OK:
		return 0;
	case VOUCH_ST_FIELD:
	case VOUCH_ST_LENGTH:
		return -EINVAL;
	case VOUCH_ST_ROLE:
		return -EACCES;
	case VOUCH_ST_SMALL:
		return -ENOBUFS;
	case VOUCH_ST_FULL:
	case VOUCH_ST_QUOTA:
		return -ENOSPC;
	case VOUCH_ST_UNASSIGNED:
		return -ENOLINK;
	case VOUCH_ST_NOT_FOUND:
		return -ENOENT;
	default:
		return -EIO;
	}
}

/**
 * vouch_request_run - send a command that this function's role may send
 * @card: the card
 * @req: see vouch_queue_run()
 *
 * Return: 0 if the card did it, or the errno of why not. Context: sleeps.
 */
int vouch_request_run(struct vouch_card *card, struct vouch_request *req)
{
	const struct rule *rule = &rules[req->opcode];
	int rc;

	if (!(card->role == VOUCH_ROLE_HOST ? rule->host : rule->guest))
		return -EACCES;
	rc = vouch_card_run(card, req);
	if (!rc)
		rc = vouch_request_error(req);
	dev_dbg(&card->dev, "%s: status %u, error %d\n", rule->name, req->status, rc);
	return rc;
}

/**
 * vouch_request_run_exact - the same, for an answer of one fixed struct
 * @card: the card
 * @req: see vouch_queue_run(); an answer that does not fill @out_room is -EIO
 */
int vouch_request_run_exact(struct vouch_card *card, struct vouch_request *req)
{
	int rc = vouch_request_run(card, req);

	return rc || req->out_len == req->out_room ? rc : -EIO;
}
