/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_COSE_H
#define VOUCH_CARD_COSE_H

/* COSE_Sign1 (RFC 9052) by the alias key. */

#include "card.h"
#include "cbor.h"

int vouch_cose_sign(const struct vouch_card *card, const char *context, bool chain,
		    const struct vouch_cbor *payload, struct vouch_cbor *out);
void vouch_cose_put(const struct vouch_card *card, bool chain, const struct vouch_cbor *payload,
		    const uint8_t *signature, struct vouch_cbor *out);
int vouch_cose_signature(const struct vouch_card *card, const char *context,
			 const struct vouch_cbor *payload, uint8_t *signature);

#endif /* VOUCH_CARD_COSE_H */
