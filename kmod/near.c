// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's half of a proximity session (Documentation/proximity.rst): each round
 * alone on its processor, and the challenges between them.
 */

#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/irqflags.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <vouch/ioctl.h>

#include "card.h"
#include "command.h"
#include "digest.h"

#define CHAIN_CONTEXT		"vouch/chain/1"
#define CHALLENGE_CONTEXT	"vouch/challenge/1"

/* What is hashed for a key, and for each challenge: their contexts have no NUL. */
struct chain {
	char context[sizeof(CHAIN_CONTEXT) - 1];
	u8 secret[VOUCH_SECRET_SIZE];
	u8 commitment[VOUCH_DIGEST_SIZE];
} __packed;

struct link {
	char context[sizeof(CHALLENGE_CONTEXT) - 1];
	u8 key[VOUCH_DIGEST_SIZE];
	__le32 number;
	__le64 response;
} __packed;

static_assert(sizeof(struct link) == 77);

struct session {
	struct vouch_proximity_opened opened;
	struct chain chain;
	struct link link;
	u64 asked;	/* stamps: before PROXIMITY_OPEN, first and latest */
	u64 begin;
	u64 last;
	u32 out_len;
	u8 out[VOUCH_PROXIMITY_MAX];
	struct vouch_ioc_round rounds[];
};

static int card_can(struct vouch_card *card)
{
	u32 cap;
	int rc;

	if (card->role != VOUCH_ROLE_GUEST)
		return -EACCES;
	guard(rwsem_read)(&card->lock);
	rc = vouch_card_check(card);
	if (rc)
		return rc;
	cap = readl(card->regs + VOUCH_REG_CAP);
	if (PCI_POSSIBLE_ERROR(cap))
		return -ENODEV;
	return cap & VOUCH_CAP_PROXIMITY ? 0 : -EOPNOTSUPP;
}

static int session_open(struct vouch_card *card, struct session *s, struct shash_desc *hash,
			const struct vouch_ioc_proximity *arg)
{
	int rc;

	s->asked = ktime_get_raw_ns();
	rc = vouch_command_proximity_open(card, arg->count, arg->nonce, &s->opened);
	if (rc)
		return rc;
	memcpy(s->chain.context, CHAIN_CONTEXT, sizeof(s->chain.context));
	memcpy(s->chain.commitment, s->opened.commitment, VOUCH_DIGEST_SIZE);
	/* Not before the card has committed itself. */
	get_random_bytes(s->chain.secret, VOUCH_SECRET_SIZE);
	memcpy(s->link.context, CHALLENGE_CONTEXT, sizeof(s->link.context));
	return vouch_digest_again(hash, &s->chain, sizeof(s->chain), s->link.key);
}

static int challenge_make(struct session *s, struct shash_desc *hash, u32 number)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	int rc;

	s->link.number = cpu_to_le32(number);
	s->link.response = cpu_to_le64(number ? s->rounds[number - 1].response : 0);
	rc = vouch_digest_again(hash, &s->link, sizeof(s->link), digest);
	if (!rc)
		s->rounds[number].challenge = get_unaligned_le64(digest);
	return rc;
}

/*
 * Nothing else happens on this processor between the two stamps, and both are its
 * own. The clock is read in order with what comes before and after it.
 */
static void round_time(void __iomem *regs, struct vouch_ioc_round *round, u64 *before,
		       u64 *after)
{
	guard(irqsave)();
	*before = ktime_get_raw_ns();
	writeq(round->challenge, regs + VOUCH_REG_CHALLENGE);
	round->response = readq(regs + VOUCH_REG_RESPONSE);
	*after = ktime_get_raw_ns();
}

