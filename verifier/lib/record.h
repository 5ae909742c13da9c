/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_RECORD_H
#define VOUCH_VERIFY_RECORD_H

/* One record of a log (formats.rst, records; vouch.cddl, record). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cbor.h"

#define VOUCH_RECORD_SIZE_MAX	1024
#define VOUCH_RECORD_NAME_MAX	128
#define VOUCH_RECORD_DATA_MAX	256
#define VOUCH_RECORD_NO_REF	UINT64_MAX
#define VOUCH_RECORD_TYPE_MAX	68

/* Record types: X(NAME, value, name for people). */
#define VOUCH_VERIFY_TYPES(X)				\
	X(POWER_ON,	   1, "power-on")		\
	X(RESET,	   2, "reset")			\
	X(ATTACH,	   3, "attach")			\
	X(DETACH,	   4, "detach")			\
	X(NEW_FIRMWARE,	   5, "card-firmware")		\
	X(ASSIGN,	   6, "assign")			\
	X(WITHDRAW,	   7, "withdraw")		\
	X(NEARLY_FULL,	   8, "nearly-full")		\
	X(KERNEL,	  16, "kernel")			\
	X(CMDLINE,	  17, "cmdline")		\
	X(MODULE_PRESENT, 18, "module-present")		\
	X(MODULE_LOAD,	  19, "module-load")		\
	X(FIRMWARE_LOAD,  20, "firmware-load")		\
	X(KEXEC_KERNEL,	  21, "kexec-kernel")		\
	X(KEXEC_INITRAMFS, 22, "kexec-initramfs")	\
	X(KEXEC_CMDLINE,  23, "kexec-cmdline")		\
	X(KEXEC_IMAGE,	  24, "kexec-image")		\
	X(KEXEC_EXEC,	  25, "kexec-exec")		\
	X(KEXEC_ABORT,	  26, "kexec-abort")		\
	X(VM_START,	  27, "vm-start")		\
	X(UNMEASURED,	  28, "unmeasured")		\
	X(KEXEC_CRASH,    29, "kexec-crash")		\
	X(KEXEC_DROP,     30, "kexec-drop")		\
	X(LIVEPATCH,      31, "livepatch")		\
	X(BPF_LOAD,       32, "bpf-load")		\
	X(TAINT,          33, "taint")			\
	X(LOCKDOWN,       34, "lockdown")		\
	X(SECURE_BOOT,    35, "secure-boot")		\
	X(MICROCODE,      36, "microcode")		\
	X(POLICY,         37, "policy")			\
	X(VM_COUNT,       38, "vm-count")		\
	X(LIVE_UPDATE,    39, "live-update")		\
	X(SLEEP,          40, "sleep")			\
	X(USER,           64, "user")			\
	X(TPM_KEY,        65, "tpm-key")		\
	X(TPM_EVENTS,     66, "tpm-events")		\
	X(TPM_QUOTE,      67, "tpm-quote")		\
	X(TPM_SIGNATURE,  68, "tpm-signature")

enum vouch_verify_type {
#define VOUCH_VERIFY_TYPE(name, value, text) VOUCH_TYPE_##name = (value),
	VOUCH_VERIFY_TYPES(VOUCH_VERIFY_TYPE)
#undef VOUCH_VERIFY_TYPE
};

/* Who wrote a record. */
enum vouch_origin {
	VOUCH_ORIGIN_CARD,
	VOUCH_ORIGIN_HOOK,
	VOUCH_ORIGIN_USER,
};

/**
 * struct vouch_record - a decoded record; pointers into the encoding
 * @number: its number
 * @outer_number: its number in the outer map, to be equal
 * @log: the log that it says it is of
 * @type: 1 to VOUCH_RECORD_TYPE_MAX, perhaps none of enum vouch_verify_type
 * @origin: enum vouch_origin
 * @time: card clock, ns
 * @epoch: of the host function
 * @ref: an earlier record, or VOUCH_RECORD_NO_REF
 * @claimed: the record digest that stands beside the content
 * @content: what the record digest covers
 * @content_len: bytes there
 * @digest: what was measured, or NULL
 * @name: UTF-8, not terminated, or NULL
 * @name_len: bytes there
 * @data: or NULL
 * @data_len: bytes there
 */
struct vouch_record {
	uint64_t number;
	uint64_t outer_number;
	uint64_t log;
	uint64_t type;
	uint64_t origin;
	uint64_t time;
	uint64_t epoch;
	uint64_t ref;
	const uint8_t *claimed;
	const uint8_t *content;
	size_t content_len;
	const uint8_t *digest;
	const char *name;
	size_t name_len;
	const uint8_t *data;
	size_t data_len;
};

/**
 * vouch_record_parse() - take a record
 * @c: a cursor, moved behind it
 * @record: returns it
 *
 * Return: 0, -EBADMSG or -EILSEQ (not deterministic).
 */
int vouch_record_parse(struct vouch_cbor *c, struct vouch_record *record);

/**
 * vouch_record_origin() - who writes records of a type
 * @type: 1 to VOUCH_RECORD_TYPE_MAX
 *
 * Return: enum vouch_origin.
 */
enum vouch_origin vouch_record_origin(uint64_t type);

/**
 * vouch_record_type_text() - the name of a type for people
 * @type: the type
 *
 * Return: a constant string, "unknown" for a type that is not known.
 */
const char *vouch_record_type_text(uint64_t type);

/**
 * vouch_record_is_known() - is there such a type?
 * @type: the type
 *
 * Return: whether it is in enum vouch_verify_type.
 */
bool vouch_record_is_known(uint64_t type);

/**
 * vouch_record_named() - does a record have this name?
 * @record: the record
 * @name: terminated
 *
 * Return: whether it has.
 */
bool vouch_record_named(const struct vouch_record *record, const char *name);

#endif /* VOUCH_VERIFY_RECORD_H */
