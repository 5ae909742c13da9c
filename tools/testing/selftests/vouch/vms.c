// SPDX-License-Identifier: GPL-2.0-only
/* See vms.h. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "log.h"
#include "vms.h"

bool vms_ready(char card[32])
{
	char text[32];

	for (int i = 0; i < 600; i++) {
		if (card_find("host", card) &&
		    attr_read(card, "state", text, sizeof(text)) > 0 && !strcmp(text, "ready"))
			return true;
		usleep(100000);
	}
	return false;
}

static uint64_t le64_at(const uint8_t *p)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | p[i];
	return value;
}

static bool vms_parse(const struct record *record, struct vms *vms)
{
	if (record->data_len != 16)
		return false;
	vms->started = le64_at(record->data);
	vms->ended = le64_at(record->data + 8);
	strcpy(vms->name, record->name);
	return true;
}

bool vms_told(char card[32], uint64_t from, struct vms *vms)
{
	struct record record;

	for (int i = 0; i < 600; i++) {
		if (log_find(card, from, VOUCH_REC_VM_COUNT, &record) > 0)
			return vms_parse(&record, vms);
		usleep(100000);
	}
	return false;
}

bool vms_now(char card[32], struct vms *vms)
{
	uint64_t from = attr_number(card, "count");
	char command[128];

	snprintf(command, sizeof(command), "echo 1 > " CLASS "/%s/device/reset", card);
	return !system(command) && vms_ready(card) && vms_told(card, from, vms);
}
