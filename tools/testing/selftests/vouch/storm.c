// SPDX-License-Identifier: GPL-2.0-only
/* storm THREADS SECONDS: asks the host's function for all that it gives, from
 * many threads, whatever it answers; prints how often it was asked, what it
 * granted, and each errno. For a card that lies: nothing is expected of it.
 */

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "request.h"

#define THREADS_MAX	256
static atomic_uint asked, results[200];
static time_t end;

static int ask(int fd, unsigned int n, uint8_t *out, uint8_t *evidence)
{
	const struct request *request = &requests[n % REQUESTS];
	union request_arg arg;
	int rc;

	request_fill(request, n, out, evidence, &arg);
	rc = call(fd, request->cmd, &arg);
	if (!rc)
		request_done(request, &arg, evidence);
	return rc;
}

static void *asker(void *data)
{
	uint8_t *out = malloc(VOUCH_TRANSFER_MAX), evidence[VOUCH_DIGEST_SIZE] = { 0 };
	unsigned int n = (uintptr_t)data;
	char card[32];
	int fd = -1;

	while (out && time(NULL) < end) {
		int rc;

		/* Another one, where the function was removed and found again. */
		if (fd < 0)
			fd = card_find("host", card) ? card_open(card) : -ENODEV;
		rc = fd < 0 ? fd : ask(fd, n++, out, evidence);
		asked++;
		results[-rc < 0 || -rc >= 200 ? 199 : -rc]++;
		if (rc == -ENODEV || rc == -EAGAIN || rc == -ENOENT) {
			if (fd >= 0)
				close(fd);
			fd = -1;
			usleep(20000);
		}
	}
	free(out);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int count = argc == 3 ? atoi(argv[1]) : 0, i;

	if (count < 1 || count > THREADS_MAX)
		return 2;
	end = time(NULL) + atoi(argv[2]);
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, asker, (void *)(uintptr_t)i))
			return 1;
	while (i--)
		pthread_join(threads[i], NULL);
	printf("asked %u granted %u", asked, results[0]);
	for (i = 1; i < 200; i++)
		if (results[i])
			printf(" %s %u", strerrorname_np(i) ? strerrorname_np(i) : "?", results[i]);
	printf("\n");
	return 0;
}
