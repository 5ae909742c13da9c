/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_IDENTITY_H
#define VOUCH_PLATFORM_IDENTITY_H

/* Who the card is: its keys and certificates, loaded for one firmware. */

#include "keys.h"

int vouch_identity_load(struct vouch_identity_keys *keys, const char *state,
			const uint8_t *firmware, struct vouch_why *why);
void vouch_identity_free(struct vouch_identity_keys *keys);
int vouch_firmware_digest(const char *path, uint8_t digest[VOUCH_DIGEST_SIZE],
			  struct vouch_why *why);

#endif /* VOUCH_PLATFORM_IDENTITY_H */
