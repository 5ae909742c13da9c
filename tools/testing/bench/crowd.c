// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd CALLERS APPENDS: how long it takes until CALLERS threads have each
 * written APPENDS durable records, and what a single one of them waited.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "samples.h"
#include "vouch.h"

#define CALLERS_MAX 256

struct caller {
	pthread_t thread;
	struct samples *samples;
	size_t appends;
	int error;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t start;

static void *caller_run(void *arg)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 2 };
	struct caller *caller = arg;
	struct vouch_device *card;

	caller->error = vouch_device_open(VOUCH_ANY_DEVICE, &card);
	pthread_barrier_wait(&start);
	for (size_t i = 0; !caller->error && i < caller->appends; i++) {
		uint64_t begin = samples_clock();

		caller->error = vouch_measure(card, "crowd", digest, NULL, NULL);
		pthread_mutex_lock(&lock);
		samples_add(caller->samples, samples_clock() - begin);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	size_t callers = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	size_t appends = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	static struct caller all[CALLERS_MAX];
	struct samples samples;
	uint64_t begin, took;
	int error = 0;

	if (!callers || callers > CALLERS_MAX || !appends) {
		fprintf(stderr, "usage: crowd CALLERS APPENDS (at most %d callers)\n", CALLERS_MAX);
		return 2;
	}
	if (samples_init(&samples, "append", callers * appends))
		return 1;
	pthread_barrier_init(&start, NULL, (unsigned int)callers + 1);
	for (size_t i = 0; i < callers; i++) {
		all[i].samples = &samples;
		all[i].appends = appends;
		if (pthread_create(&all[i].thread, NULL, caller_run, &all[i]))
			return 1;
	}
	pthread_barrier_wait(&start);
	begin = samples_clock();
	for (size_t i = 0; i < callers; i++) {
		pthread_join(all[i].thread, NULL);
		error |= all[i].error;
	}
	took = samples_clock() - begin;
	if (error) {
		fprintf(stderr, "crowd: a caller failed\n");
		return 1;
	}
	printf("{\"callers\":%zu,\"per_second\":%.1f}\n", callers,
	       (double)(callers * appends) * 1e9 / (double)took);
	samples_print(&samples);
	free(samples.ns);
	return 0;
}
