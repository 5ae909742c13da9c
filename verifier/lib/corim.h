/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CORIM_H
#define VOUCH_VERIFY_CORIM_H

/* Signed reference values (Documentation/references.rst) into a set. */

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vouch_refs;

/**
 * struct vouch_corim_signer - a key whose references are accepted
 * @name: what the policy calls it, terminated
 * @key: P-384 public key
 * @operator_declared: the key is the operator's: matches give a warning
 */
struct vouch_corim_signer {
	const char *name;
	EVP_PKEY *key;
	bool operator_declared;
};

/**
 * vouch_corim_read() - check a signed CoRIM and add all of it to a set
 * @refs: a set that is not sealed
 * @bytes: the signed CoRIM
 * @len: bytes there
 * @signers: the keys that are accepted
 * @signer_count: how many
 *
 * Nothing is added unless the signature verifies with one of the keys. After
 * any other failure the set may hold a part and must be thrown away.
 *
 * Return: 0, -EKEYREJECTED if no accepted key signed it, -EBADMSG if it is
 * malformed or not deterministic, or what vouch_refs_add() returns.
 */
int vouch_corim_read(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     const struct vouch_corim_signer *signers,
		     size_t signer_count);

#endif /* VOUCH_VERIFY_CORIM_H */
