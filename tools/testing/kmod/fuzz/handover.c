// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a new kernel finds: a handover, and after it what the card returns as the
 * record of its attach. Each is exactly as long as it is said to be.
 */

#include "../../../../kmod/handover.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void compare(const struct vouch_handover *said, const struct vouch_arrival *arrival)
{
	struct vouch_identity card = { .epoch = cpu_to_le64(3) };
	const char *doubt;

	memset(card.card_id, 0x11, sizeof(card.card_id));
	doubt = vouch_handover_doubt(said, &card, arrival);
	must(doubt ? *doubt && strlen(doubt) < 32 :
	     !memcmp(said->card_id, card.card_id, sizeof(card.card_id)) &&
	     said->epoch == card.epoch &&
	     !memcmp(said->image, arrival->image, sizeof(said->image)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vouch_arrival arrival;
	struct vouch_handover said;
	u8 *record;
	int rc;

	if (size < sizeof(said))
		return 0;
	memcpy(&said, data, sizeof(said));
	size -= sizeof(said);
	record = malloc(size);
	must(record || !size);
	if (size)
		memcpy(record, data + sizeof(said), size);
	rc = vouch_arrival_decode(record, size, &arrival);
	must(!rc || rc == -ENOMSG || rc == -EILSEQ);
	if (!rc && arrival.image) {
		must(arrival.image > record && arrival.image + VOUCH_DIGEST_SIZE <= record + size);
		if (!vouch_handover_check(&said))
			compare(&said, &arrival);
	}
	free(record);
	return 0;
}
