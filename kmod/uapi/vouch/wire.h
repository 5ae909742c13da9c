/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_WIRE_H
#define _UAPI_VOUCH_WIRE_H

/*
 * Commands and completions between driver and card: the one definition.
 *
 * The driver writes a struct vouch_cmd into the next free slot of the
 * submission ring and then its index into SQ_TAIL. The card answers with a
 * struct vouch_cpl in the completion ring, in any order, and raises
 * VOUCH_VECTOR_QUEUE. A completion is new when its phase equals the ring's
 * expected phase, which starts at 1 and flips at each wrap. The driver writes
 * the index after the last completion it has read into CQ_HEAD. A ring of N
 * entries holds at most N - 1.
 *
 * All integers are little endian. Reserved fields are zero, and the receiver
 * refuses them otherwise. Neither side trusts an index, length or address of
 * the other.
 */

#include "record.h"
#include "types.h"

#define VOUCH_DIGEST_SIZE	48	/* SHA-384 */
#define VOUCH_CARD_ID_SIZE	32	/* first bytes of SHA-384(device SPKI) */
#define VOUCH_INSTANCE_SIZE	16	/* random, one an assignment */
#define VOUCH_NAME_MAX		128	/* bytes of UTF-8 in a record's name */
#define VOUCH_DATA_MAX		256	/* bytes of type-specific record data */
#define VOUCH_RECORD_MAX	1024	/* bytes of one encoded record */
#define VOUCH_EVIDENCE_MAX	8192	/* bytes of evidence, certificates included */
#define VOUCH_RECEIPT_MAX	1024	/* bytes of a receipt */
#define VOUCH_TRANSFER_MAX	65536	/* bytes in one buffer, either direction */
#define VOUCH_EPOCH_NONCE_SIZE	32	/* random, in each power-on and reset record */
#define VOUCH_NO_REF		(~0ULL)	/* a record refers to no other */

/* Roles of a function (VOUCH_REG_FUNCTION, identity, evidence). */
#define VOUCH_ROLE_HOST		0
#define VOUCH_ROLE_GUEST	1

/*
 * Commands: X(NAME, opcode, allowed for host, allowed for guest).
 * Arguments and buffers of each:
 *
 * IDENTIFY   out: struct vouch_identity
 * LOG_STATE  arg0: log; out: struct vouch_log_state
 * CERTS      out: alias certificate, device certificate, DER, one after the other
 * APPEND     in: struct vouch_append, name, data; out: struct vouch_appended.
 *            A host appends to log 0, a guest to its own instance log.
 *            Completes when the record is durable.
 * ASSIGN     arg0: function; out: struct vouch_assigned. A fresh instance.
 * WITHDRAW   arg0: function.
 * ATTEST     in: struct vouch_attest; out: evidence; result: how many share
 *            its signature (formats.rst, batches), 0 if it has one of its own
 * RECEIPT    in: struct vouch_receipt_request; out: receipt; result: likewise
 * LOG_READ   arg0: log, arg1: first record; out: whole records, a CBOR
 *            sequence; result: number of the record to ask for next. A guest
 *            may read log 0 up to the count of its last evidence that had log 0,
 *            and its own.
 * PROXIMITY_OPEN  in: struct vouch_proximity_open (proximity.h); out: struct
 *            vouch_proximity_opened. Ends the function's session before it.
 * PROXIMITY_CLOSE  in: struct vouch_proximity_close; out: what the card saw,
 *            signed (Documentation/vouch.cddl, proximity-seen). Ends the
 *            session, signed or not, unless the output does not fit.
 */
#define VOUCH_COMMANDS(X)		\
	X(IDENTIFY,	0x01, 1, 1)	\
	X(LOG_STATE,	0x02, 1, 1)	\
	X(CERTS,	0x03, 1, 1)	\
	X(APPEND,	0x10, 1, 1)	\
	X(ASSIGN,	0x11, 1, 0)	\
	X(WITHDRAW,	0x12, 1, 0)	\
	X(ATTEST,	0x20, 1, 1)	\
	X(RECEIPT,	0x21, 1, 1)	\
	X(LOG_READ,	0x22, 1, 1)	\
	X(PROXIMITY_OPEN, 0x30, 0, 1)	\
	X(PROXIMITY_CLOSE, 0x31, 0, 1)

