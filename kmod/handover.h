/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_HANDOVER_H
#define _VOUCH_HANDOVER_H

#include <linux/types.h>
#include <vouch/types.h>
#include <vouch/wire.h>

#define VOUCH_HANDOVER_NAME	"vouch"		/* in KHO's tree */
#define VOUCH_HANDOVER_MAGIC	"vouch-kho-1"

/**
 * struct vouch_handover - what one kernel hands to the next (KHO)
 * @magic: VOUCH_HANDOVER_MAGIC and zeros; all zeros: no jump was announced
 * @card_id: of the card that was told of the jump
 * @epoch: the host function's
 * @next: number of the record after the announcement
 * @image: digest that was announced
 *
 * Plain memory, which anyone could have written: compared and never used.
 */
struct vouch_handover {
	char magic[16];
	__u8 card_id[VOUCH_CARD_ID_SIZE];
	__le64 epoch;
	__le64 next;
	__u8 image[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_handover, 112);

/**
 * struct vouch_arrival - how this kernel came, as the card's record of its attach says
 * @number: the record's
 * @image: digest that had been announced, inside the record; NULL if none had
 */
struct vouch_arrival {
	u64 number;
	const u8 *image;
};

void vouch_handover_fill(struct vouch_handover *to, const struct vouch_identity *card,
			 const u8 *image, u64 number);
int vouch_handover_check(const struct vouch_handover *said);
int vouch_arrival_decode(const u8 *bytes, size_t size, struct vouch_arrival *arrival);
const char *vouch_handover_doubt(const struct vouch_handover *said,
				 const struct vouch_identity *card,
				 const struct vouch_arrival *arrival);

#endif /* _VOUCH_HANDOVER_H */
