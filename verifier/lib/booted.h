/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_BOOTED_H
#define VOUCH_VERIFY_BOOTED_H

/*
 * What the firmware's events say was started, and with what (protocol.rst,
 * measured boot). A PCR covers the digests of its events and nothing else: what
 * an event is said to be, and its place among the events of other PCRs, is the
 * word of whoever wrote the record, and never asked here.
 */

#include <stdbool.h>

#include "finding.h"
#include "hash.h"
#include "record.h"
#include "refs.h"
#include "tpm.h"

/**
 * struct vouch_reporter - the kernel that reported, as in its records
 * @release: its name
 * @release_len: bytes there
 * @build_id: of it
 * @build_id_len: bytes there
 * @cmdline: SHA-384 of its command line
 * @has_cmdline: it said that
 */
struct vouch_reporter {
	char release[VOUCH_RECORD_NAME_MAX];
	size_t release_len;
	uint8_t build_id[VOUCH_RECORD_DATA_MAX];
	size_t build_id_len;
	uint8_t cmdline[VOUCH_HASH_SIZE];
	bool has_cmdline;
};

/**
 * struct vouch_booted - what was started so far; zeros at first
 * @stranger: a program that matches no reference
 * @kernel: the last program is the kernel that reported
 * @odd: it was given something that matches no reference
 * @initramfs: it was given an initramfs
 * @declared_initramfs: that only the operator signed
 * @declared_cmdline: or a command line
 * @has_cmdline: @cmdline is set
 * @cmdline: the reference for the last command line; valid as long as the set
 */
struct vouch_booted {
	bool stranger, kernel, odd, initramfs, declared_initramfs, declared_cmdline, has_cmdline;
	struct vouch_ref cmdline;
};

/**
 * vouch_reporter_record() - take a kernel or cmdline record
 * @reporter: the kernel
 * @record: of either type
 */
void vouch_reporter_record(struct vouch_reporter *reporter, const struct vouch_record *record);

/**
 * vouch_booted_event() - take an event that extends a PCR
 * @booted: the state
 * @reporter: the kernel that reported
 * @refs: a sealed set that is not empty
 * @hash: context
 * @event: the event, of any PCR
 */
void vouch_booted_event(struct vouch_booted *booted, const struct vouch_reporter *reporter,
			const struct vouch_refs *refs, struct vouch_hash *hash,
			const struct vouch_tpm_event *event);

/**
 * vouch_booted_judge() - was the kernel that reported started, with what it says?
 * @booted: after all events, which lead to the PCRs that were quoted
 * @reporter: the kernel that reported
 * @refs: as for the events
 *
 * Return: VOUCH_REASON_NONE, TPM_LOADER_UNKNOWN, TPM_KERNEL_UNMEASURED,
 * TPM_INPUT_UNKNOWN or TPM_CMDLINE_DIFFERS.
 */
enum vouch_reason vouch_booted_judge(const struct vouch_booted *booted,
				     const struct vouch_reporter *reporter,
				     const struct vouch_refs *refs);

#endif /* VOUCH_VERIFY_BOOTED_H */
