// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "epoch.h"
#include "instance.h"
#include "write.h"

static const char gone[] = "gone";

static void detached(struct vouch_epoch *epoch, const struct vouch_record *record)
{
	const bool vanished = record->name.len == sizeof(gone) - 1 &&
			      !memcmp(record->name.data, gone, sizeof(gone) - 1);

	if (vanished || epoch->attach != VOUCH_ATTACH_JUMPING)
		epoch->attach = VOUCH_ATTACH_DETACHED;
}

static void jumping(struct vouch_epoch *epoch, const struct vouch_record *record)
{
	epoch->attach = VOUCH_ATTACH_JUMPING;
	epoch->jump = record->number;
	memcpy(epoch->image, record->digest, VOUCH_DIGEST_SIZE);
}

/* The card's own life is told by log 0 alone. */
static void powered(struct vouch_card *card, const struct vouch_record *record)
{
	const bool power_on = record->type == VOUCH_REC_POWER_ON;

	/* Not by every power-on: power may fail before it is said that firmware changed. */
	if ((power_on && !card->boot_count) || record->type == VOUCH_REC_FIRMWARE)
		memcpy(card->firmware, record->digest, VOUCH_DIGEST_SIZE);
	card->boot_count += power_on;
}

/**
 * vouch_epoch_take - follow a record
 * @card: a card
 * @log: its log
 * @record: the record
 */
void vouch_epoch_take(struct vouch_card *card, struct vouch_log *log,
		      const struct vouch_record *record)
{
	struct vouch_epoch *epoch = &log->epoch;

	if (!log->id)
		powered(card, record);
	switch (record->type) {
	case VOUCH_REC_POWER_ON:
	case VOUCH_REC_RESET:
		epoch->number++;
		epoch->attach = VOUCH_ATTACH_RESET;
		break;
	case VOUCH_REC_ATTACH:
		epoch->attach = VOUCH_ATTACH_ATTACHED;
		break;
	case VOUCH_REC_DETACH:
		detached(epoch, record);
		break;
	case VOUCH_REC_KEXEC_EXEC:
		jumping(epoch, record);
		break;
	case VOUCH_REC_KEXEC_ABORT:
		if (epoch->attach == VOUCH_ATTACH_JUMPING &&
		    (record->ref == epoch->jump || record->ref == VOUCH_NO_REF))
			epoch->attach = VOUCH_ATTACH_ATTACHED;
		break;
	}
}

/**
 * vouch_epoch_of - the host's epoch that a new record belongs to
 * @card: a card
 * @log: the record's log
 * @type: of the record
 *
 * Return: the number; power-on and reset are the first of a new epoch.
 */
uint64_t vouch_epoch_of(const struct vouch_card *card, const struct vouch_log *log,
			uint16_t type)
{
	return card->log.epoch.number + (!log->id && vouch_epoch_begins(type));
}

/*
 * What happened is true even unwritten, and evidence must not say otherwise. A
 * host may then not go on; a tenant who filled its own log may.
 */
static int see(struct vouch_card *card, struct vouch_log *log, const struct vouch_event *event,
	       uint16_t attach)
{
	const int ret = vouch_event_write(card, log, event);

	if (ret && (log->id || attach != VOUCH_ATTACH_ATTACHED))
		log->epoch.attach = attach;
	return ret == -ENOSPC && log->id ? 0 : ret;
}

/**
 * vouch_epoch_power_on - write power-on, and card-firmware if that changed
 * @card: a card whose journal has been replayed
 *
 * Return: 0 or a negative errno, as vouch_record_write().
 */
int vouch_epoch_power_on(struct vouch_card *card)
{
	struct vouch_event event = {
		.type = VOUCH_REC_POWER_ON, .digest = card->config->firmware,
		.ref = VOUCH_NO_REF,
	};
	const bool changed = card->boot_count &&
			     memcmp(card->firmware, event.digest, VOUCH_DIGEST_SIZE);
	unsigned int fn;
	int ret = vouch_event_write(card, &card->log, &event);

	for (fn = 1; !ret && fn < VOUCH_CARD_FUNCTIONS; fn++)
		if (card->functions[fn].assigned)
			ret = see(card, &card->functions[fn].log, &event, VOUCH_ATTACH_RESET);
	if (ret || !changed)
		return ret ? ret : vouch_card_commit(card);
	event.type = VOUCH_REC_FIRMWARE;
	return vouch_event_write(card, &card->log, &event);
}

static struct vouch_log *log_of(struct vouch_card *card, uint16_t fn)
{
	if (vouch_card_role(fn) == VOUCH_ROLE_HOST)
		return &card->log;
	return card->functions[fn].assigned ? &card->functions[fn].log : NULL;
}

static int attach(struct vouch_card *card, struct vouch_log *log)
{
	struct vouch_event event = { .type = VOUCH_REC_ATTACH, .ref = VOUCH_NO_REF };

	switch (log->epoch.attach) {
	case VOUCH_ATTACH_RESET:
		event.name = "after-reset";
		break;
	case VOUCH_ATTACH_DETACHED:
		event.name = "unannounced";
		break;
	case VOUCH_ATTACH_JUMPING:
		event.name = "announced";
		event.digest = log->epoch.image;
		event.ref = log->epoch.jump;
		break;
	default:
		return -EALREADY;
	}
	return see(card, log, &event, VOUCH_ATTACH_ATTACHED);
}

/**
 * vouch_epoch_adopt - a function has got an instance
 * @card: an open card
 * @fn: the guest function
 *
 * A driver that was there before came from where nothing has been recorded.
 *
 * Return: 0 or a negative errno, as vouch_record_write().
 */
int vouch_epoch_adopt(struct vouch_card *card, uint16_t fn)
{
	const struct vouch_event event = {
		.type = VOUCH_REC_ATTACH, .name = "unannounced", .ref = VOUCH_NO_REF,
	};

	if (!card->functions[fn].driven)
		return 0;
	return see(card, &card->functions[fn].log, &event, VOUCH_ATTACH_ATTACHED);
}

int vouch_card_attach(struct vouch_card *card, uint16_t fn)
{
	struct vouch_log *log;

	if (fn >= card->config->functions)
		return -EINVAL;
	if (card->broken)
		return -EIO;
	card->functions[fn].driven = true;
	log = log_of(card, fn);
	return log ? attach(card, log) : 0;
}

int vouch_card_detach(struct vouch_card *card, uint16_t fn, enum vouch_card_leave leave)
{
	struct vouch_event event = {
		.type = VOUCH_REC_DETACH, .ref = VOUCH_NO_REF,
		.name = leave == VOUCH_LEAVE_GONE ? gone : "driver",
	};
	struct vouch_log *log;

	if (fn >= card->config->functions)
		return -EINVAL;
	card->functions[fn].driven = false;
	vouch_proximity_end(&card->functions[fn].proximity);
	log = log_of(card, fn);
	if (!log || log->epoch.attach == VOUCH_ATTACH_RESET ||
	    log->epoch.attach == VOUCH_ATTACH_DETACHED)
		return 0;
	return see(card, log, &event, VOUCH_ATTACH_DETACHED);
}

int vouch_card_reset(struct vouch_card *card, uint16_t fn)
{
	const struct vouch_event event = {
		.type = VOUCH_REC_RESET, .name = "function", .ref = VOUCH_NO_REF,
	};
	struct vouch_log *log;

	if (fn >= card->config->functions)
		return -EINVAL;
	vouch_function_forget(&card->functions[fn]);
	card->functions[fn].driven = false;
	log = log_of(card, fn);
	return log ? see(card, log, &event, VOUCH_ATTACH_RESET) : 0;
}
