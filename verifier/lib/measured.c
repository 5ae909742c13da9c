// SPDX-License-Identifier: GPL-2.0-only
#include "measured.h"

#include <string.h>

#define PCRS_NEEDED	0x2ff	/* 0 to 7, and 9: what the kernel's own stub measures */

void vouch_measured_reset(struct vouch_measured *m, const struct vouch_record *record)
{
	m->open = false;
	m->epoch++;
	m->nonce_known = record->data_len == VOUCH_EPOCH_NONCE;
	if (m->nonce_known)
		memcpy(m->nonce, record->data, sizeof(m->nonce));
}

/* A key begins a new try: a quote that failed may be repeated as a whole. */
static void begin(struct vouch_measured *m)
{
	m->has_key = false;
	m->key_known = false;
	m->bad_events = false;
	m->stranger = false;
	m->booted = false;
	m->has_quote = false;
	vouch_tpm_bank_init(&m->bank);
}

void vouch_measured_attach(struct vouch_measured *m)
{
	m->open = m->nonce_known;
	m->tries = 0;
	m->release_len = 0;
	m->build_id_len = 0;
	begin(m);
}

void vouch_measured_close(struct vouch_measured *m)
{
	m->open = false;
}

static void on_kernel(struct vouch_measured *m, const struct vouch_record *record)
{
	if (!record->name || !record->data)
		return;
	m->release_len = record->name_len;
	memcpy(m->release, record->name, record->name_len);
	m->build_id_len = record->data_len;
	memcpy(m->build_id, record->data, record->data_len);
}

static enum vouch_reason on_key(struct vouch_measured *m, const struct vouch_refs *refs,
				struct vouch_hash *hash, const struct vouch_record *record)
{
	struct vouch_ref ref;

	begin(m);
	m->has_key = true;
	if (!record->data || !record->digest)
		return VOUCH_RECORD_INCOMPLETE;
	VOUCH_HASH(hash, m->key_digest, { record->data, record->data_len });
	if (memcmp(m->key_digest, record->digest, sizeof(m->key_digest)) != 0)
		return VOUCH_TPM_KEY_UNKNOWN;
	/* That it matches no reference is reported where references are matched. */
	m->key_known = vouch_refs_count(refs) &&
		       vouch_refs_find_digest(refs, VOUCH_REF_TPM_KEY, m->key_digest, &ref);
	m->key_len = record->data_len;
	memcpy(m->key, record->data, record->data_len);
	return VOUCH_REASON_NONE;
}

static bool is_reporting(const struct vouch_measured *m, const struct vouch_ref *ref)
{
	return m->release_len && ref->name_len == m->release_len &&
	       !memcmp(ref->name, m->release, m->release_len) &&
	       m->build_id_len && ref->build_id_len == m->build_id_len &&
	       !memcmp(ref->build_id, m->build_id, m->build_id_len);
}

/* A stranger anywhere could have loaded a published kernel and started another. */
static void on_program(struct vouch_measured *m, const struct vouch_refs *refs,
		       const uint8_t *digest)
{
	struct vouch_ref ref;

	m->booted = false;
	if (!vouch_refs_count(refs))
		m->stranger = true;
	else if (vouch_refs_find_digest(refs, VOUCH_REF_AUTHENTICODE, digest, &ref))
		m->booted = is_reporting(m, &ref);
	else if (!vouch_refs_find_digest(refs, VOUCH_REF_BOOT_LOADER, digest, &ref))
		m->stranger = true;
}

static enum vouch_reason on_events(struct vouch_measured *m, const struct vouch_refs *refs,
				   struct vouch_hash *hash, const struct vouch_record *record)
{
	struct vouch_tpm_event event;
	size_t i;

	if (!record->data || record->data_len % VOUCH_TPM_EVENT)
		return VOUCH_RECORD_INCOMPLETE;
	for (i = 0; vouch_tpm_event_at(&event, record->data, record->data_len, i); i++) {
		if (!vouch_tpm_bank_extend(&m->bank, hash, &event))
			m->bad_events = true;
		if (event.pcr == VOUCH_TPM_PCR_BOOT && event.type == VOUCH_TPM_EV_EFI_APP)
			on_program(m, refs, event.digest);
	}
	return VOUCH_REASON_NONE;
}

