// SPDX-License-Identifier: GPL-2.0-only
/* See nth.h; the kernel's Documentation/fault-injection has the rest. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nth.h"

#define NEVER	1000000

static int nth_fd = -1, all_fd = -1;

bool nth_open(void)
{
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	all_fd = open("/proc/thread-self/make-it-fail", O_RDWR | O_CLOEXEC);
	return nth_fd >= 0 && all_fd >= 0;
}

static unsigned int nth_left(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		perror("fail-nth");
	return strtoul(text, NULL, 10);
}

static void nth_set(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(nth_fd, text, strlen(text), 0) < 0)
		perror("fail-nth");
}

bool nth_under(unsigned int n, int (*act)(void), int *rc)
{
	unsigned int left;

	nth_set(n);
	*rc = act();
	left = nth_left();
	nth_set(0);
	return !left;
}

unsigned int nth_of(int (*act)(void), int *rc)
{
	unsigned int left;

	nth_set(NEVER);
	*rc = act();
	left = nth_left();
	nth_set(0);
	return NEVER - left;
}

int nth_all(int (*act)(void))
{
	int rc;

	if (pwrite(all_fd, "1", 1, 0) < 0)
		return -errno;
	rc = act();
	return pwrite(all_fd, "0", 1, 0) < 0 ? -errno : rc;
}
