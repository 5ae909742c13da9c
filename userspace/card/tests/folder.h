/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_FOLDER_H
#define VOUCH_CARD_FOLDER_H

/* A card in a real folder, certified by the third party's script. */

#include "../platform/platform.h"

#define FOLDER_PATH	256

/**
 * struct folder - where everything is
 * @root: temporary folder
 * @state: state folder in it
 * @firmware: a file that stands for the firmware
 */
struct folder {
	char root[FOLDER_PATH];
	char state[FOLDER_PATH];
	char firmware[FOLDER_PATH];
};

int folder_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
void folder_make(struct folder *folder);
void folder_certify(const struct folder *folder);
void folder_remove(const struct folder *folder);
struct vouch_platform_options folder_options(const struct folder *folder);
enum vouch_status folder_append(struct vouch_card *card, const char *name, uint8_t *appended);

#endif /* VOUCH_CARD_FOLDER_H */
