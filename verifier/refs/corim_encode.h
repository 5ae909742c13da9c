/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_CORIM_ENCODE_H
#define VOUCH_REFS_CORIM_ENCODE_H

#include <openssl/evp.h>

#include "encoder.h"
#include "manifest.h"

/**
 * vouch_corim_encode() - a manifest as an unsigned CoRIM
 * @e: where to; zeroed, vouch_encoder_free() it in any case
 * @manifest: what
 * @why: returns the reason of a failure
 *
 * The same manifest always gives the same bytes.
 *
 * Return: 0; -EINVAL if there is nothing in it; -ENOMEM.
 */
int vouch_corim_encode(struct vouch_encoder *e, const struct vouch_manifest *manifest,
		       struct vouch_why *why);

/**
 * vouch_corim_sign() - wrap an unsigned CoRIM in a signature
 * @e: where to; zeroed, vouch_encoder_free() it in any case
 * @corim: from vouch_corim_encode()
 * @signer: who signs, for people
 * @key: a P-384 private key
 * @why: returns the reason of a failure
 *
 * Return: 0; -EINVAL if the key is not of P-384; -EIO if signing failed;
 * -ENOMEM.
 */
int vouch_corim_sign(struct vouch_encoder *e, const struct vouch_encoder *corim,
		     const char *signer, EVP_PKEY *key, struct vouch_why *why);

#endif /* VOUCH_REFS_CORIM_ENCODE_H */
