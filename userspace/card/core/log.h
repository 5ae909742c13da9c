/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_LOG_H
#define VOUCH_CARD_LOG_H

/* A log: count, running digest, mountain range, and where its records are. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vouch/wire.h>

struct vouch_card;

#define VOUCH_LOG_GROUP		64	/* records of one index entry */
#define VOUCH_LOG_PEAKS		48	/* levels: 2^48 records */

/**
 * struct vouch_epoch - where the function of a log stands
 * @number: power-ons and resets that the log has seen
 * @attach: VOUCH_ATTACH_* of the function
 * @jump: number of the KEXEC_EXEC record while jumping
 * @image: its digest
 */
struct vouch_epoch {
	uint64_t number;
	uint16_t attach;
	uint64_t jump;
	uint8_t image[VOUCH_DIGEST_SIZE];
};

/**
 * struct vouch_log - one log, in memory
 * @count: records in it
 * @current: number of the last KERNEL record, or VOUCH_NO_REF
 * @users: records of origin *user*
 * @capacity: most records that it takes
 * @last: where its last record is in the journal, or VOUCH_NO_REF
 * @index: for each VOUCH_LOG_GROUP records, where the last of them is
 * @id: 0 the host's, otherwise the function number
 * @nearly_full: the NEARLY_FULL record has been written
 * @root_fresh: @root belongs to @count
 * @epoch: of the function whose log it is
 * @instance: instance id; zeros for log 0
 * @pcr: running digest
 * @root: mountain range root, if @root_fresh
 * @peaks: one for each bit that is set in @count
 */
struct vouch_log {
	uint64_t count;
	uint64_t current;
	uint64_t users;
	uint64_t capacity;
	uint64_t last;
	uint64_t *index;
	uint16_t id;
	bool nearly_full;
	bool root_fresh;
	struct vouch_epoch epoch;
	uint8_t instance[VOUCH_INSTANCE_SIZE];
	uint8_t pcr[VOUCH_DIGEST_SIZE];
	uint8_t root[VOUCH_DIGEST_SIZE];
	uint8_t peaks[VOUCH_LOG_PEAKS][VOUCH_DIGEST_SIZE];
};

int vouch_log_init(const struct vouch_card *card, struct vouch_log *log, uint16_t id,
		   const uint8_t *instance, uint64_t *index, uint64_t capacity);
int vouch_log_extend(const struct vouch_card *card, const struct vouch_log *log,
		     const uint8_t *digest, uint8_t *pcr);
int vouch_log_advance(const struct vouch_card *card, struct vouch_log *log,
		      const uint8_t *digest, const uint8_t *pcr, uint64_t where);
int vouch_log_root(const struct vouch_card *card, struct vouch_log *log);

#endif /* VOUCH_CARD_LOG_H */
