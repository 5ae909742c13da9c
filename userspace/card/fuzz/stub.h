/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_STUB_H
#define VOUCH_CARD_STUB_H

/* A card without hardware: memory, and a hash that costs nothing. */

#include "../core/card.h"

#define STUB_DISK	(1 << 18)
#define STUB_CAPACITY	256

/**
 * struct stub - a card on memory
 * @card: the card
 * @config: what it is opened with
 * @report: what opening found
 * @time: the card's clock
 * @index: of log 0
 * @disk: journal
 * @size: bytes in it
 * @counter: monotonic counter
 * @flat: every hash is zeros, so that each running digest is right
 */
struct stub {
	struct vouch_card card;
	struct vouch_card_config config;
	struct vouch_card_report report;
	uint64_t time;
	uint64_t index[VOUCH_CARD_INDEX(STUB_CAPACITY)];
	uint8_t disk[STUB_DISK];
	size_t size;
	uint64_t counter;
	bool flat;
};

void stub_init(struct stub *stub);

#endif /* VOUCH_CARD_STUB_H */
