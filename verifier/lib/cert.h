/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CERT_H
#define VOUCH_VERIFY_CERT_H

/* Root -> device -> alias (formats.rst, certificates). */

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"

#define VOUCH_FWID_SIZE	48

/**
 * struct vouch_chain - what a checked chain proves
 * @alias_key: signs evidence; owned, freed by vouch_chain_free()
 * @card_id: first bytes of SHA-384 over the device key's SPKI
 * @fwid: firmware that the alias key is bound to
 */
struct vouch_chain {
	EVP_PKEY *alias_key;
	uint8_t card_id[32];
	uint8_t fwid[VOUCH_FWID_SIZE];
};

/**
 * struct vouch_der - an encoded certificate
 * @bytes: borrowed
 * @len: bytes there
 */
struct vouch_der {
	const uint8_t *bytes;
	size_t len;
};

/**
 * vouch_chain_check() - check the certificates up to the root
 * @chain: returns what they prove; free it after success
 * @root: the only trust anchor
 * @alias: signed by the device key
 * @device: signed by the root
 * @time: when they must be valid, seconds since 1970
 *
 * Return: VOUCH_REASON_NONE, UNKNOWN_CA, CERTIFICATE_MALFORMED,
 * CERTIFICATE_CHAIN, CERTIFICATE_TIME, CERTIFICATE_KEY or INTERNAL.
 */
enum vouch_reason vouch_chain_check(struct vouch_chain *chain, X509 *root,
				    const struct vouch_der *alias,
				    const struct vouch_der *device, int64_t time);

/**
 * vouch_chain_free() - free what a chain owns
 * @chain: the chain, checked or zeros
 */
void vouch_chain_free(struct vouch_chain *chain);

/**
 * vouch_fwid_read() - the firmware digest of a TcbInfo extension
 * @der: content of the extension
 * @len: bytes there
 * @fwid: returns VOUCH_FWID_SIZE bytes
 *
 * Return: 0 or -EBADMSG (malformed, or not exactly one FWID with SHA-384).
 */
int vouch_fwid_read(const uint8_t *der, size_t len, uint8_t *fwid);

#endif /* VOUCH_VERIFY_CERT_H */
