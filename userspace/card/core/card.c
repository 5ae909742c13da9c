// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "epoch.h"
#include "journal.h"

static bool config_valid(const struct vouch_card_config *config)
{
	return config->functions && config->functions <= VOUCH_CARD_FUNCTIONS &&
	       config->capacity >= VOUCH_CARD_CAPACITY_MIN &&
	       config->capacity <= VOUCH_CARD_CAPACITY_MAX && config->index &&
	       config->alias.len && config->device.len &&
	       config->alias.len <= VOUCH_CARD_CERTS_MAX &&
	       config->device.len <= VOUCH_CARD_CERTS_MAX - config->alias.len &&
	       (config->alg == VOUCH_ALG_ES384 || config->alg == VOUCH_ALG_ESP384) &&
	       config->debug <= 1;
}

int vouch_card_open(struct vouch_card *card, const struct vouch_card_config *config,
		    struct vouch_card_report *report)
{
	int ret;

	memset(card, 0, sizeof(*card));
	memset(report, 0, sizeof(*report));
	card->config = config;
	if (!config_valid(config)) {
		report->fault = VOUCH_FAULT_CONFIG;
		return -EINVAL;
	}
	ret = vouch_log_init(card, &card->log, 0, NULL, config->index, config->capacity);
	if (ret) {
		report->fault = VOUCH_FAULT_STORAGE;
		return ret;
	}
	ret = vouch_journal_replay(card, report);
	if (ret)
		return ret;
	ret = vouch_epoch_power_on(card);
	if (ret)
		report->fault = ret == -ENOSPC ? VOUCH_FAULT_FULL : VOUCH_FAULT_STORAGE;
	return ret;
}

int vouch_card_close(struct vouch_card *card)
{
	return card->broken ? -EIO : vouch_card_commit(card);
}

/* Journal before counter, counter before any answer. */
int vouch_card_commit(struct vouch_card *card)
{
	const struct vouch_card_storage *storage = &card->config->storage;

	if (card->broken)
		return -EIO;
	if (card->durable == card->entries)
		return 0;
	if (storage->flush(storage->ctx) ||
	    storage->counter_advance(storage->ctx, card->entries)) {
		card->broken = true;
		return -EIO;
	}
	card->durable = card->entries;
	return 0;
}

uint64_t vouch_card_now(const struct vouch_card *card)
{
	return card->config->clock.now(card->config->clock.ctx);
}
