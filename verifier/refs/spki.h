/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_SPKI_H
#define VOUCH_REFS_SPKI_H

#include <stddef.h>
#include <stdint.h>

/**
 * vouch_spki_sha384() - the digest of a public key
 * @bytes: the key in PEM or DER
 * @len: bytes there
 * @digest: returns the SHA-384 of its SubjectPublicKeyInfo in DER
 *
 * Return: 0; -EBADMSG if it is no public key; -EIO if the library refuses.
 */
int vouch_spki_sha384(const uint8_t *bytes, size_t len, uint8_t *digest);

#endif /* VOUCH_REFS_SPKI_H */
