/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_COMID_H
#define VOUCH_VERIFY_COMID_H

/* The references of one package inside a CoRIM. */

#include "corim.h"
#include "refs.h"

/**
 * struct vouch_comid_reader - where references go
 * @refs: the set
 * @info: @added and @ignored are counted up
 * @operator_declared: take only what an operator may declare
 * @ref: the reference that is being read; the caller sets @signer
 */
struct vouch_comid_reader {
	struct vouch_refs *refs;
	struct vouch_corim_info *info;
	bool operator_declared;
	struct vouch_ref ref;
};

/**
 * vouch_comid_read() - add the references of a CoMID to a set
 * @r: where they go
 * @bytes: the encoding, exactly one item
 * @len: bytes there
 *
 * Return: 0, -EBADMSG or -EILSEQ (see vouch_cbor_check()), or what
 * vouch_refs_add() returns.
 */
int vouch_comid_read(struct vouch_comid_reader *r, const uint8_t *bytes, size_t len);

#endif /* VOUCH_VERIFY_COMID_H */
