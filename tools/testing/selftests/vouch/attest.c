// SPDX-License-Identifier: GPL-2.0-only
/* attest ROLE TIMEOUT_MS: one request for evidence; prints the error's name (or
 * "ok") and how long the call took, in ms. For tests that upset the card.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common.h"

int main(int argc, char **argv)
{
	static uint8_t out[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_attest arg = {
		.size = sizeof(arg), .out = (uintptr_t)out, .out_len = sizeof(out),
	};
	struct timespec a, b;
	char name[32];
	int fd, rc;

	if (argc != 3 || !card_find(argv[1], name))
		return 2;
	arg.timeout_ms = atoi(argv[2]);
	fd = card_open(name);
	if (fd < 0)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	rc = call(fd, VOUCH_IOC_ATTEST, &arg);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%s %lld\n", rc ? strerrorname_np(-rc) : "ok",
	       (b.tv_sec - a.tv_sec) * 1000LL + (b.tv_nsec - a.tv_nsec) / 1000000);
	return 0;
}
