// SPDX-License-Identifier: GPL-2.0-only
/* Completions on their way into the ring, and those that no command asked for. */
#include <stddef.h>
#include <string.h>

#include "../function.h"
#include "hostile.h"

#define BODY	offsetof(struct vouch_cpl, sq_head)

int __real_vouch_dma_write(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len);
int __wrap_vouch_dma_write(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len);
int __real_vouch_dma_publish(struct vouch_dma *dma, uint64_t iova, uint64_t value);
int __wrap_vouch_dma_publish(struct vouch_dma *dma, uint64_t iova, uint64_t value);
int __real_vouch_queue_post(struct vouch_function *f);
int __wrap_vouch_queue_post(struct vouch_function *f);

static bool altered;	/* the completion that is being written */

static uint32_t odd_length(void)
{
	static const uint32_t lengths[] = {
		0, 1, 55, 57, 119, 4096, 8192, 8193, 65535, 65536, 65537, 0x7fffffff, 0x80000000,
		0xfffffffe, 0xffffffff,
	};

	return lengths[hostile_below(sizeof(lengths) / sizeof(lengths[0]))];
}

static void alter_field(struct vouch_cpl *cpl)
{
	switch (hostile_below(8)) {
	case 0:
		cpl->cid ^= (uint16_t)(1U << hostile_below(16));
		break;
	case 1:
		cpl->cid = (uint16_t)hostile_random();
		break;
	case 2:
		cpl->status = (uint16_t)hostile_below(16);
		break;
	case 3:
		cpl->status = (uint16_t)hostile_random();
		break;
	case 4:
		cpl->out_len = odd_length();
		break;
	case 5:
		cpl->out_len = (uint32_t)hostile_random();
		break;
	case 6:
		cpl->result = hostile_below(2) ? hostile_random() : ~0ULL;
		break;
	case 7:
		cpl->t_rx = hostile_below(2) ? hostile_random() : ~0ULL;
		break;
	}
}

static void alter_tail(struct vouch_cpl *cpl)
{
	switch (hostile_below(4)) {
	case 0:
		cpl->sq_head = (uint16_t)hostile_random();
		break;
	case 1:
		/* The bit that counts is kept: it decides whether this is looked at. */
		cpl->phase = (uint16_t)((hostile_random() & 0xfffe) | (cpl->phase & 1));
		break;
	case 2:
		cpl->rsv = (uint32_t)hostile_random();
		break;
	}
}

static bool in_ring(const struct vouch_queue *q, uint64_t iova)
{
	return q->running && iova >= q->cq_base &&
	       iova < q->cq_base + q->size * sizeof(struct vouch_cpl);
}

static int write_body(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len)
{
	struct vouch_cpl cpl = { 0 };

	memcpy(&cpl, buf, len);
	altered = hostile_below(1000) < hostile.rate;
	if (altered) {
		alter_field(&cpl);
		hostile.count[HOSTILE_ANSWERS]++;
	}
	return __real_vouch_dma_write(dma, iova, &cpl, len);
}

static int write_output(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len)
{
	static uint8_t copy[VOUCH_TRANSFER_MAX];
	uint32_t flips = 1 + hostile_below(16);
	size_t i;

	if (!len || len > sizeof(copy) || hostile_below(1000) >= hostile.rate)
		return __real_vouch_dma_write(dma, iova, buf, len);
	memcpy(copy, buf, len);
	if (hostile_below(4))
		while (flips--)
			copy[hostile_below((uint32_t)len)] ^= (uint8_t)(1 + hostile_below(255));
	else
		for (i = 0; i < len; i++)
			copy[i] = (uint8_t)hostile_random();
	hostile.count[HOSTILE_OUTPUTS]++;
	return __real_vouch_dma_write(dma, iova, copy, len);
}

int __wrap_vouch_dma_write(struct vouch_dma *dma, uint64_t iova, const void *buf, size_t len)
{
	const struct vouch_function *f =
		(const void *)((const uint8_t *)dma - offsetof(struct vouch_function, dma));

	altered = false;
	if (!hostile_now())
		return __real_vouch_dma_write(dma, iova, buf, len);
	return len == BODY && in_ring(&f->queue, iova) ? write_body(dma, iova, buf, len) :
							  write_output(dma, iova, buf, len);
}

int __wrap_vouch_dma_publish(struct vouch_dma *dma, uint64_t iova, uint64_t value)
{
	struct vouch_cpl cpl = { 0 };

	if (!hostile_now())
		return __real_vouch_dma_publish(dma, iova, value);
	memcpy((uint8_t *)&cpl + BODY, &value, sizeof(value));
	if (altered || hostile_below(1000) < hostile.rate) {
		alter_tail(&cpl);
		hostile.count[HOSTILE_MUTATED]++;
	}
	if (hostile_below(100000) < hostile.stall) {
		cpl.phase ^= 1;
		hostile.count[HOSTILE_STALLED]++;
	}
	memcpy(&value, (uint8_t *)&cpl + BODY, sizeof(value));
	return __real_vouch_dma_publish(dma, iova, value);
}

/* Of a command in flight, of one that was, or of none. */
static void invent(const struct vouch_queue *q, struct vouch_cpl *cpl)
{
	const struct vouch_cmd *cmd = &q->slots[hostile_below(VOUCH_QSIZE_MAX)].cmd;
	uint8_t *bytes = (uint8_t *)cpl;
	size_t i;

	for (i = 0; i < sizeof(*cpl); i++)
		bytes[i] = (uint8_t)(hostile_below(3) ? 0 : hostile_random());
	if (hostile_below(2))
		cpl->cid = cmd->cid;
	alter_field(cpl);
	/* The very one that is waited for: then the true answer comes too late. */
	if (hostile_below(1000) < hostile.steal && q->count) {
		cpl->cid = q->slots[hostile_below(q->count)].cmd.cid;
		hostile.count[HOSTILE_ANSWERS]++;
	}
	cpl->phase = (uint16_t)((cpl->phase & 0xfffe) | q->phase);
}

/* As many as fit, so that the driver and the card agree on where the ring ends. */
static int flood(struct vouch_function *f)
{
	struct vouch_queue *q = &f->queue;
	uint32_t used = ((q->cq_tail - q->cq_head) & (q->size - 1)) + q->count;
	uint32_t room = used < q->size - 1 ? q->size - 1 - used : 0;
	uint32_t left = hostile_below((room < hostile.flood ? room : hostile.flood) + 1);

	while (left--) {
		uint64_t at = q->cq_base + q->cq_tail * sizeof(struct vouch_cpl), last;
		struct vouch_cpl cpl;

		invent(q, &cpl);
		memcpy(&last, &cpl.sq_head, sizeof(last));
		if (__real_vouch_dma_write(&f->dma, at, &cpl, BODY) ||
		    __real_vouch_dma_publish(&f->dma, at + BODY, last))
			return -1;
		q->cq_tail = (q->cq_tail + 1) & (q->size - 1);
		q->phase ^= !q->cq_tail;
		hostile.count[HOSTILE_MUTATED]++;
		hostile.count[HOSTILE_INVENTED]++;
	}
	return 0;
}

int __wrap_vouch_queue_post(struct vouch_function *f)
{
	int ret;

	if (!hostile_now() || (!f->queue.count && hostile_below(100) >= hostile.echo))
		return __real_vouch_queue_post(f);
	ret = flood(f) ? -1 : __real_vouch_queue_post(f);
	if (ret < 0)
		return ret;
	ret = flood(f);
	vouch_irq_raise(&f->irq, VOUCH_VECTOR_QUEUE);
	return ret;
}
