/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_COUNTER_H
#define VOUCH_PLATFORM_COUNTER_H

/*
 * The monotonic counter, simulated in a file. A card has it in hardware; whoever
 * can write this file can set it back, and the documentation says so.
 *
 * Two slots of 64 bytes, a sector each, are written in turn, so that a torn
 * write leaves the value before: "vouch/counter/1" and a NUL, card id, value
 * (u64, little endian), its complement.
 */

#include <stdint.h>

#include <vouch/wire.h>

/**
 * struct vouch_counter - an open counter
 * @fd: file
 * @value: last written
 * @slot: that holds @value
 * @card_id: whose counter it is
 */
struct vouch_counter {
	int fd;
	uint64_t value;
	unsigned int slot;
	uint8_t card_id[VOUCH_CARD_ID_SIZE];
};

int vouch_counter_create(const char *path, const uint8_t *card_id);
int vouch_counter_open(struct vouch_counter *counter, const char *path, const uint8_t *card_id);
void vouch_counter_close(struct vouch_counter *counter);
int vouch_counter_advance(struct vouch_counter *counter, uint64_t value);

#endif /* VOUCH_PLATFORM_COUNTER_H */