enum vouch_opcode {
#define VOUCH_OPCODE(name, op, host, guest) VOUCH_OP_##name = (op),
	VOUCH_COMMANDS(VOUCH_OPCODE)
#undef VOUCH_OPCODE
};

/* Completion status: X(NAME, value, text). */
#define VOUCH_STATUSES(X)						\
	X(OK,		0,  "success")					\
	X(OPCODE,	1,  "unknown command")				\
	X(FIELD,	2,  "bad field")				\
	X(LENGTH,	3,  "bad length")				\
	X(ROLE,		4,  "not allowed for this function's role")	\
	X(SMALL,	5,  "output buffer too small")			\
	X(FULL,		6,  "log is full")				\
	X(QUOTA,	7,  "quota of this origin is used up")		\
	X(UNASSIGNED,	8,  "function is not assigned to an instance")	\
	X(NOT_FOUND,	9,  "no such record, function, evidence or session")	\
	X(STORAGE,	10, "card could not store the record")		\
	X(DMA,		11, "buffer is not reachable")			\
	X(INTERNAL,	12, "card failed")

enum vouch_status {
#define VOUCH_STATUS_VALUE(name, value, text) VOUCH_ST_##name = (value),
	VOUCH_STATUSES(VOUCH_STATUS_VALUE)
#undef VOUCH_STATUS_VALUE
};

/**
 * struct vouch_cmd - one submission
 * @opcode: enum vouch_opcode
 * @cid: the driver's choice, returned in the completion
 * @flags: zero
 * @in_addr: bus address of the input, @in_len bytes (0 with length 0)
 * @in_len: bytes, at most VOUCH_TRANSFER_MAX
 * @out_len: room for the output, at most VOUCH_TRANSFER_MAX
 * @out_addr: bus address of the output
 * @arg0: see VOUCH_COMMANDS; zero where the command has none
 * @arg1: likewise
 * @rsv: zero
 */
struct vouch_cmd {
	__le16 opcode;
	__le16 cid;
	__le32 flags;
	__le64 in_addr;
	__le32 in_len;
	__le32 out_len;
	__le64 out_addr;
	__le64 arg0;
	__le64 arg1;
	__le64 rsv[2];
};

VOUCH_LAYOUT(vouch_cmd, 64);

/**
 * struct vouch_cpl - one completion
 * @cid: of the command
 * @status: enum vouch_status
 * @out_len: bytes written to the output; with VOUCH_ST_SMALL, bytes needed
 * @result: see VOUCH_COMMANDS
 * @t_rx: card clock when the card fetched the command, ns
 * @sq_head: submissions up to here have been fetched
 * @phase: 1 or 0 in bit 0
 * @rsv: zero
 */
struct vouch_cpl {
	__le16 cid;
	__le16 status;
	__le32 out_len;
	__le64 result;
	__le64 t_rx;
	__le16 sq_head;
	__le16 phase;
	__le32 rsv;
};

VOUCH_LAYOUT(vouch_cpl, 32);

/* Where the host function stands (Documentation/protocol.rst, epochs). */
#define VOUCH_ATTACH_RESET	0	/* no driver since power-on or reset */
#define VOUCH_ATTACH_ATTACHED	1
#define VOUCH_ATTACH_JUMPING	2	/* a kexec was announced */
#define VOUCH_ATTACH_DETACHED	3	/* driver left without announcing */

/**
 * struct vouch_identity - what the card and this function are
 * @card_id: first 32 bytes of SHA-384 over the device key's SPKI
 * @firmware: SHA-384 of the card's firmware
 * @boot_count: power-ons since the card was made
 * @epoch: number of the host function's epoch, from 1
 * @log_capacity: most records in log 0
 * @function: this function's number, 0 is the host's
 * @role: VOUCH_ROLE_*
 * @functions: how many functions the card has
 * @attach: VOUCH_ATTACH_* of the host function
 * @debug: 0 when debugging has been disabled for good, 1 when it is enabled
 * @rsv: zero
 */
