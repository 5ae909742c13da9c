// SPDX-License-Identifier: GPL-2.0-only
/* The generator, and when to attack. Only the card's own thread comes here. */
#include <time.h>

#include "hostile.h"

/* A driver recovers within a pause; some pauses end before it has. */
#define ATTACK_MS	2000
#define PAUSE_MS	1500

struct hostile hostile = {
	.seed = 1,
	.rate = 700,
	.flood = 64,
	.steal = 20,
	.echo = 90,
	.stall = 20,
	.registers = 50,
	.gone = 200,
};

/**
 * hostile_random() - the next number of the seed's sequence
 */
uint64_t hostile_random(void)
{
	/* splitmix64: any seed is a good one. */
	uint64_t z = hostile.seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/**
 * hostile_below() - a random number
 * @limit: the number is less; not 0
 */
uint32_t hostile_below(uint32_t limit)
{
	return (uint32_t)(hostile_random() % limit);
}

/**
 * hostile_now() - is it time to attack?
 */
bool hostile_now(void)
{
	static uint64_t until;
	static bool attack = true;	/* it begins with a pause */
	struct timespec ts;
	uint64_t now;

	if (hostile.mode == HOSTILE_HEAL)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
	if (now < until)
		return attack;
	attack = !attack;
	hostile.count[HOSTILE_PAUSES] += !attack;
	until = now + 1 + hostile_below(attack ? ATTACK_MS : PAUSE_MS);
	return attack;
}
