// SPDX-License-Identifier: GPL-2.0-only
/* What is done to a card before it runs: make it, certify it, look at it. */
#include <stdio.h>

#include <jansson.h>

#include "platform/platform.h"
#include "setup.h"

#define HEX_SIZE(bytes)	(2 * (bytes) + 1)

static void hex(const uint8_t *data, size_t len, char *text)
{
	for (size_t i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", data[i]);
}

static int init(const struct vouch_options *o, struct vouch_why *why)
{
	uint8_t id[VOUCH_CARD_ID_SIZE];
	char text[HEX_SIZE(sizeof(id))];
	int ret = vouch_platform_create(o->state, why);

	if (!ret)
		ret = vouch_platform_card_id(o->state, id, why);
	if (ret)
		return ret;
	hex(id, sizeof(id), text);
	printf("%s\n", text);
	return 0;
}

static int print_json(const struct vouch_platform *p, const char *id, const char *firmware)
{
	json_t *json = json_pack("{s:s, s:s, s:I, s:I}", "card_id", id, "firmware", firmware,
				 "counter", (json_int_t)p->counter.value,
				 "journal_bytes", (json_int_t)p->store.size);
	int ret = json ? json_dumpf(json, stdout, JSON_INDENT(2)) : -1;

	json_decref(json);
	putchar('\n');
	return ret;
}

/* Opens the card's hardware without power: looking leaves no record. */
static int info(const struct vouch_options *o, struct vouch_why *why)
{
	static struct vouch_platform p;
	const struct vouch_platform_options options = { .state = o->state, .functions = 1 };
	char id[HEX_SIZE(VOUCH_CARD_ID_SIZE)], firmware[HEX_SIZE(VOUCH_DIGEST_SIZE)];
	int ret = vouch_platform_open(&p, &options, why);

	if (ret)
		return ret;
	hex(p.config.card_id, sizeof(p.config.card_id), id);
	hex(p.config.firmware, sizeof(p.config.firmware), firmware);
	if (o->json)
		ret = print_json(&p, id, firmware);
	else
		printf("card id   %s\nfirmware  %s\ncounter   %llu entries\njournal   %llu bytes\n",
		       id, firmware, (unsigned long long)p.counter.value,
		       (unsigned long long)p.store.size);
	vouch_platform_close(&p);
	return ret ? vouch_why(why, ret, "cannot print") : 0;
}

/**
 * vouch_setup() - do what is not running the card
 * @o: the command line
 * @why: says what went wrong
 *
 * Return: 0, or a negative errno.
 */
int vouch_setup(const struct vouch_options *o, struct vouch_why *why)
{
	switch (o->verb) {
	case VOUCH_VERB_INIT:
		return init(o, why);
	case VOUCH_VERB_CSR:
		return vouch_platform_request(o->state, o->file, why);
	case VOUCH_VERB_INSTALL:
		return vouch_platform_install(o->state, o->file, why);
	default:
		return info(o, why);
	}
}
