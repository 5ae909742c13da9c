// SPDX-License-Identifier: GPL-2.0-only
/* Reading logs. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/**
 * vouch_log_state() - one log at this moment
 * @dev: open device
 * @log: 0, or the number of a guest function
 * @state: result
 *
 * Return: 0, -EIO if the answer makes no sense, or the request's errno.
 */
int vouch_log_state(struct vouch_device *dev, uint32_t log, struct vouch_log *state)
{
	struct vouch_ioc_log_state arg = { .size = sizeof(arg), .log = log };
	int ret;

	ret = vouch_device_call(dev, VOUCH_IOC_LOG_STATE, &arg);
	if (ret)
		return ret;
	state->id = le32toh(arg.state.log);
	state->count = le64toh(arg.state.count);
	state->current = le64toh(arg.state.current_record);
	memcpy(state->instance, arg.state.instance, sizeof(state->instance));
	memcpy(state->pcr, arg.state.pcr, sizeof(state->pcr));
	memcpy(state->root, arg.state.root, sizeof(state->root));

	if (state->id != log)
		return -EIO;
	if (state->current != VOUCH_NO_REF && state->current >= state->count)
		return -EIO;
	return 0;
}

struct walk {
	struct vouch_device *dev;
	uint32_t log;
	uint64_t at;		/* number of the next record */
	uint64_t to;
	vouch_log_fn fn;
	void *ctx;
	uint8_t *buf;		/* VOUCH_TRANSFER_MAX bytes */
	uint32_t len;
};

/* Fetches the items from @at; no items means the end of the log. */
static int fetch(struct walk *w, uint64_t *next)
{
	struct vouch_ioc_log_read arg = {
		.size = sizeof(arg),
		.log = w->log,
		.out_len = VOUCH_TRANSFER_MAX,
		.from = w->at,
		.out = (uintptr_t)w->buf,
	};
	bool moved;
	int ret;

	ret = vouch_device_call(w->dev, VOUCH_IOC_LOG_READ, &arg);
	if (ret)
		return ret;
	moved = arg.next != w->at;
	if (arg.out_len > VOUCH_TRANSFER_MAX || arg.next < w->at)
		return -EIO;
	if (moved != !!arg.out_len)
		return -EIO;
	w->len = arg.out_len;
	*next = arg.next;
	return 0;
}

/* Passes on what was fetched, up to @to. */
static int deliver(struct walk *w)
{
	struct vouch_record rec;
	size_t used;
	int kind, ret;

	for (uint32_t pos = 0; pos < w->len; pos += (uint32_t)used) {
		kind = vouch_record_decode(w->buf + pos, w->len - pos, &rec, &used);
		if (kind < 0)
			return kind;
		if (kind && w->at >= w->to)
			return 0;
		if (kind && (rec.log != w->log || rec.number != w->at))
			return -EBADMSG;
		ret = w->fn(w->ctx, kind ? &rec : NULL, w->buf + pos, used);
		if (ret)
			return ret;
		w->at += kind ? 1 : 0;
	}
	return 0;
}

static int walk(struct walk *w)
{
	uint64_t next;
	int ret;

	while (w->at < w->to) {
		ret = fetch(w, &next);
		if (ret)
			return ret;
		if (next == w->at)
			return w->to == VOUCH_LOG_END ? 0 : -EIO;
		ret = deliver(w);
		if (ret)
			return ret;
		if (w->at != (next < w->to ? next : w->to))
			return -EIO;
	}
	return 0;
}

/**
 * vouch_log_walk() - read a log, item by item
 * @dev: open device
 * @log: 0, or the number of a guest function
 * @from: first record wanted
 * @to: the record to stop before, or VOUCH_LOG_END
 * @fn: called with each record and checkpoint in order; an error of its ends
 *	the walk
 * @ctx: for @fn
 * @next: returns the record to go on with; may be NULL
 *
 * Memory does not grow with the log.
 *
 * Return: 0; -EIO if the log ends before @to or the answers contradict
 * themselves, -EBADMSG for an item that is no record, out of order or of
 * another log, or the errno of the request or of @fn.
 */
int vouch_log_walk(struct vouch_device *dev, uint32_t log, uint64_t from, uint64_t to,
		   vouch_log_fn fn, void *ctx, uint64_t *next)
{
	struct walk w = { .dev = dev, .log = log, .at = from, .to = to, .fn = fn, .ctx = ctx };
	int ret;

	w.buf = malloc(VOUCH_TRANSFER_MAX);
	if (!w.buf)
		return -ENOMEM;
	ret = walk(&w);
	free(w.buf);
	if (next)
		*next = w.at;
	return ret;
}