struct vouch_identity {
	__u8 card_id[VOUCH_CARD_ID_SIZE];
	__u8 firmware[VOUCH_DIGEST_SIZE];
	__le64 boot_count;
	__le64 epoch;
	__le64 log_capacity;
	__le16 function;
	__le16 role;
	__le16 functions;
	__le16 attach;
	__le32 debug;
	__le32 rsv;
};

VOUCH_LAYOUT(vouch_identity, 120);

/**
 * struct vouch_log_state - one log, seen at one moment
 * @count: records in it; the next record has this number
 * @current_record: number of the last record of type KERNEL, or VOUCH_NO_REF
 * @log: 0 the host's, otherwise the function number
 * @rsv: zero
 * @instance: instance id; zeros for log 0
 * @pcr: running digest
 * @root: root of the Merkle mountain range
 */
struct vouch_log_state {
	__le64 count;
	__le64 current_record;
	__le32 log;
	__le32 rsv;
	__u8 instance[VOUCH_INSTANCE_SIZE];
	__u8 pcr[VOUCH_DIGEST_SIZE];
	__u8 root[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_log_state, 136);

#define VOUCH_APPEND_DIGEST	0x0001	/* @digest is present */

/**
 * struct vouch_append - a record to be written; name and data follow
 * @type: enum vouch_record_type, from 16
 * @flags: VOUCH_APPEND_*
 * @name_len: bytes of UTF-8 without NUL that follow, at most VOUCH_NAME_MAX
 * @data_len: bytes of data after the name, at most VOUCH_DATA_MAX
 * @ref: number of an earlier record in the same log, or VOUCH_NO_REF
 * @digest: what was measured; zeros without VOUCH_APPEND_DIGEST
 */
struct vouch_append {
	__le16 type;
	__le16 flags;
	__le16 name_len;
	__le16 data_len;
	__le64 ref;
	__u8 digest[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_append, 64);

/**
 * struct vouch_appended - where a record went
 * @number: its number in the log
 * @digest: its record digest
 */
struct vouch_appended {
	__le64 number;
	__u8 digest[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_appended, 56);

/**
 * struct vouch_assigned - a fresh instance for a guest function
 * @number: of the ASSIGN record in log 0
 * @instance: the instance id that the card drew
 */
struct vouch_assigned {
	__le64 number;
	__u8 instance[VOUCH_INSTANCE_SIZE];
};

VOUCH_LAYOUT(vouch_assigned, 24);

/*
 * Which logs evidence speaks of. Zero asks for all that the function has: the
 * host's, and a guest's own.
 */
#define VOUCH_ATTEST_HYPERVISOR	0x00000001	/* log 0 */
#define VOUCH_ATTEST_OS		0x00000002	/* the guest's instance log */
/* Share no signature; known to cards with VOUCH_CAP_BATCH, and others never do. */
#define VOUCH_ATTEST_OWN_SIGNATURE	0x00000004

#define VOUCH_BATCH_MAX		256	/* leaves in a batch (formats.rst) */
#define VOUCH_BATCH_PATH_MAX	8	/* digests from a leaf to the root */
#define VOUCH_BATCH_BLIND_SIZE	32	/* random bytes in each leaf */

/**
 * struct vouch_attest - a request for evidence
 * @flags: VOUCH_ATTEST_*; a host function has no log for VOUCH_ATTEST_OS
 * @rsv: zero
 * @nonce: what the evidence echoes (Documentation/protocol.rst, nonce)
 */
struct vouch_attest {
	__le32 flags;
	__le32 rsv;
	__u8 nonce[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_attest, 56);

/**
 * struct vouch_receipt_request - asks when an evidence left the card
 * @evidence: SHA-384 of the evidence as received; the card remembers the last
 *	256 of each function
 */
struct vouch_receipt_request {
	__u8 evidence[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_receipt_request, 48);

#endif /* _UAPI_VOUCH_WIRE_H */