static enum vouch_reason on_quote(struct vouch_measured *m, struct vouch_hash *hash,
				  const struct vouch_record *record)
{
	uint8_t digest[VOUCH_HASH_SIZE];

	m->has_quote = false;
	if (!record->data || !record->digest)
		return VOUCH_RECORD_INCOMPLETE;
	VOUCH_HASH(hash, digest, { record->data, record->data_len });
	if (memcmp(digest, record->digest, sizeof(digest)) != 0)
		return VOUCH_TPM_QUOTE_MALFORMED;
	m->has_quote = true;
	m->quote_number = record->number;
	m->quote_len = record->data_len;
	memcpy(m->quote, record->data, record->data_len);
	return VOUCH_REASON_NONE;
}

/* A function can be reset by whoever runs; the TPM's count says if the host was. */
static bool is_same_boot(struct vouch_measured *m, const struct vouch_tpm_quote *quote)
{
	struct vouch_boot *boot = m->boots;

	while (boot < m->boots + m->boot_count &&
	       memcmp(boot->key, m->key_digest, sizeof(boot->key)) != 0)
		boot++;
	if (boot == m->boots + VOUCH_BOOT_KEYS)
		return true;
	if (boot == m->boots + m->boot_count) {
		m->boot_count++;
		memcpy(boot->key, m->key_digest, sizeof(boot->key));
	} else if (boot->resets == quote->resets && boot->epoch != m->epoch) {
		return true;
	}
	boot->resets = quote->resets;
	boot->epoch = m->epoch;
	return false;
}

static enum vouch_reason judge(struct vouch_measured *m, struct vouch_hash *hash,
			       const struct vouch_record *record)
{
	struct vouch_tpm_quote quote;

	if (!m->has_quote || record->ref != m->quote_number || !record->data ||
	    !vouch_tpm_verify(m->key, m->key_len, m->quote, m->quote_len, record->data,
			      record->data_len))
		return VOUCH_TPM_QUOTE_SIGNATURE;
	if (vouch_tpm_quote_parse(&quote, m->quote, m->quote_len))
		return VOUCH_TPM_QUOTE_MALFORMED;
	if (quote.nonce_len != sizeof(m->nonce) ||
	    memcmp(quote.nonce, m->nonce, sizeof(m->nonce)) != 0)
		return VOUCH_TPM_QUOTE_NONCE;
	if (is_same_boot(m, &quote))
		return VOUCH_TPM_SAME_BOOT;
	if ((quote.pcrs & PCRS_NEEDED) != PCRS_NEEDED)
		return VOUCH_TPM_QUOTE_PCRS;
	if (m->bad_events || !vouch_tpm_bank_matches(&m->bank, hash, &quote))
		return VOUCH_TPM_EVENTS_MISMATCH;
	if (m->stranger)
		return VOUCH_TPM_LOADER_UNKNOWN;
	return m->booted ? VOUCH_REASON_NONE : VOUCH_TPM_KERNEL_UNMEASURED;
}

static enum vouch_reason on_signature(struct vouch_measured *m, struct vouch_hash *hash,
				      const struct vouch_record *record, bool *proven)
{
	enum vouch_reason reason;

	if (!m->has_key)
		return VOUCH_TPM_KEY_UNKNOWN;
	if (!m->key_known || ++m->tries > VOUCH_QUOTES_MAX)
		return VOUCH_REASON_NONE;
	reason = judge(m, hash, record);
	*proven = reason == VOUCH_REASON_NONE;
	if (*proven)
		m->open = false;
	return reason;
}

enum vouch_reason vouch_measured_record(struct vouch_measured *m, const struct vouch_refs *refs,
					struct vouch_hash *hash,
					const struct vouch_record *record, bool *proven)
{
	*proven = false;
	if (!m->open)
		return VOUCH_REASON_NONE;
	switch (record->type) {
	case VOUCH_TYPE_KERNEL:
		on_kernel(m, record);
		break;
	case VOUCH_TYPE_TPM_KEY:
		return on_key(m, refs, hash, record);
	case VOUCH_TYPE_TPM_EVENTS:
		return on_events(m, refs, hash, record);
	case VOUCH_TYPE_TPM_QUOTE:
		return on_quote(m, hash, record);
	case VOUCH_TYPE_TPM_SIGNATURE:
		return on_signature(m, hash, record, proven);
	}
	return VOUCH_REASON_NONE;
}
