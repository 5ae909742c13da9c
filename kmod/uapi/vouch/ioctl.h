/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_IOCTL_H
#define _UAPI_VOUCH_IOCTL_H

/*
 * /dev/vouchN. Each argument begins with its own size in bytes, which the
 * caller sets. A kernel that knows a longer struct takes the missing tail as
 * zero; one that knows a shorter struct refuses a non-zero tail (E2BIG).
 *
 *   EINVAL   bad size, flag, reserved field or length
 *   E2BIG    the struct is longer than this kernel knows, and not zero there
 *   EFAULT   a pointer is bad
 *   EPERM    needs CAP_SYS_ADMIN
 *   EACCES   not allowed for this function's role
 *   ENOBUFS  the output does not fit; out_len says what is needed
 *   ENOENT   no such record, function or evidence, or the session has ended
 *   ENOLINK  the function is not assigned to an instance
 *   ENOSPC   the log, or the quota for user records, is full
 *   EAGAIN   the card is recovering
 *   EBUSY    the function has a proximity session already
 *   EOPNOTSUPP the card has no proximity sessions
 *   EINTR    the caller is being killed
 *   ETIMEDOUT the card did not answer in time
 *   ENODEV   the card is gone
 *   EIO      the card answered nonsense, or could not store
 */

#include <linux/ioctl.h>
#include "proximity.h"
#include "wire.h"

/**
 * struct vouch_ioc_info - VOUCH_IOC_INFO
 * @size: of this struct
 * @flags: zero
 * @identity: as the card reports it
 */
struct vouch_ioc_info {
	__u32 size;
	__u32 flags;
	struct vouch_identity identity;
};

VOUCH_LAYOUT(vouch_ioc_info, 128);

/**
 * struct vouch_ioc_log_state - VOUCH_IOC_LOG_STATE
 * @size: of this struct
 * @flags: zero
 * @log: which log
 * @rsv: zero
 * @state: as the card reports it
 */
struct vouch_ioc_log_state {
	__u32 size;
	__u32 flags;
	__u32 log;
	__u32 rsv;
	struct vouch_log_state state;
};

VOUCH_LAYOUT(vouch_ioc_log_state, 152);

/**
 * struct vouch_ioc_attest - VOUCH_IOC_ATTEST
 * @size: of this struct
 * @flags: VOUCH_ATTEST_*; without any of the logs, all
 * @out: user pointer for the evidence
 * @out_len: room at @out; returns the length written, or needed
 * @timeout_ms: 0 for the driver's default
 * @t_doorbell: returns CLOCK_MONOTONIC_RAW when the doorbell was written, ns
 * @t_interrupt: returns the same clock at interrupt entry, ns
 * @t_rx: returns the card's clock when it fetched the command, ns
 * @nonce: goes into the evidence as it is
 */
