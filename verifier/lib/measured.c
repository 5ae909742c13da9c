// SPDX-License-Identifier: GPL-2.0-only
#include "measured.h"

#include <string.h>

#define PCRS_NEEDED	0x2ff	/* 0 to 7, and 9: what the kernel's own stub measures */

void vouch_measured_reset(struct vouch_measured *m, const struct vouch_record *record)
{
	m->open = false;
	if (m->attached) {
		m->before = m->now;
		m->has_before = true;
	}
	m->attached = false;
	memset(&m->now, 0, sizeof(m->now));
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
	m->has_quote = false;
	vouch_tpm_bank_init(&m->bank);
	memset(&m->booted, 0, sizeof(m->booted));
}

void vouch_measured_attach(struct vouch_measured *m, bool first)
{
	m->attached = true;
	m->open = first && m->nonce_known;
	m->tries = 0;
	memset(&m->reporter, 0, sizeof(m->reporter));
	begin(m);
}

void vouch_measured_close(struct vouch_measured *m)
{
	m->open = false;
}

/* Key and card are bound by whoever signed the reference, and by nothing else. */
static bool is_of_card(const struct vouch_measured *m, const struct vouch_refs *refs)
{
	static const char digits[] = "0123456789abcdef";
	char name[2 * VOUCH_CARD_ID_LEN];
	struct vouch_ref ref, want = {
		.kind = VOUCH_REF_TPM_KEY, .name = name, .name_len = sizeof(name),
		.build_id = m->key_digest, .build_id_len = sizeof(m->key_digest),
	};
	size_t i;

	for (i = 0; i < sizeof(name); i++)
		name[i] = digits[m->card_id[i / 2] >> (i % 2 ? 0 : 4) & 15];
	return vouch_refs_find_build_id(refs, &want, &ref);
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
	m->key_len = record->data_len;
	memcpy(m->key, record->data, record->data_len);
	/* That it matches no reference is reported where references are matched. */
	if (!vouch_refs_count(refs) ||
	    !vouch_refs_find_digest(refs, VOUCH_REF_TPM_KEY, m->key_digest, &ref))
		return VOUCH_REASON_NONE;
	m->key_known = is_of_card(m, refs);
	return m->key_known ? VOUCH_REASON_NONE : VOUCH_TPM_KEY_OTHER_CARD;
}

static enum vouch_reason on_events(struct vouch_measured *m, const struct vouch_refs *refs,
				   struct vouch_hash *hash, const struct vouch_record *record)
{
	struct vouch_tpm_event event;
	size_t i;

	if (!record->data || record->data_len % VOUCH_TPM_EVENT)
		return VOUCH_RECORD_INCOMPLETE;
	for (i = 0; vouch_tpm_event_at(&event, record->data, record->data_len, i); i++) {
		if (event.type == VOUCH_TPM_EV_NO_ACTION)
			continue;
		if (!vouch_tpm_bank_extend(&m->bank, hash, &event))
			m->bad_events = true;
		if (vouch_refs_count(refs))
			vouch_booted_event(&m->booted, &m->reporter, refs, hash, &event);
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

/*
 * A function can be reset by whoever runs, a kernel that was booted by nobody
 * included. Only a TPM that counted a reset since the last attach shows that the
 * firmware ran in between.
 */
static enum vouch_reason check_restart(struct vouch_measured *m,
				       const struct vouch_tpm_quote *quote)
{
	m->now.quoted = true;
	m->now.resets = quote->resets;
	memcpy(m->now.key, m->key_digest, sizeof(m->now.key));
	if (!m->has_before)
		return VOUCH_REASON_NONE;
	/* Whoever clears the TPM sets its count to zero, and leaves the PCRs as they are. */
	if (!m->before.quoted || m->now.resets < m->before.resets ||
	    memcmp(m->before.key, m->now.key, sizeof(m->now.key)) != 0)
		return VOUCH_TPM_RESTART_UNPROVEN;
	return m->before.resets == m->now.resets ? VOUCH_TPM_SAME_BOOT : VOUCH_REASON_NONE;
}

static enum vouch_reason judge(struct vouch_measured *m, const struct vouch_refs *refs,
			       struct vouch_hash *hash, const struct vouch_record *record)
{
	struct vouch_tpm_quote quote;
	enum vouch_reason reason;

	if (!m->has_quote || record->ref != m->quote_number || !record->data ||
	    !vouch_tpm_verify(m->key, m->key_len, m->quote, m->quote_len, record->data,
			      record->data_len))
		return VOUCH_TPM_QUOTE_SIGNATURE;
	if (vouch_tpm_quote_parse(&quote, m->quote, m->quote_len))
		return VOUCH_TPM_QUOTE_MALFORMED;
	if (quote.nonce_len != sizeof(m->nonce) ||
	    memcmp(quote.nonce, m->nonce, sizeof(m->nonce)) != 0)
		return VOUCH_TPM_QUOTE_NONCE;
	reason = check_restart(m, &quote);
	if (reason != VOUCH_REASON_NONE)
		return reason;
	if ((quote.pcrs & PCRS_NEEDED) != PCRS_NEEDED)
		return VOUCH_TPM_QUOTE_PCRS;
	if (m->bad_events || !vouch_tpm_bank_matches(&m->bank, hash, &quote))
		return VOUCH_TPM_EVENTS_MISMATCH;
	return vouch_booted_judge(&m->booted, &m->reporter, refs);
}

static enum vouch_reason on_signature(struct vouch_measured *m, const struct vouch_refs *refs,
				      struct vouch_hash *hash,
				      const struct vouch_record *record, bool *proven)
{
	enum vouch_reason reason;

	if (!m->has_key)
		return VOUCH_TPM_KEY_UNKNOWN;
	if (!m->key_known || ++m->tries > VOUCH_QUOTES_MAX)
		return VOUCH_REASON_NONE;
	reason = judge(m, refs, hash, record);
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
	case VOUCH_TYPE_CMDLINE:
		vouch_reporter_record(&m->reporter, record);
		break;
	case VOUCH_TYPE_TPM_KEY:
		return on_key(m, refs, hash, record);
	case VOUCH_TYPE_TPM_EVENTS:
		return on_events(m, refs, hash, record);
	case VOUCH_TYPE_TPM_QUOTE:
		return on_quote(m, hash, record);
	case VOUCH_TYPE_TPM_SIGNATURE:
		return on_signature(m, refs, hash, record, proven);
	}
	return VOUCH_REASON_NONE;
}
