// SPDX-License-Identifier: GPL-2.0-only
/* records ROLE FROM: one line for each record: number, type, name. */

#include <stdio.h>
#include <stdlib.h>

#include "common.h"
#include "log.h"

int main(int argc, char **argv)
{
	struct record record;
	const uint8_t *at;
	uint64_t from;
	char card[32];
	uint8_t *log;
	size_t size;
	int rc;

	if (argc != 3 || !card_find(argv[1], card))
		return 2;
	from = strtoull(argv[2], NULL, 0);
	log = log_slurp(card, &size);
	if (!log)
		return 1;
	at = log;
	while ((rc = log_next(&at, log + size, &record)) == 1)
		if (record.number >= from)
			printf("%llu %llu %s\n", (unsigned long long)record.number,
			       (unsigned long long)record.type, record.name);
	free(log);
	return rc ? 1 : 0;
}
