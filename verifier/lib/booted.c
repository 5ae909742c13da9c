// SPDX-License-Identifier: GPL-2.0-only
#include "booted.h"

#include <string.h>

/* What firmware measures beside programs: TCG PC Client Platform Firmware Profile. */
static const struct vouch_piece steps[] = {
	{ "Calling EFI Application from Boot Option", 40 },
	{ "Returning from EFI Application from Boot Option", 47 },
	{ "\0\0\0\0", 4 },	/* EV_SEPARATOR */
};

void vouch_reporter_record(struct vouch_reporter *reporter, const struct vouch_record *record)
{
	if (record->type == VOUCH_TYPE_CMDLINE) {
		reporter->has_cmdline = record->digest;
		if (record->digest)
			memcpy(reporter->cmdline, record->digest, sizeof(reporter->cmdline));
		return;
	}
	if (!record->name || !record->data)
		return;
	reporter->release_len = record->name_len;
	memcpy(reporter->release, record->name, record->name_len);
	reporter->build_id_len = record->data_len;
	memcpy(reporter->build_id, record->data, record->data_len);
}

static bool is_same(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return a_len && a_len == b_len && !memcmp(a, b, a_len);
}

static bool is_step(struct vouch_hash *hash, const uint8_t *digest)
{
	uint8_t known[VOUCH_HASH_SIZE];
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		vouch_hash_pieces(hash, known, &steps[i], 1);
		if (!hash->failed && !memcmp(known, digest, sizeof(known)))
			return true;
	}
	return false;
}

/* A stranger anywhere could have loaded a published kernel and started another. */
static void on_program(struct vouch_booted *booted, const struct vouch_reporter *reporter,
		       const struct vouch_refs *refs, const uint8_t *digest)
{
	struct vouch_ref ref;

	booted->kernel = false;
	if (vouch_refs_find_digest(refs, VOUCH_REF_AUTHENTICODE, digest, &ref))
		booted->kernel = is_same(reporter->release, reporter->release_len,
					 ref.name, ref.name_len) &&
				 is_same(reporter->build_id, reporter->build_id_len,
					 ref.build_id, ref.build_id_len);
	else if (!vouch_refs_find_digest(refs, VOUCH_REF_BOOT_LOADER, digest, &ref))
		booted->stranger = true;
}

static bool is_declared(const struct vouch_refs *refs, const struct vouch_ref *ref)
{
	return vouch_refs_signer(refs, ref->signer)->operator_declared;
}

static void on_input(struct vouch_booted *booted, const struct vouch_refs *refs,
		     const uint8_t *digest)
{
	struct vouch_ref ref;

	if (vouch_refs_find_digest(refs, VOUCH_REF_INITRAMFS, digest, &ref)) {
		booted->initramfs = true;
		booted->declared_initramfs |= is_declared(refs, &ref);
	} else if (vouch_refs_find_digest(refs, VOUCH_REF_CMDLINE, digest, &ref)) {
		booted->has_cmdline = true;
		booted->cmdline = ref;
		booted->declared_cmdline |= is_declared(refs, &ref);
	} else {
		booted->odd = true;
	}
}

void vouch_booted_event(struct vouch_booted *booted, const struct vouch_reporter *reporter,
			const struct vouch_refs *refs, struct vouch_hash *hash,
			const struct vouch_tpm_event *event)
{
	/* After one stranger no other matters, and whoever logs many costs no more. */
	if (event->pcr == VOUCH_TPM_PCR_BOOT && !booted->stranger && !is_step(hash, event->digest))
		on_program(booted, reporter, refs, event->digest);
	if (event->pcr == VOUCH_TPM_PCR_INPUT)
		on_input(booted, refs, event->digest);
}

enum vouch_reason vouch_booted_judge(const struct vouch_booted *booted,
				     const struct vouch_reporter *reporter,
				     const struct vouch_refs *refs)
{
	struct vouch_ref ref;

	if (booted->stranger)
		return VOUCH_TPM_LOADER_UNKNOWN;
	if (!booted->kernel)
		return VOUCH_TPM_KERNEL_UNMEASURED;
	/* Without an initramfs it is the operator's disk that user space comes from. */
	if (booted->odd || !booted->initramfs)
		return VOUCH_TPM_INPUT_UNKNOWN;
	if (!booted->has_cmdline || !reporter->has_cmdline ||
	    !vouch_refs_find_digest(refs, VOUCH_REF_CMDLINE, reporter->cmdline, &ref) ||
	    !is_same(ref.name, ref.name_len, booted->cmdline.name, booted->cmdline.name_len))
		return VOUCH_TPM_CMDLINE_DIFFERS;
	return VOUCH_REASON_NONE;
}
