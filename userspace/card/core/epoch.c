// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "epoch.h"
#include "instance.h"
#include "write.h"

static const char gone[] = "gone";

static void detached(struct vouch_card *card, const struct vouch_record *record)
{
	const bool vanished = record->name.len == sizeof(gone) - 1 &&
			      !memcmp(record->name.data, gone, sizeof(gone) - 1);

	if (vanished || card->attach != VOUCH_ATTACH_JUMPING)
		card->attach = VOUCH_ATTACH_DETACHED;
}

static void jumping(struct vouch_card *card, const struct vouch_record *record)
{
	card->attach = VOUCH_ATTACH_JUMPING;
	card->jump = record->number;
	memcpy(card->jump_image, record->digest, VOUCH_DIGEST_SIZE);
}

/**
 * vouch_epoch_take - follow a record of log 0
 * @card: a card
 * @record: the record
 */
void vouch_epoch_take(struct vouch_card *card, const struct vouch_record *record)
{
	const bool power_on = record->type == VOUCH_REC_POWER_ON;

	/* Not by every power-on: power may fail before it is said that firmware changed. */
	if ((power_on && !card->boot_count) || record->type == VOUCH_REC_FIRMWARE)
		memcpy(card->firmware, record->digest, VOUCH_DIGEST_SIZE);
	card->boot_count += power_on;
	switch (record->type) {
	case VOUCH_REC_POWER_ON:
	case VOUCH_REC_RESET:
		card->epoch = record->epoch;
		card->attach = VOUCH_ATTACH_RESET;
		break;
	case VOUCH_REC_ATTACH:
		card->attach = VOUCH_ATTACH_ATTACHED;
		break;
	case VOUCH_REC_DETACH:
		detached(card, record);
		break;
	case VOUCH_REC_KEXEC_EXEC:
		jumping(card, record);
		break;
	case VOUCH_REC_KEXEC_ABORT:
		if (card->attach == VOUCH_ATTACH_JUMPING &&
		    (record->ref == card->jump || record->ref == VOUCH_NO_REF))
			card->attach = VOUCH_ATTACH_ATTACHED;
		break;
	}
}

/**
 * vouch_epoch_of - the epoch that a new record belongs to
 * @card: a card
 * @type: of the record
 *
 * Return: the number; power-on and reset are the first of a new epoch.
 */
uint64_t vouch_epoch_of(const struct vouch_card *card, uint16_t type)
{
	return card->epoch + (type == VOUCH_REC_POWER_ON || type == VOUCH_REC_RESET);
}

/**
 * vouch_epoch_power_on - write power-on, and card-firmware if that changed
 * @card: a card whose journal has been replayed
 *
 * Return: 0 or a negative errno, as vouch_record_write().
 */
int vouch_epoch_power_on(struct vouch_card *card)
{
	const uint8_t *firmware = card->config->firmware;
	const bool changed = card->boot_count &&
			     memcmp(card->firmware, firmware, VOUCH_DIGEST_SIZE);
	int ret = vouch_event_write(card, VOUCH_REC_POWER_ON, NULL, firmware, VOUCH_NO_REF);

	if (ret || !changed)
		return ret;
	return vouch_event_write(card, VOUCH_REC_FIRMWARE, NULL, firmware, VOUCH_NO_REF);
}

int vouch_card_attach(struct vouch_card *card, uint16_t fn)
{
	if (fn >= card->config->functions)
		return -EINVAL;
	if (card->broken)
		return -EIO;
	if (vouch_card_role(fn) != VOUCH_ROLE_HOST)
		return 0;

	switch (card->attach) {
	case VOUCH_ATTACH_RESET:
		return vouch_event_write(card, VOUCH_REC_ATTACH, "after-reset", NULL,
					 VOUCH_NO_REF);
	case VOUCH_ATTACH_DETACHED:
		return vouch_event_write(card, VOUCH_REC_ATTACH, "unannounced", NULL,
					 VOUCH_NO_REF);
	case VOUCH_ATTACH_JUMPING:
		return vouch_event_write(card, VOUCH_REC_ATTACH, "announced", card->jump_image,
					 card->jump);
	default:
		return -EALREADY;
	}
}

int vouch_card_detach(struct vouch_card *card, uint16_t fn, enum vouch_card_leave leave)
{
	int ret;

	if (fn >= card->config->functions)
		return -EINVAL;
	if (vouch_card_role(fn) != VOUCH_ROLE_HOST || card->attach == VOUCH_ATTACH_RESET ||
	    card->attach == VOUCH_ATTACH_DETACHED)
		return 0;
	ret = vouch_event_write(card, VOUCH_REC_DETACH,
				leave == VOUCH_LEAVE_GONE ? gone : "driver", NULL,
				VOUCH_NO_REF);
	/* Even unwritten it is true, and evidence must not say otherwise. */
	if (ret)
		card->attach = VOUCH_ATTACH_DETACHED;
	return ret;
}

int vouch_card_reset(struct vouch_card *card, uint16_t fn)
{
	int ret;

	if (fn >= card->config->functions)
		return -EINVAL;
	vouch_function_forget(&card->functions[fn]);
	if (vouch_card_role(fn) != VOUCH_ROLE_HOST)
		return 0;
	ret = vouch_event_write(card, VOUCH_REC_RESET, "function", NULL, VOUCH_NO_REF);
	if (ret)
		card->attach = VOUCH_ATTACH_RESET;
	return ret;
}
