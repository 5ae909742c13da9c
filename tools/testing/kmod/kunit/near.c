// SPDX-License-Identifier: GPL-2.0-only
/*
 * A proximity session's rounds, each alone on its processor, and on a clock that goes
 * back: kmod/near.c, as it is.
 */

#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

static u64 clock_read(void);
#define ktime_get_raw_ns clock_read
#include "../../../../kmod/near.c"
#undef ktime_get_raw_ns

#include "rig.h"

#define COUNT	4
#define STEP_NS	100

/* It is STEP_NS later with each look at it, but for one. */
static u64 clock_now;
static unsigned int clock_looks;
static unsigned int clock_back_at;
static u64 clock_back_ns;
/* Looks with interrupts on, looks in pairs on two processors, and hashes with them off. */
static unsigned int clock_disturbed;
static unsigned int clock_moved;
static unsigned int clock_held;
static unsigned int clock_cpu;

static u64 clock_read(void)
{
	const unsigned int cpu = raw_smp_processor_id();

	/* The first look is the session's own; then there are two in each round. */
	if (clock_looks) {
		clock_disturbed += !irqs_disabled();
		clock_moved += !(clock_looks & 1) && cpu != clock_cpu;
	}
	clock_cpu = cpu;
	clock_now += STEP_NS;
	return ++clock_looks == clock_back_at ? clock_now - clock_back_ns : clock_now;
}

/* What near.c needs of the rest of the module: nothing here hashes, or asks. */
struct shash_desc *vouch_digest_start(void)
{
	return ERR_PTR(-ENOMEM);
}

int vouch_digest_again(struct shash_desc *desc, const void *data, size_t size, u8 *digest)
{
	clock_held += irqs_disabled() || preempt_count();
	memset(digest, 0x5a, VOUCH_DIGEST_SIZE);
	return 0;
}

int vouch_command_proximity_open(struct vouch_card *card, u32 rounds,
				 const u8 nonce[VOUCH_DIGEST_SIZE],
				 struct vouch_proximity_opened *opened)
{
	return -EIO;
}

int vouch_command_proximity_close(struct vouch_card *card,
				  const u8 session[VOUCH_SESSION_SIZE], void *out, u32 *out_len)
{
	return -EIO;
}

static struct vouch_card *near_card(struct kunit *test)
{
	struct vouch_card *card = rig_card(test);

	init_rwsem(&card->lock);
	card->state = VOUCH_READY;
	return card;
}

/* All rounds, with a clock that is behind by so much at that look. */
static int near_session(struct kunit *test, struct vouch_card *card, unsigned int look, u64 ns,
			struct session **out)
{
	struct session *s = kunit_kzalloc(test, struct_size(s, rounds, COUNT), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	clock_now = NSEC_PER_SEC;
	clock_looks = 0;
	clock_back_at = look;
	clock_back_ns = ns;
	clock_disturbed = 0;
	clock_moved = 0;
	clock_held = 0;
	s->asked = clock_read();
	*out = s;
	return rounds_run(card, s, NULL, COUNT);
}

static void near_goes_on(struct kunit *test)
{
	struct session *s;

	KUNIT_ASSERT_EQ(test, near_session(test, near_card(test), 0, 0, &s), 0);
	KUNIT_EXPECT_EQ(test, s->begin, s->asked + STEP_NS);
	KUNIT_EXPECT_EQ(test, s->last, s->asked + 2 * COUNT * STEP_NS);
	for (unsigned int i = 0; i < COUNT; i++)
		KUNIT_EXPECT_EQ(test, s->rounds[i].ns, STEP_NS);
}

/* Both stamps of a round with interrupts off and on one processor; on again between rounds. */
static void near_alone(struct kunit *test)
{
	struct session *s;

	KUNIT_ASSERT_EQ(test, near_session(test, near_card(test), 0, 0, &s), 0);
	KUNIT_EXPECT_EQ(test, clock_looks, 1 + 2 * COUNT);
	KUNIT_EXPECT_EQ(test, clock_disturbed, 0);
	KUNIT_EXPECT_EQ(test, clock_moved, 0);
	KUNIT_EXPECT_EQ(test, clock_held, 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

/* At any stamp, in a round or between two; by a nanosecond or by more than a round. */
static void near_goes_back(struct kunit *test)
{
	static const u64 back[] = { STEP_NS + 1, 5 * STEP_NS, NSEC_PER_SEC };
	struct vouch_card *card = near_card(test);
	struct session *s;

	for (unsigned int look = 2; look <= 1 + 2 * COUNT; look++)
		for (unsigned int i = 0; i < ARRAY_SIZE(back); i++)
			KUNIT_EXPECT_EQ(test, near_session(test, card, look, back[i], &s), -EIO);
}

/* That it stands still is no reason: a clock may be coarse. */
static void near_stands_still(struct kunit *test)
{
	struct vouch_card *card = near_card(test);
	struct session *s;

	for (unsigned int look = 2; look <= 1 + 2 * COUNT; look++)
		KUNIT_EXPECT_EQ(test, near_session(test, card, look, STEP_NS, &s), 0);
}

static struct kunit_case near_cases[] = {
	KUNIT_CASE(near_goes_on),
	KUNIT_CASE(near_alone),
	KUNIT_CASE(near_goes_back),
	KUNIT_CASE(near_stands_still),
	{ }
};

struct kunit_suite near_suite = {
	.name = "vouch-near",
	.test_cases = near_cases,
};
