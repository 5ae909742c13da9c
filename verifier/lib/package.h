/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_PACKAGE_H
#define VOUCH_VERIFY_PACKAGE_H

/*
 * The package: COSE_Sign1 by the asker's key over a CMW collection. Only heads
 * and the small parts are ever in memory; the logs are ranges of the reader.
 */

#include "cose.h"
#include "evidence.h"
#include "finding.h"
#include "proximity.h"
#include "reader.h"
#include "receipt.h"
#include "request.h"

#define VOUCH_PACKAGE_CONTEXT	"vouch/package/1"
#define VOUCH_PACKAGE_HEADER	192
#define VOUCH_PACKAGE_LOG_MAX	(1ULL << 40)

/*
 * Parts: X(NAME, key, content type or NULL for a text, bytes at most, needed, may
 * be a leaf of a batch, which has a content type of its own).
 */
#define VOUCH_PARTS(X)									\
	X(LOG, "log", "application/vnd.vouch.cel+cbor-seq", VOUCH_PACKAGE_LOG_MAX, 0, 0) \
	X(OWN, "own", "application/vnd.vouch.cel+cbor-seq", VOUCH_PACKAGE_LOG_MAX, 0, 0) \
	X(RECEIPT, "receipt", "application/vnd.vouch.receipt+cose",			\
	  VOUCH_RECEIPT_SIZE_MAX, 0, 1)							\
	X(REQUEST, "request", "application/vnd.vouch.request+cbor",			\
	  VOUCH_REQUEST_SIZE_MAX, 1, 0)							\
	X(TYPE, "__cmwc_t", NULL, 0, 1, 0)						\
	X(EVIDENCE, "evidence", "application/eat+cwt", VOUCH_EVIDENCE_SIZE_MAX, 1, 1)	\
	X(PROXIMITY, "proximity", "application/vnd.vouch.proximity+cbor",		\
	  VOUCH_PROXIMITY_SIZE_MAX, 0, 0)

enum vouch_part {
#define VOUCH_PART(name, ...) VOUCH_PART_##name,
	VOUCH_PARTS(VOUCH_PART)
#undef VOUCH_PART
	VOUCH_PART_COUNT
};

/**
 * struct vouch_package - where everything is
 * @reader: the caller's
 * @header: the first bytes of the package, into which @cose points
 * @cose: protected header and payload length
 * @signature: VOUCH_COSE_SIGNATURE bytes
 * @point: the asker's public key
 * @payload: the collection
 * @parts: by enum vouch_part, the content of each
 */
struct vouch_package {
	const struct vouch_reader *reader;
	uint8_t header[VOUCH_PACKAGE_HEADER];
	struct vouch_cose cose;
	uint8_t signature[VOUCH_COSE_SIGNATURE];
	uint8_t point[VOUCH_COSE_POINT];
	struct vouch_range payload;
	struct vouch_range parts[VOUCH_PART_COUNT];
};

/**
 * vouch_package_open() - read the signature's frame
 * @package: returns it; must not be moved afterwards
 * @reader: the bytes, borrowed
 *
 * Return: VOUCH_REASON_NONE, UNREADABLE, PACKAGE_MALFORMED or
 * NOT_DETERMINISTIC.
 */
enum vouch_reason vouch_package_open(struct vouch_package *package,
				     const struct vouch_reader *reader);

/**
 * vouch_package_index() - find the parts
 * @package: opened
 *
 * Return: VOUCH_REASON_NONE, UNREADABLE, PACKAGE_MALFORMED, NOT_DETERMINISTIC
 * or TOO_LONG.
 */
enum vouch_reason vouch_package_index(struct vouch_package *package);

/**
 * vouch_package_verify() - check the asker's signature over all of it
 * @package: opened
 * @window: memory to work in
 * @room: bytes there
 *
 * Return: VOUCH_REASON_NONE, UNREADABLE, PACKAGE_SIGNATURE or INTERNAL.
 */
enum vouch_reason vouch_package_verify(const struct vouch_package *package, uint8_t *window,
				       size_t room);

#endif /* VOUCH_VERIFY_PACKAGE_H */
