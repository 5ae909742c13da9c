// SPDX-License-Identifier: GPL-2.0-only
/* When a card counts as dead that still answers: kmod/listen.c, compiled as it is. */

#include "../../../kmod/listen.c"
#include "../tap.h"

#define MS		1000000ULL
#define SLOTS		8

unsigned long jiffies = 10000;
unsigned int vouch_timeout_ms = 100;

static struct vouch_queue queue;

static void fresh(void)
{
	memset(&queue, 0, sizeof(queue));
	queue.slots = SLOTS;
	queue.reserved = SLOTS / 4;
}

/* Given up on, and sent at that time. */
static void lose(unsigned int tag, u64 ms)
{
	queue.slot[tag].state = VOUCH_SLOT_STALE;
	queue.slot[tag].t_doorbell = ms * MS;
}

/* 1, 0, or an error. */
static int dead(void)
{
	bool is_dead = false;
	int rc = vouch_queue_listen(&queue, &is_dead);

	return rc ? rc : is_dead;
}

static void test_silent(void)
{
	fresh();
	OK(dead() == 0, "a card that nobody waits for is well");
	queue.silent = true;
	queue.silent_since = jiffies - vouch_timeout_ms + 1;
	OK(dead() == -EAGAIN, "silent for less than a time-out: too early to say");
	queue.silent_since--;
	OK(dead() == 1, "for one: dead");
}

static void test_lost(void)
{
	fresh();
	lose(0, 1000);
	lose(1, 1050);
	OK(dead() == 0, "what nothing has overtaken may still be answered");
	queue.heard = 1149 * MS;
	OK(dead() == 0, "one answer that was lost is borne");
	queue.heard = 1150 * MS;
	OK(dead() == 1, "as many as are kept for hooks are not, though the card answers");
	queue.slot[0].state = VOUCH_SLOT_FREE;
	OK(dead() == 0, "an answer that comes late counts");
	queue.slot[2].state = VOUCH_SLOT_SENT;
	OK(dead() == 0, "as does one that is waited for");
	queue.reserved = 0;
	OK(dead() == 1, "in a ring so small that none are kept, the first is too many");
	queue.slot[1].state = VOUCH_SLOT_FREE;
	OK(dead() == 0, "and none is none");
}

int main(void)
{
	test_silent();
	test_lost();
	return tap_done();
}
