// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
/*
 * What each type of record carries (Documentation/formats.rst, records). The
 * log cannot be mended afterwards, so the card refuses what a verifier would.
 */
#include "record.h"

#define NEEDS_DIGEST	0x01
#define NEEDS_NAME	0x02
#define MAY_DATA	0x04
#define MAY_REF		0x08
#define NEEDS_REF	0x10
#define MAY_DIGEST	0x20
#define NEEDS_DATA	0x40
#define KNOWN		0x80

static const uint8_t rules[] = {
	[VOUCH_REC_KERNEL]		= KNOWN | NEEDS_NAME | MAY_DATA,
	[VOUCH_REC_CMDLINE]		= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_MODULE_PRESENT]	= KNOWN | NEEDS_NAME | MAY_DATA,
	[VOUCH_REC_MODULE_LOAD]		= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_FIRMWARE_LOAD]	= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_KEXEC_KERNEL]	= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_KEXEC_INITRAMFS]	= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_KEXEC_CMDLINE]	= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_KEXEC_IMAGE]		= KNOWN | NEEDS_DIGEST | MAY_REF,
	[VOUCH_REC_KEXEC_EXEC]		= KNOWN | NEEDS_DIGEST | MAY_REF,
	[VOUCH_REC_KEXEC_ABORT]		= KNOWN | MAY_REF,
	[VOUCH_REC_VM_START]		= KNOWN | NEEDS_DIGEST,
	[VOUCH_REC_UNMEASURED]		= KNOWN | NEEDS_NAME,
	[VOUCH_REC_KEXEC_CRASH]		= KNOWN | NEEDS_DIGEST | MAY_REF,
	[VOUCH_REC_KEXEC_DROP]		= KNOWN | NEEDS_NAME | MAY_REF,
	[VOUCH_REC_LIVEPATCH]		= KNOWN | NEEDS_NAME | MAY_DIGEST | MAY_REF,
	[VOUCH_REC_BPF_LOAD]		= KNOWN | NEEDS_DIGEST | NEEDS_NAME,
	[VOUCH_REC_TAINT]		= KNOWN | NEEDS_NAME | NEEDS_DATA,
	[VOUCH_REC_LOCKDOWN]		= KNOWN | NEEDS_NAME,
	[VOUCH_REC_SECURE_BOOT]		= KNOWN | NEEDS_NAME,
	[VOUCH_REC_MICROCODE]		= KNOWN | NEEDS_NAME | NEEDS_DATA,
	[VOUCH_REC_POLICY]		= KNOWN | NEEDS_NAME | NEEDS_DATA,
	[VOUCH_REC_VM_COUNT]		= KNOWN | NEEDS_NAME | NEEDS_DATA,
	[VOUCH_REC_LIVE_UPDATE]		= KNOWN | NEEDS_NAME | MAY_DATA,
	[VOUCH_REC_SLEEP]		= KNOWN | NEEDS_NAME,
	[VOUCH_REC_USER]		= KNOWN | NEEDS_DIGEST | NEEDS_NAME,
	[VOUCH_REC_TPM_KEY]		= KNOWN | NEEDS_DIGEST | NEEDS_DATA,
	[VOUCH_REC_TPM_EVENTS]		= KNOWN | NEEDS_DATA,
	[VOUCH_REC_TPM_QUOTE]		= KNOWN | NEEDS_DIGEST | NEEDS_DATA,
	[VOUCH_REC_TPM_SIGNATURE]	= KNOWN | NEEDS_DATA | NEEDS_REF,
};

/**
 * vouch_record_origin - who writes records of a type
 * @type: enum vouch_record_type
 *
 * Return: VOUCH_ORIGIN_*.
 */
uint8_t vouch_record_origin(uint16_t type)
{
	if (type <= VOUCH_REC_CARD_LAST)
		return VOUCH_ORIGIN_CARD;
	return type <= VOUCH_REC_HOOK_LAST ? VOUCH_ORIGIN_HOOK : VOUCH_ORIGIN_USER;
}

/**
 * vouch_record_valid - may a driver append this?
 * @record: its type, digest, name, data and ref; @number is the log's count
 *
 * Return: true when the type is a driver's, its fields are those of the type,
 * the name is valid and the reference is to an earlier record.
 */
bool vouch_record_valid(const struct vouch_record *record)
{
	const bool has_ref = record->ref != VOUCH_NO_REF;
	const uint8_t rule = record->type < sizeof(rules) ? rules[record->type] : 0;

	return rule & KNOWN &&
	       (record->has_digest ? rule & (MAY_DIGEST | NEEDS_DIGEST)
				   : !(rule & NEEDS_DIGEST)) &&
	       (record->name.len || !(rule & NEEDS_NAME)) &&
	       (record->data.len ? rule & (MAY_DATA | NEEDS_DATA) : !(rule & NEEDS_DATA)) &&
	       (has_ref ? rule & (MAY_REF | NEEDS_REF) && record->ref < record->number
			: !(rule & NEEDS_REF)) &&
	       vouch_name_valid(record->name.data, record->name.len);
}