/* The lock is held for one round: whoever takes the card away does not wait long. */
static int round_run(struct vouch_card *card, struct session *s, u32 number)
{
	struct vouch_ioc_round *round = &s->rounds[number];
	u64 before, after;
	int rc;

	guard(rwsem_read)(&card->lock);
	rc = vouch_card_check(card);
	if (rc)
		return rc;
	round_time(card->regs, round, &before, &after);
	/* No honest table gives that but once in 2^64 rounds. */
	if (PCI_POSSIBLE_ERROR(round->response))
		return PCI_POSSIBLE_ERROR(readl(card->regs + VOUCH_REG_STATUS)) ? -ENODEV : -EIO;
	/* Clocks that differ between processors would make a round look short. */
	if (before < s->last || after < before) {
		dev_err_ratelimited(&card->dev, "the clock went back in a proximity session\n");
		return -EIO;
	}
	if (!number)
		s->begin = before;
	s->last = after;
	round->ns = min_t(u64, after - before, U32_MAX);
	return 0;
}

static int rounds_run(struct vouch_card *card, struct session *s, struct shash_desc *hash,
		      u32 count)
{
	int rc;

	s->last = s->asked;
	for (u32 i = 0; i < count; i++) {
		rc = challenge_make(s, hash, i);
		if (!rc)
			rc = round_run(card, s, i);
		if (rc)
			return rc;
		if (s->last - s->asked > VOUCH_PROXIMITY_NS)
			return -ETIMEDOUT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int session_return(const struct session *s, struct vouch_ioc_proximity *arg)
{
	if (copy_to_user(u64_to_user_ptr(arg->rounds), s->rounds,
			 arg->count * sizeof(*s->rounds)) ||
	    copy_to_user(u64_to_user_ptr(arg->out), s->out, s->out_len))
		return -EFAULT;
	arg->out_len = s->out_len;
	arg->begin = s->begin;
	arg->end = s->last;
	memcpy(arg->secret, s->chain.secret, VOUCH_SECRET_SIZE);
	memcpy(arg->session, s->opened.session, VOUCH_SESSION_SIZE);
	memcpy(arg->commitment, s->opened.commitment, VOUCH_DIGEST_SIZE);
	return 0;
}

static int session_run(struct vouch_card *card, struct vouch_ioc_proximity *arg)
{
	struct shash_desc *hash __free(vouch_digest) = vouch_digest_start();
	struct session *s __free(kvfree) = NULL;
	int rc;

	if (IS_ERR(hash))
		return PTR_ERR(hash);
	s = kvzalloc(struct_size(s, rounds, arg->count), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	rc = session_open(card, s, hash, arg);
	if (!rc)
		rc = rounds_run(card, s, hash, arg->count);
	if (rc)
		return rc;
	s->out_len = sizeof(s->out);
	rc = vouch_command_proximity_close(card, s->opened.session, s->out, &s->out_len);
	/* The room was the most that the card ever needs. */
	if (rc == -ENOBUFS)
		rc = -EIO;
	return rc ? rc : session_return(s, arg);
}

/**
 * vouch_near_run - have a whole proximity session
 * @card: the card; its other commands go on meanwhile
 * @arg: <vouch/ioctl.h> says what goes in and what comes back
 *
 * A session that is given up stays open in the card, until the next one or for ten
 * seconds. Return: 0; -EBUSY while another has a session, -EINTR for a killed task,
 * -EIO for a clock that went back, or another errno of <vouch/ioctl.h>. Context:
 * sleeps; interrupts are off for a round at a time.
 */
int vouch_near_run(struct vouch_card *card, struct vouch_ioc_proximity *arg)
{
	int rc;

	if (arg->count < VOUCH_ROUNDS_MIN || arg->count > VOUCH_ROUNDS_MAX ||
	    arg->out_len < VOUCH_PROXIMITY_MAX)
		return -EINVAL;
	rc = card_can(card);
	if (rc)
		return rc;
	if (!mutex_trylock(&card->near))
		return -EBUSY;
	rc = session_run(card, arg);
	mutex_unlock(&card->near);
	return rc;
}
