// SPDX-License-Identifier: GPL-2.0-only
/* What was seen of each card: {"version": 1, "cards": {ID: {...}}}. */
#include "vouch-verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define STATE_MAX	(64 << 20)

static json_t *load(const char *path)
{
	json_t *json, *cards;
	json_error_t error;
	size_t len;
	uint8_t *text;

	if (access(path, F_OK))
		return json_object();
	text = tool_read_file(path, STATE_MAX, &len);
	json = json_loadb((char *)text, len, JSON_REJECT_DUPLICATES, &error);
	free(text);
	cards = json_incref(json_object_get(json, "cards"));
	if (json_integer_value(json_object_get(json, "version")) != 1 || !json_is_object(cards))
		tool_fail("%s: not a state file of this version", path);
	json_decref(json);
	return cards;
}

void tool_state_open(struct tool_state *state, const char *path)
{
	char lock[4096];

	if (snprintf(lock, sizeof(lock), "%s.lock", path) >= (int)sizeof(lock))
		tool_fail("%s: too long", path);
	/* Held until the new state is in its place, so that none is lost. */
	state->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (state->lock < 0 || flock(state->lock, LOCK_EX))
		tool_fail("%s: %s", lock, strerror(errno));
	state->cards = load(path);
}

static bool get_uint(const json_t *card, const char *key, uint64_t *value)
{
	const json_t *json = json_object_get(card, key);

	*value = (uint64_t)json_integer_value(json);
	return json_is_integer(json) && json_integer_value(json) >= 0;
}

void tool_state_find(void *ctx, const uint8_t *card_id, struct vouch_seen *seen)
{
	struct tool_state *state = ctx;
	char id[2 * VOUCH_CARD_ID_LEN + 1];
	const json_t *card;
	const char *pcr;

	tool_hex_encode(id, card_id, VOUCH_CARD_ID_LEN);
	card = json_object_get(state->cards, id);
	if (!card)
		return;
	pcr = json_string_value(json_object_get(card, "pcr"));
	if (!get_uint(card, "boot_count", &seen->boot_count) ||
	    !get_uint(card, "epoch", &seen->epoch) || !get_uint(card, "count", &seen->count) ||
	    !pcr || tool_hex_decode(pcr, strlen(pcr), seen->pcr, sizeof(seen->pcr)) !=
	    VOUCH_DIGEST_LEN)
		tool_fail("%s: card %s is damaged", state->path, id);
	memcpy(seen->card_id, card_id, sizeof(seen->card_id));
	seen->valid = true;
}

static void write_all(const struct tool_state *state)
{
	json_t *json = json_pack("{s:i, s:O}", "version", 1, "cards", state->cards);
	char path[4096];
	FILE *file;

	if (!json || snprintf(path, sizeof(path), "%s.new", state->path) >= (int)sizeof(path))
		tool_fail("%s: cannot write it", state->path);
	file = fopen(path, "w");
	if (!file || json_dumpf(json, file, JSON_INDENT(1) | JSON_SORT_KEYS) ||
	    fflush(file) || fsync(fileno(file)) || fclose(file) || rename(path, state->path))
		tool_fail("%s: %s", path, strerror(errno));
	json_decref(json);
}

void tool_state_save(struct tool_state *state, const struct vouch_seen *now)
{
	char id[2 * VOUCH_CARD_ID_LEN + 1], pcr[2 * VOUCH_DIGEST_LEN + 1];
	json_t *card;

	if (now->valid) {
		tool_hex_encode(id, now->card_id, sizeof(now->card_id));
		tool_hex_encode(pcr, now->pcr, sizeof(now->pcr));
		card = json_pack("{s:I, s:I, s:I, s:s}", "boot_count", (json_int_t)now->boot_count,
				 "epoch", (json_int_t)now->epoch, "count", (json_int_t)now->count,
				 "pcr", pcr);
		if (json_object_set_new(state->cards, id, card))
			tool_fail("%s: out of memory", state->path);
		write_all(state);
	}
	json_decref(state->cards);
	close(state->lock);
}
