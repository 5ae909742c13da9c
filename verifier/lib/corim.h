/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_CORIM_H
#define VOUCH_VERIFY_CORIM_H

/* Signed reference values (Documentation/references.rst) into a set. */

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_CORIM_MAX		(64U << 20)	/* bytes of a signed CoRIM */
#define VOUCH_CORIM_PROFILE	"tag:vouch.example,2026:refs/1"

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
 * struct vouch_corim_info - what a CoRIM says beside its references
 * @signer: index of the key that signed it
 * @not_before: valid from, seconds since 1970; 0 for no such limit
 * @not_after: valid until, likewise
 * @added: references that went into the set
 * @ignored: references of a kind that an operator may not declare
 */
struct vouch_corim_info {
	size_t signer;
	uint64_t not_before;
	uint64_t not_after;
	size_t added;
	size_t ignored;
};

/**
 * vouch_corim_load() - check a signed CoRIM and add all of it to a set
 * @refs: a set that is not sealed
 * @bytes: the signed CoRIM
 * @len: bytes there
 * @signers: the keys that are accepted
 * @signer_count: how many
 * @info: returns what else it says; comparing its validity with a clock is the
 *	caller's
 *
 * Nothing of the content is looked at unless the signature verifies with one
 * of the keys. From an operator's key only initramfs and command lines are
 * taken. After a failure the set may hold a part and must be thrown away.
 *
 * Return: 0, -EKEYREJECTED if no accepted key signed it, -EILSEQ if it is not
 * deterministic, -EBADMSG if it is malformed or not of our profile, -E2BIG
 * above VOUCH_CORIM_MAX, or what vouch_refs_add() returns.
 */
int vouch_corim_load(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     const struct vouch_corim_signer *signers, size_t signer_count,
		     struct vouch_corim_info *info);

/**
 * vouch_corim_read() - vouch_corim_load() for who needs only the references
 * @refs: a set that is not sealed
 * @bytes: the signed CoRIM
 * @len: bytes there
 * @signers: the keys that are accepted
 * @signer_count: how many
 *
 * Return: as vouch_corim_load().
 */
int vouch_corim_read(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     const struct vouch_corim_signer *signers,
		     size_t signer_count);

/**
 * vouch_corim_list() - read a CoRIM without checking who signed it
 * @refs: a set that is not sealed, filled for showing it and never for matching
 * @bytes: the signed CoRIM
 * @len: bytes there
 * @info: returns what else it says; @signer is not meant
 *
 * Return: as vouch_corim_load(), but -EKEYREJECTED.
 */
int vouch_corim_list(struct vouch_refs *refs, const uint8_t *bytes, size_t len,
		     struct vouch_corim_info *info);

#endif /* VOUCH_VERIFY_CORIM_H */
