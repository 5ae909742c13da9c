/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_SIGN1_H
#define VOUCH_CARD_SIGN1_H

/* A COSE_Sign1 of the card's, verified with OpenSSL. */

#include <cbor.h>

#include "rig.h"

cbor_item_t *sign1_payload(struct rig *rig, const uint8_t *data, size_t len, bool cwt,
			   const char *context);

#endif /* VOUCH_CARD_SIGN1_H */
