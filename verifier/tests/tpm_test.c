// SPDX-License-Identifier: GPL-2.0-only
/* A quote and events made in Python (tools/testing/corpus/verify-tpm), cut and bent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/finding.h"
#include "../lib/tpm.h"
#include "tap.h"

#define SEEDS	"tools/testing/corpus/verify-tpm/"

struct seed {
	uint8_t bytes[512];
	size_t len;
};

static struct seed load(const char *path)
{
	struct seed seed;
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		exit(1);
	}
	seed.len = fread(seed.bytes, 1, sizeof(seed.bytes), file);
	fclose(file);
	return seed;
}

/* In memory of exactly that size, so that ASAN sees a byte too far. */
static int parse(const struct seed *seed, size_t len, struct vouch_tpm_quote *quote)
{
	uint8_t *copy = malloc(len ? len : 1);
	int ret;

	memcpy(copy, seed->bytes, len);
	ret = vouch_tpm_quote_parse(quote, copy, len);
	free(copy);
	return ret;
}

static void check_quote(void)
{
	struct seed seed = load(SEEDS "quote");
	struct vouch_tpm_quote quote;
	size_t len;

	IS(parse(&seed, seed.len, &quote), 0, "a quote is read");
	IS(quote.pcrs, 0x3ff, "with its PCRs");
	IS(quote.nonce_len, 32, "its nonce");
	IS(quote.resets, 7, "and the TPM's count of resets");
	for (len = 0; len < seed.len && parse(&seed, len, &quote) == -EBADMSG; len++)
		;
	IS(len, seed.len, "cut anywhere, it is refused");
	seed.bytes[seed.len] = 0;
	IS(parse(&seed, seed.len + 1, &quote), -EBADMSG, "a byte more is refused");
}

static void check_bank(void)
{
	struct seed seed = load(SEEDS "quote"), events = load(SEEDS "events");
	uint8_t digest[VOUCH_HASH_SIZE] = { 0 };
	struct vouch_tpm_event event = { .digest = digest };
	struct vouch_tpm_quote quote;
	struct vouch_tpm_bank bank;
	struct vouch_hash hash;
	size_t i = 0;

	vouch_hash_init(&hash);
	vouch_tpm_quote_parse(&quote, seed.bytes, seed.len);
	vouch_tpm_bank_init(&bank);
	while (vouch_tpm_event_at(&event, events.bytes, events.len, i))
		i++;
	IS(i, 4, "a record has four events");
	OK(!vouch_tpm_bank_matches(&bank, &hash, &quote), "four events are not the whole boot");
	event = (struct vouch_tpm_event){ .pcr = VOUCH_TPM_PCRS, .type = 5, .digest = digest };
	OK(!vouch_tpm_bank_extend(&bank, &hash, &event), "there is no PCR 24");
	event.pcr = UINT32_MAX;
	OK(!vouch_tpm_bank_extend(&bank, &hash, &event), "nor PCR 2^32 - 1");
	quote.pcrs = 0;
	OK(!vouch_tpm_bank_matches(&bank, &hash, &quote), "a quote of no PCR matches nothing");
	vouch_hash_free(&hash);
}

static void check_signature(void)
{
	struct seed quote = load(SEEDS "quote"), seed = load(SEEDS "signature");
	const uint8_t *spki = seed.bytes + 96;
	size_t spki_len = seed.len - 97;

	OK(vouch_tpm_verify(spki, spki_len, quote.bytes, quote.len, seed.bytes, 96),
	   "the TPM's signature is right");
	OK(!vouch_tpm_verify(spki, spki_len, quote.bytes, quote.len - 1, seed.bytes, 96),
	   "not of less");
	OK(!vouch_tpm_verify(spki, spki_len + 1, quote.bytes, quote.len, seed.bytes, 96),
	   "a key with a tail is none");
	OK(!vouch_tpm_verify(spki, spki_len - 1, quote.bytes, quote.len, seed.bytes, 96),
	   "nor half of one");
	OK(!vouch_tpm_verify(spki, spki_len, quote.bytes, quote.len, seed.bytes, 64),
	   "a signature has the key's length");
	seed.bytes[95] ^= 1;
	OK(!vouch_tpm_verify(spki, spki_len, quote.bytes, quote.len, seed.bytes, 96),
	   "and not one bit else");
}

static void check_retract(void)
{
	struct vouch_finding items[2];
	struct vouch_findings list = { .items = items, .room = 2 };
	struct vouch_finding f;

	vouch_finding_init(&f, VOUCH_ROOT_SELF_ASSERTED, NULL);
	f.record = 1;
	vouch_findings_add(&list, &f);
	vouch_finding_init(&f, VOUCH_TAINTED, NULL);
	f.record = 2;
	vouch_findings_add(&list, &f);
	vouch_finding_init(&f, VOUCH_NEW_ROOT, NULL);
	f.record = 9;
	vouch_findings_add(&list, &f);
	vouch_findings_retract(&list, VOUCH_NEW_ROOT, 0, 9);
	IS(list.count, 2, "one that found no room is only counted");
	IS(list.totals[VOUCH_CLASS_POLICY], 2, "and no longer is");
	vouch_findings_retract(&list, VOUCH_ROOT_SELF_ASSERTED, 0, 1);
	IS(list.count, 1, "one that was kept goes");
	IS(list.first_bad.reason, VOUCH_TAINTED, "the next one is now the first");
	vouch_findings_retract(&list, VOUCH_TAINTED, 0, 2);
	IS(list.totals[VOUCH_CLASS_POLICY], 0, "until there is none");
}

int main(void)
{
	check_quote();
	check_bank();
	check_signature();
	check_retract();
	return tap_done();
}
