// SPDX-License-Identifier: GPL-2.0-only
/* Proximity sessions from honest and hostile cards. */
#include <errno.h>
#include <stdlib.h>

#include "fake.h"
#include "private.h"
#include "tap.h"

static const uint8_t nonce[VOUCH_DIGEST_SIZE];

static int have(struct fake *fake, uint32_t rounds, struct vouch_exchange *ex,
		struct vouch_near *near)
{
	struct vouch_device *dev;
	int ret;

	vouch_device_new(&fake_ops, fake, &dev);
	ret = vouch_exchange_run(dev, nonce, rounds, ex);
	vouch_device_close(dev);
	return ret ? ret : vouch_exchange_measure(ex, near);
}

/* The fake's rounds take 1000 to 1000 + n - 1 ns, and w[i] is 2000 + i. */
static void honest(void)
{
	struct fake fake = { .function = 1 };
	struct vouch_exchange ex;
	struct vouch_near near;

	IS(have(&fake, 128, &ex, &near), 0, "128 rounds");
	IS(near.rounds, 128, "are counted");
	IS(near.guest.min, 1000, "guest: the shortest");
	IS(near.guest.p5, 1006, "guest: rank floor(127 * 5 / 100)");
	IS(near.guest.median, 1063, "guest: rank floor(127 / 2)");
	IS(near.card.min, 2001, "card: the shortest, from the second round on");
	IS(near.card.p5, 2007, "card: rank floor(126 * 5 / 100)");
	IS(near.card.median, 2064, "card: rank 63");
	IS(have(&fake, 2, &ex, &near), 0, "2 rounds");
	IS(near.card.min, 2001, "card: one time alone");
	IS(near.card.median, 2001, "is the median too");
	IS(have(&fake, 256, &ex, &near), 0, "256 rounds");
	IS(have(&fake, 1, &ex, &near), -EINVAL, "one round");
	IS(have(&fake, 257, &ex, &near), -EINVAL, "257 rounds");
}

static void hostile(void)
{
	static const struct {
		enum fake_lie lie;
		int error;
		const char *name;
	} cases[] = {
		{ FAKE_NEAR_EMPTY, -EIO, "nothing that the card saw" },
		{ FAKE_NEAR_LONG, -EIO, "more than the room" },
		{ FAKE_NEAR_GARBAGE, -EBADMSG, "garbage" },
		{ FAKE_NEAR_SHORT, -EBADMSG, "a list that lacks a round" },
		{ FAKE_NEAR_BACKWARDS, -EIO, "a session that ends before it begins" },
		{ FAKE_NEAR_SUM, -EIO, "rounds that are longer than the whole" },
	};
	struct vouch_exchange ex;
	struct vouch_near near;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake = { .function = 1, .lie = cases[i].lie };

		IS(have(&fake, 16, &ex, &near), cases[i].error, "%s", cases[i].name);
	}
}

/* No part of what a card returns passes for the whole of it. */
static void cuts(void)
{
	struct fake fake = { .function = 1 };
	struct vouch_exchange ex;
	struct vouch_near near;
	int passed = 0;
	size_t len;

	have(&fake, 4, &ex, &near);
	len = ex.seen_len;
	for (ex.seen_len = 0; ex.seen_len < len; ex.seen_len++)
		passed += !vouch_exchange_measure(&ex, &near);
	IS(passed, 0, "no cut passes");
	ex.seen[ex.seen_len++] = 0;
	IS(vouch_exchange_measure(&ex, &near), -EBADMSG, "nor a byte more");
}

static void errors(void)
{
	static const struct {
		int from;
		int to;
	} cases[] = {
		{ -ENOENT, -ESTALE }, { -EBUSY, -EBUSY }, { -EOPNOTSUPP, -EOPNOTSUPP },
		{ -EINTR, -EINTR }, { -ENOTTY, -ENOTTY },
	};
	struct vouch_exchange ex;
	struct vouch_near near;
	struct fake host = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake = { .function = 1, .fail = VOUCH_IOC_PROXIMITY,
				     .error = cases[i].from };

		IS(have(&fake, 16, &ex, &near), cases[i].to, "the driver's error comes through");
	}
	IS(have(&host, 16, &ex, &near), -EACCES, "the host's function has no session");
}

int main(void)
{
	honest();
	hostile();
	cuts();
	errors();
	return tap_done();
}