struct vouch_ioc_attest {
	__u32 size;
	__u32 flags;
	__u64 out;
	__u32 out_len;
	__u32 timeout_ms;
	__u64 t_doorbell;
	__u64 t_interrupt;
	__u64 t_rx;
	__u8 nonce[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_ioc_attest, 96);

/**
 * struct vouch_ioc_receipt - VOUCH_IOC_RECEIPT
 * @size: of this struct
 * @flags: zero
 * @out: user pointer for the receipt
 * @out_len: room at @out; returns the length written, or needed
 * @rsv: zero
 * @evidence: SHA-384 of the evidence
 */
struct vouch_ioc_receipt {
	__u32 size;
	__u32 flags;
	__u64 out;
	__u32 out_len;
	__u32 rsv;
	__u8 evidence[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_ioc_receipt, 72);

/**
 * struct vouch_ioc_log_read - VOUCH_IOC_LOG_READ
 * @size: of this struct
 * @flags: zero
 * @log: which log
 * @out_len: room at @out, at least VOUCH_RECORD_MAX; returns the length written
 * @from: first record wanted
 * @next: returns the record to ask for next; equal to @from at the end
 * @out: user pointer for whole records, a CBOR sequence
 */
struct vouch_ioc_log_read {
	__u32 size;
	__u32 flags;
	__u32 log;
	__u32 out_len;
	__u64 from;
	__u64 next;
	__u64 out;
};

VOUCH_LAYOUT(vouch_ioc_log_read, 40);

/**
 * struct vouch_ioc_certs - VOUCH_IOC_CERTS
 * @size: of this struct
 * @flags: zero
 * @out: user pointer for the DER certificates, alias then device
 * @out_len: room at @out; returns the length written, or needed
 * @rsv: zero
 */
struct vouch_ioc_certs {
	__u32 size;
	__u32 flags;
	__u64 out;
	__u32 out_len;
	__u32 rsv;
};

VOUCH_LAYOUT(vouch_ioc_certs, 24);

/**
 * struct vouch_ioc_measure - VOUCH_IOC_MEASURE, needs CAP_SYS_ADMIN
 * @size: of this struct
 * @flags: zero
 * @name: user pointer to UTF-8 without NUL
 * @name_len: 1 to VOUCH_NAME_MAX
 * @rsv: zero
 * @number: returns the record's number
 * @digest: what was measured, SHA-384
 * @record: returns the record's digest
 */
struct vouch_ioc_measure {
	__u32 size;
	__u32 flags;
	__u64 name;
	__u32 name_len;
	__u32 rsv;
	__u64 number;
	__u8 digest[VOUCH_DIGEST_SIZE];
	__u8 record[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_ioc_measure, 128);

/**
 * struct vouch_ioc_assign - VOUCH_IOC_ASSIGN and _WITHDRAW, CAP_SYS_ADMIN
 * @size: of this struct
 * @flags: zero
 * @function: a guest function's number, from 1
 * @rsv: zero
 * @assigned: returned by VOUCH_IOC_ASSIGN
 */
struct vouch_ioc_assign {
	__u32 size;
	__u32 flags;
	__u32 function;
	__u32 rsv;
	struct vouch_assigned assigned;
};

VOUCH_LAYOUT(vouch_ioc_assign, 40);

/**
 * struct vouch_ioc_record - VOUCH_IOC_RECORD, needs CAP_SYS_ADMIN
 * @size: of this struct
 * @flags: VOUCH_APPEND_*
 * @type: enum vouch_record_type, one that user space writes
 * @name_len: up to VOUCH_NAME_MAX
 * @data_len: up to VOUCH_DATA_MAX
 * @name: user pointer to UTF-8 without NUL
 * @data: user pointer
 * @ref: number of an earlier record in the same log, or VOUCH_NO_REF
 * @number: returns the record's number
 * @digest: what was measured; zeros without VOUCH_APPEND_DIGEST
 * @record: returns the record's digest
 */
struct vouch_ioc_record {
	__u32 size;
	__u32 flags;
	__u32 type;
	__u16 name_len;
	__u16 data_len;
	__u64 name;
	__u64 data;
	__u64 ref;
	__u64 number;
	__u8 digest[VOUCH_DIGEST_SIZE];
	__u8 record[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_ioc_record, 144);

/**
 * struct vouch_ioc_round - one round of a proximity session
 * @challenge: as written
 * @response: as read
 * @ns: from before the write to after the read; all ones for that and longer
 * @rsv: returned as zero
 */
struct vouch_ioc_round {
	__u64 challenge;
	__u64 response;
	__u32 ns;
	__u32 rsv;
};

VOUCH_LAYOUT(vouch_ioc_round, 24);

/**
 * struct vouch_ioc_proximity - VOUCH_IOC_PROXIMITY, a guest's function only
 * @size: of this struct
 * @flags: zero
 * @count: of rounds, VOUCH_ROUNDS_MIN to VOUCH_ROUNDS_MAX
 * @out_len: room at @out, at least VOUCH_PROXIMITY_MAX; returns the length written
 * @rounds: user pointer to @count of struct vouch_ioc_round, returned
 * @out: user pointer for what the card saw and signed
 * @begin: returns CLOCK_MONOTONIC_RAW before the first write, ns
 * @end: returns the same clock after the last read, ns
 * @nonce: as in the request for the evidence that it goes with
 * @secret: returns what the kernel drew; challenges follow from it
 * @session: returns the session's name, as the card told it before the first round
 * @commitment: returns the card's commitment, likewise
 *
 * Documentation/proximity.rst. The whole of it takes no longer than
 * VOUCH_PROXIMITY_NS and one time-out of the card. On an error nothing is returned.
 */
struct vouch_ioc_proximity {
	__u32 size;
	__u32 flags;
	__u32 count;
	__u32 out_len;
	__u64 rounds;
	__u64 out;
	__u64 begin;
	__u64 end;
	__u8 nonce[VOUCH_DIGEST_SIZE];
	__u8 secret[VOUCH_SECRET_SIZE];
	__u8 session[VOUCH_SESSION_SIZE];
	__u8 commitment[VOUCH_DIGEST_SIZE];
};

VOUCH_LAYOUT(vouch_ioc_proximity, 192);

#define VOUCH_IOC_TYPE		0xBB
#define VOUCH_IOC_INFO		_IO(VOUCH_IOC_TYPE, 0x00)
#define VOUCH_IOC_LOG_STATE	_IO(VOUCH_IOC_TYPE, 0x01)
#define VOUCH_IOC_CERTS		_IO(VOUCH_IOC_TYPE, 0x02)
#define VOUCH_IOC_ATTEST	_IO(VOUCH_IOC_TYPE, 0x10)
#define VOUCH_IOC_RECEIPT	_IO(VOUCH_IOC_TYPE, 0x11)
#define VOUCH_IOC_LOG_READ	_IO(VOUCH_IOC_TYPE, 0x12)
#define VOUCH_IOC_PROXIMITY	_IO(VOUCH_IOC_TYPE, 0x13)
#define VOUCH_IOC_MEASURE	_IO(VOUCH_IOC_TYPE, 0x20)
#define VOUCH_IOC_ASSIGN	_IO(VOUCH_IOC_TYPE, 0x21)
#define VOUCH_IOC_WITHDRAW	_IO(VOUCH_IOC_TYPE, 0x22)
#define VOUCH_IOC_RECORD	_IO(VOUCH_IOC_TYPE, 0x23)

#endif /* _UAPI_VOUCH_IOCTL_H */
