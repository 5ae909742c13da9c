// SPDX-License-Identifier: GPL-2.0-only
/* A proximity session (Documentation/proximity.rst): its times, and its part of a package. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "private.h"

#define WORD_SIZE	8
#define TIME_SIZE	4
#define P5		5
#define MEDIAN		50

static int check(const struct vouch_ioc_proximity *arg, const struct vouch_exchange *ex)
{
	uint64_t sum = 0;

	if (!arg->out_len || arg->out_len > sizeof(ex->seen) || arg->end < arg->begin)
		return -EIO;
	for (uint32_t i = 0; i < ex->rounds; i++)
		sum += ex->list[i].ns;
	return sum > arg->end - arg->begin ? -EIO : 0;
}

/**
 * vouch_exchange_run() - have a proximity session
 * @dev: open device, of a guest's function
 * @nonce: as in the request for the evidence that it goes with
 * @rounds: VOUCH_ROUNDS_MIN to VOUCH_ROUNDS_MAX
 * @ex: result
 *
 * Return: 0; -ESTALE if the session ended before it was signed, -EACCES on a host's
 * function, -EOPNOTSUPP for a card without, -EBUSY while there is another session,
 * -EIO if the answer makes no sense, or the request's errno.
 */
int vouch_exchange_run(struct vouch_device *dev, const uint8_t nonce[VOUCH_DIGEST_SIZE],
		       uint32_t rounds, struct vouch_exchange *ex)
{
	struct vouch_ioc_proximity arg = {
		.size = sizeof(arg),
		.count = rounds,
		.out_len = sizeof(ex->seen),
		.rounds = (uintptr_t)ex->list,
		.out = (uintptr_t)ex->seen,
	};
	int ret;

	if (rounds < VOUCH_ROUNDS_MIN || rounds > VOUCH_ROUNDS_MAX)
		return -EINVAL;
	memcpy(arg.nonce, nonce, sizeof(arg.nonce));
	ret = vouch_device_call(dev, VOUCH_IOC_PROXIMITY, &arg);
	if (ret)
		return ret == -ENOENT ? -ESTALE : ret;
	ex->rounds = rounds;
	ret = check(&arg, ex);
	if (ret)
		return ret;
	ex->seen_len = arg.out_len;
	ex->begin = arg.begin;
	ex->end = arg.end;
	memcpy(ex->secret, arg.secret, sizeof(ex->secret));
	memcpy(ex->session, arg.session, sizeof(ex->session));
	memcpy(ex->commitment, arg.commitment, sizeof(ex->commitment));
	return 0;
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The ranks of proximity.rst: each is a time that occurred. */
static void take_times(struct vouch_times *times, uint32_t *ns, size_t count)
{
	qsort(ns, count, sizeof(*ns), compare);
	times->min = ns[0];
	times->p5 = ns[(count - 1) * P5 / 100];
	times->median = ns[(count - 1) * MEDIAN / 100];
}

static uint32_t get_le32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* What the card saw, as Documentation/vouch.cddl has it; nothing in it is verified. */
static int find_stamps(const void *seen, size_t len, uint32_t rounds, struct cbor_in *stamps)
{
	struct cbor_in in = { .at = seen, .left = len }, transcript, table, challenges;
	int ret = cbor_in_array(&in, 4);

	if (!ret)
		ret = cbor_in_bytes(&in, &transcript);
	if (!ret)
		ret = cbor_in_bytes(&in, &table);
	if (!ret)
		ret = cbor_in_bytes(&in, &challenges);
	if (!ret)
		ret = cbor_in_bytes(&in, stamps);
	if (ret)
		return ret;
	if (in.left || table.left != (size_t)rounds * WORD_SIZE ||
	    challenges.left != table.left || stamps->left != (size_t)rounds * 2 * TIME_SIZE)
		return -EBADMSG;
	return 0;
}

/**
 * vouch_exchange_measure() - how long the rounds of a session took
 * @ex: the session
 * @near: result, on both clocks
 *
 * Return: 0, or -EBADMSG if what the card returned is not what the grammar allows.
 */
int vouch_exchange_measure(const struct vouch_exchange *ex, struct vouch_near *near)
{
	uint32_t ns[VOUCH_ROUNDS_MAX];
	struct cbor_in stamps;
	int ret;

	if (ex->rounds < VOUCH_ROUNDS_MIN || ex->rounds > VOUCH_ROUNDS_MAX)
		return -EINVAL;
	ret = find_stamps(ex->seen, ex->seen_len, ex->rounds, &stamps);
	if (ret)
		return ret;
	near->rounds = ex->rounds;
	for (uint32_t i = 0; i < ex->rounds; i++)
		ns[i] = ex->list[i].ns;
	take_times(&near->guest, ns, ex->rounds);
	/* Before the first challenge the card waited for no response to arrive. */
	for (uint32_t i = 1; i < ex->rounds; i++)
		ns[i - 1] = get_le32(stamps.at + (size_t)i * 2 * TIME_SIZE);
	take_times(&near->card, ns, ex->rounds - 1);
	return 0;
}

/* vouch_exchange_have() - have a session and measure it, if it is to have any rounds */
int vouch_exchange_have(struct vouch_device *dev, const uint8_t nonce[VOUCH_DIGEST_SIZE],
			uint32_t rounds, struct vouch_exchange *ex, struct vouch_near *near)
{
	int ret = rounds ? vouch_exchange_run(dev, nonce, rounds, ex) : 0;

	return ret || !rounds ? ret : vouch_exchange_measure(ex, near);
}

static void put_le(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void put_lists(struct cbor_out *out, const struct vouch_exchange *ex)
{
	uint8_t words[2][VOUCH_ROUNDS_MAX * WORD_SIZE], times[VOUCH_ROUNDS_MAX * TIME_SIZE];

	for (size_t i = 0; i < ex->rounds; i++) {
		put_le(words[0] + i * WORD_SIZE, ex->list[i].challenge, WORD_SIZE);
		put_le(words[1] + i * WORD_SIZE, ex->list[i].response, WORD_SIZE);
		put_le(times + i * TIME_SIZE, ex->list[i].ns, TIME_SIZE);
	}
	cbor_out_int(out, 3);
	cbor_out_bytes(out, words[0], (size_t)ex->rounds * WORD_SIZE);
	cbor_out_int(out, 4);
	cbor_out_bytes(out, words[1], (size_t)ex->rounds * WORD_SIZE);
	cbor_out_int(out, 5);
	cbor_out_bytes(out, times, (size_t)ex->rounds * TIME_SIZE);
}

/* vouch_exchange_put() - append "proximity" of a package as a byte string */
void vouch_exchange_put(struct cbor_out *out, const struct vouch_exchange *ex)
{
	uint8_t buf[2 * VOUCH_PROXIMITY_MAX];
	struct cbor_out part = { .buf = buf, .size = sizeof(buf) };

	cbor_out_map(&part, 9);
	cbor_out_int(&part, 0);
	cbor_out_bytes(&part, ex->secret, sizeof(ex->secret));
	cbor_out_int(&part, 1);
	cbor_out_bytes(&part, ex->session, sizeof(ex->session));
	cbor_out_int(&part, 2);
	cbor_out_bytes(&part, ex->commitment, sizeof(ex->commitment));
	put_lists(&part, ex);
	cbor_out_int(&part, 6);
	cbor_out_array(&part, 2);
	cbor_out_uint(&part, ex->begin);
	cbor_out_uint(&part, ex->end);
	cbor_out_int(&part, 7);
	cbor_out_bytes(&part, ex->seen, ex->seen_len);
	cbor_out_int(&part, 8);
	cbor_out_text(&part, VOUCH_CLOCK_NAME);
	if (part.full)
		out->full = true;
	cbor_out_bytes(out, buf, part.full ? 0 : part.len);
}
