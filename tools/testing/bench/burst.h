/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_BURST_H
#define BENCH_BURST_H

/* Many callers at once, and a line that they form where only one can be served. */

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "samples.h"

#define BURST_CALLERS_MAX 64

/**
 * struct burst - one operation by many callers at once
 * @callers: threads, at most BURST_CALLERS_MAX
 * @each: requests of each caller
 * @run: one request of caller number @caller; returns 0 or an error
 * @ctx: for @run
 * @samples: takes what each request waited
 * @ns: returns how long it took from the first one's start to the last one's end
 */
struct burst {
	size_t callers;
	size_t each;
	int (*run)(void *ctx, size_t caller);
	void *ctx;
	struct samples *samples;
	uint64_t ns;
};

int burst_run(struct burst *burst);

struct waiter;

/**
 * struct line - first come, first served; nobody is woken before his turn
 * @lock: for what follows
 * @taken: whether somebody is served
 * @first: who comes next
 * @last: who came last
 */
struct line {
	pthread_mutex_t lock;
	int taken;
	struct waiter *first;
	struct waiter *last;
};

#define LINE_INIT { .lock = PTHREAD_MUTEX_INITIALIZER }

void line_enter(struct line *line);
void line_leave(struct line *line);

#endif /* BENCH_BURST_H */
