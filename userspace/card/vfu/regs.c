// SPDX-License-Identifier: GPL-2.0-only
/* BAR 0: the registers and doorbells of <vouch/regs.h>. */
#include <errno.h>

#include "function.h"

static uint32_t read_function(const struct vouch_function *f)
{
	return f->number | (uint32_t)vouch_card_role(f->number) << VOUCH_FUNCTION_ROLE_SHIFT;
}

static uint32_t read_time_low(struct vouch_function *f)
{
	uint64_t now = vouch_card_now(f->card);

	f->regs.time_high = (uint32_t)(now >> 32);
	return (uint32_t)now;
}

static uint32_t read_cap(const struct vouch_function *f)
{
	return (VOUCH_QSIZE_MAX & VOUCH_CAP_QSIZE_MASK) | VOUCH_CAP_BATCH |
	       (vouch_card_role(f->number) == VOUCH_ROLE_GUEST ? VOUCH_CAP_PROXIMITY : 0);
}

static uint64_t read_response(struct vouch_function *f)
{
	return vouch_card_response(f->card, f->number, vouch_card_now(f->card));
}

static uint32_t read_response_low(struct vouch_function *f)
{
	uint64_t response = read_response(f);

	f->regs.response_high = (uint32_t)(response >> 32);
	return (uint32_t)response;
}

static uint32_t read_response_high(struct vouch_function *f)
{
	uint32_t high = f->regs.response_high;

	f->regs.response_high = 0;
	return high;
}

static uint32_t read_32(struct vouch_function *f, uint64_t at)
{
	const struct vouch_regs *r = &f->regs;

	switch (at) {
	case VOUCH_REG_MAGIC:
		return VOUCH_MAGIC;
	case VOUCH_REG_VERSION:
		return VOUCH_VERSION;
	case VOUCH_REG_CAP:
		return read_cap(f);
	case VOUCH_REG_STATUS:
		return r->status;
	case VOUCH_REG_FUNCTION:
		return read_function(f);
	case VOUCH_REG_TIME:
		return read_time_low(f);
	case VOUCH_REG_TIME + 4:
		return r->time_high;
	case VOUCH_REG_CONTROL:
		return r->control;
	case VOUCH_REG_QSIZE:
		return r->qsize;
	case VOUCH_REG_SQ_BASE:
		return (uint32_t)r->sq_base;
	case VOUCH_REG_SQ_BASE + 4:
		return (uint32_t)(r->sq_base >> 32);
	case VOUCH_REG_CQ_BASE:
		return (uint32_t)r->cq_base;
	case VOUCH_REG_CQ_BASE + 4:
		return (uint32_t)(r->cq_base >> 32);
	case VOUCH_REG_RESPONSE:
		return read_response_low(f);
	case VOUCH_REG_RESPONSE + 4:
		return read_response_high(f);
	default:
		return 0;
	}
}

static uint64_t read_64(struct vouch_function *f, uint64_t at)
{
	switch (at) {
	case VOUCH_REG_TIME:
		return vouch_card_now(f->card);
	case VOUCH_REG_SQ_BASE:
		return f->regs.sq_base;
	case VOUCH_REG_CQ_BASE:
		return f->regs.cq_base;
	case VOUCH_REG_RESPONSE:
		return read_response(f);
	default:
		return 0;
	}
}

/**
 * vouch_regs_read() - read a register
 * @f: the function
 * @at: offset in BAR 0
 * @len: of the access
 *
 * Return: its value, or 0 for an access that the interface does not know.
 */
uint64_t vouch_regs_read(struct vouch_function *f, uint64_t at, size_t len)
{
	if (at % len)
		return 0;
	if (len == 4)
		return read_32(f, at);
	return len == 8 ? read_64(f, at) : 0;
}

static void set_low(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & ~0xffffffffULL) | value;
}

static void set_high(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & 0xffffffffULL) | (uint64_t)value << 32;
}

static void write_control(struct vouch_function *f, uint32_t value)
{
	uint32_t next = value & VOUCH_CONTROL_ENABLE;
	uint32_t was = f->regs.control;

	f->regs.control = next;
	if (next == was)
		return;
	if (next)
		vouch_function_enable(f);
	else
		vouch_function_disable(f);
}

/* What the queues run on cannot be moved under them. */
static void write_setup(struct vouch_regs *r, uint64_t at, uint32_t value)
{
	if (r->control & VOUCH_CONTROL_ENABLE)
		return;
	switch (at) {
	case VOUCH_REG_QSIZE:
		r->qsize = value;
		break;
	case VOUCH_REG_SQ_BASE:
		set_low(&r->sq_base, value);
		break;
	case VOUCH_REG_SQ_BASE + 4:
		set_high(&r->sq_base, value);
		break;
	case VOUCH_REG_CQ_BASE:
		set_low(&r->cq_base, value);
		break;
	case VOUCH_REG_CQ_BASE + 4:
		set_high(&r->cq_base, value);
		break;
	}
}

static void write_challenge(struct vouch_function *f, uint64_t challenge)
{
	vouch_card_challenge(f->card, f->number, challenge, vouch_card_now(f->card));
}

static void write_32(struct vouch_function *f, uint64_t at, uint32_t value)
{
	switch (at) {
	case VOUCH_REG_CONTROL:
		write_control(f, value);
		break;
	case VOUCH_REG_SQ_TAIL:
		if (vouch_queue_submitted(&f->queue, value))
			vouch_function_fail(f, "SQ_TAIL is outside the ring");
		break;
	case VOUCH_REG_CQ_HEAD:
		if (vouch_queue_consumed(&f->queue, value))
			vouch_function_fail(f, "CQ_HEAD passes what was posted");
		break;
	case VOUCH_REG_CHALLENGE:
		f->regs.challenge_low = value;
		break;
	case VOUCH_REG_CHALLENGE + 4:
		write_challenge(f, (uint64_t)value << 32 | f->regs.challenge_low);
		break;
	default:
		write_setup(&f->regs, at, value);
	}
}

/**
 * vouch_regs_write() - write a register
 * @f: the function
 * @at: offset in BAR 0
 * @len: of the access
 * @value: little endian
 *
 * An access that the interface does not know does nothing.
 */
void vouch_regs_write(struct vouch_function *f, uint64_t at, size_t len, uint64_t value)
{
	if (at % len)
		return;
	if (len == 4) {
		write_32(f, at, (uint32_t)value);
	} else if (len == 8 && at == VOUCH_REG_CHALLENGE) {
		write_challenge(f, value);
	} else if (len == 8 && (at == VOUCH_REG_SQ_BASE || at == VOUCH_REG_CQ_BASE)) {
		write_setup(&f->regs, at, (uint32_t)value);
		write_setup(&f->regs, at + 4, (uint32_t)(value >> 32));
	}
}
