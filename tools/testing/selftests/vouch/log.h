/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_LOG_H
#define _VOUCH_TEST_LOG_H

/* Reading a log as Documentation/vouch.cddl has it, and replaying its PCR. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vouch/wire.h>

struct record {
	uint64_t number;
	uint64_t log;
	uint64_t type;
	uint64_t origin;
	uint8_t digest[VOUCH_DIGEST_SIZE];	/* of the record */
	uint8_t measured[VOUCH_DIGEST_SIZE];	/* zeros: nothing */
	char name[VOUCH_NAME_MAX + 1];
	uint8_t data[VOUCH_DATA_MAX];
	size_t data_len;
	uint64_t ref;				/* or VOUCH_NO_REF */
};

void log_digest(const void *bytes, size_t size, uint8_t digest[VOUCH_DIGEST_SIZE]);

/* Is that what it says was measured? */
bool log_measured(const struct record *record, const void *bytes, size_t size);

/* The whole sysfs file, allocated; or NULL. */
uint8_t *log_slurp(const char *card, size_t *size);

/* Next record; 1, 0 at the end, -1 where it is not as it should be. */
int log_next(const uint8_t **at, const uint8_t *end, struct record *record);

/* The last record of that type from @from on; returns how many there are, or -1. */
int log_find(const char *card, uint64_t from, unsigned int type, struct record *found);

/* The same, but waits until there are that many of them. */
bool log_wait(const char *card, uint64_t from, unsigned int type, int n,
	      struct record *found);

/* PCR after all records, or -1; @count returns how many. */
int log_replay(const uint8_t *log, size_t size, const uint8_t card_id[VOUCH_CARD_ID_SIZE],
	       uint32_t id, const uint8_t instance[VOUCH_INSTANCE_SIZE],
	       uint8_t pcr[VOUCH_DIGEST_SIZE], uint64_t *count);

#endif /* _VOUCH_TEST_LOG_H */
