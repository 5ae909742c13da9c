// SPDX-License-Identifier: GPL-2.0-only
/* See burst.h. */
#include <errno.h>
#include <semaphore.h>
#include <stdbool.h>

#include "burst.h"

struct waiter {
	sem_t turn;
	struct waiter *next;
};

struct caller {
	struct burst *burst;
	pthread_barrier_t *start;
	pthread_mutex_t *lock;
	pthread_t thread;
	size_t number;
	uint64_t begin, end;
	int error;
};

static void *caller_run(void *arg)
{
	struct caller *caller = arg;
	struct burst *burst = caller->burst;

	pthread_barrier_wait(caller->start);
	caller->begin = samples_clock();
	caller->end = caller->begin;
	for (size_t i = 0; !caller->error && i < burst->each; i++) {
		uint64_t begin = caller->end;

		caller->error = burst->run(burst->ctx, caller->number);
		caller->end = samples_clock();
		pthread_mutex_lock(caller->lock);
		samples_add(burst->samples, caller->end - begin);
		pthread_mutex_unlock(caller->lock);
	}
	return NULL;
}

/* burst_run() - 0, an error of the last caller that had one, or a negative errno */
int burst_run(struct burst *burst)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct caller all[BURST_CALLERS_MAX];
	uint64_t begin = UINT64_MAX, end = 0;
	pthread_barrier_t start;
	int error = 0;

	pthread_barrier_init(&start, NULL, (unsigned int)burst->callers);
	for (size_t i = 0; i < burst->callers; i++) {
		all[i] = (struct caller){
			.burst = burst, .start = &start, .lock = &lock, .number = i,
		};
		if (pthread_create(&all[i].thread, NULL, caller_run, &all[i]))
			return -EAGAIN;
	}
	for (size_t i = 0; i < burst->callers; i++) {
		pthread_join(all[i].thread, NULL);
		begin = all[i].begin < begin ? all[i].begin : begin;
		end = all[i].end > end ? all[i].end : end;
		error = all[i].error ? all[i].error : error;
	}
	pthread_barrier_destroy(&start);
	burst->ns = end - begin;
	return error;
}

/* line_enter() - wait for one's turn */
void line_enter(struct line *line)
{
	struct waiter self = { .next = NULL };
	bool waits;

	pthread_mutex_lock(&line->lock);
	waits = line->taken;
	line->taken = 1;
	if (waits) {
		sem_init(&self.turn, 0, 0);
		if (line->first)
			line->last->next = &self;
		else
			line->first = &self;
		line->last = &self;
	}
	pthread_mutex_unlock(&line->lock);
	if (!waits)
		return;
	while (sem_wait(&self.turn))
		;
	sem_destroy(&self.turn);
}

/* line_leave() - the next one's turn */
void line_leave(struct line *line)
{
	struct waiter *next;

	pthread_mutex_lock(&line->lock);
	next = line->first;
	if (next) {
		line->first = next->next;
		sem_post(&next->turn);
	} else {
		line->taken = 0;
	}
	pthread_mutex_unlock(&line->lock);
}
