// SPDX-License-Identifier: GPL-2.0-only
#include "quote.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "events.h"

#define EVENT_SIZE	(4 + 4 + EVENT_DIGEST_SIZE)
#define EVENTS_MAX	(VOUCH_DATA_MAX / EVENT_SIZE)
#define EV_NO_ACTION	3

/* Events on their way into records. */
struct batch {
	struct vouch_device *card;
	uint8_t data[EVENTS_MAX * EVENT_SIZE];
	size_t len;
	size_t count;
};

static int epoch_take(void *ctx, const struct vouch_record *rec, const uint8_t *raw, size_t len)
{
	struct epoch *epoch = ctx;

	(void)raw;
	(void)len;
	if (!rec)
		return 0;
	switch (rec->type) {
	case VOUCH_REC_POWER_ON:
	case VOUCH_REC_RESET:
		epoch->known = rec->data_len == EPOCH_NONCE_SIZE;
		if (epoch->known)
			memcpy(epoch->nonce, rec->data, EPOCH_NONCE_SIZE);
		epoch->number = rec->number;
		epoch->quoted = false;
		epoch->jumped = false;
		break;
	case VOUCH_REC_KEXEC_EXEC:
		epoch->jumped = true;
		break;
	case VOUCH_REC_TPM_QUOTE:
		epoch->quoted = true;
		break;
	}
	return 0;
}

int epoch_read(struct vouch_device *card, struct epoch *epoch)
{
	uint64_t next;

	memset(epoch, 0, sizeof(*epoch));
	return vouch_log_walk(card, 0, 0, UINT64_MAX, epoch_take, epoch, &next);
}

static int write_one(struct vouch_device *card, unsigned int type, bool hashed,
		     const void *data, size_t len, uint64_t ref, uint64_t *number)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];
	struct vouch_record rec = { .type = type, .data = data, .data_len = len, .ref = ref };

	if (hashed) {
		if (EVP_Digest(data, len, digest, NULL, EVP_sha384(), NULL) != 1)
			return -ENOMEM;
		rec.measured = digest;
	}
	return vouch_record_append(card, &rec, number);
}

static int batch_flush(struct batch *batch)
{
	int ret = batch->len ? write_one(batch->card, VOUCH_REC_TPM_EVENTS, false, batch->data,
					 batch->len, VOUCH_NO_REF, NULL) : 0;

	batch->len = 0;
	return ret;
}

static void put_u32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

/* What extends no PCR that is quoted says nothing. */
static int batch_add(void *ctx, const struct event *event)
{
	struct batch *batch = ctx;
	uint8_t *to = batch->data + batch->len;

	if (event->pcr >= TPM_PCRS || event->type == EV_NO_ACTION)
		return 0;
	put_u32(to, event->pcr);
	put_u32(to + 4, event->type);
	memcpy(to + 8, event->digest, EVENT_DIGEST_SIZE);
	batch->len += EVENT_SIZE;
	batch->count++;
	return batch->len == sizeof(batch->data) ? batch_flush(batch) : 0;
}

int quote_write(struct vouch_device *card, const struct tpm *tpm,
		const struct tpm_quote *quote, const uint8_t *log, size_t len, size_t *events)
{
	struct batch batch = { .card = card };
	uint8_t spki[TPM_SPKI_MAX];
	size_t spki_len = tpm_spki(tpm, spki);
	uint64_t number = VOUCH_NO_REF;
	int ret;

	if (!spki_len)
		return -EIO;
	ret = write_one(card, VOUCH_REC_TPM_KEY, true, spki, spki_len, VOUCH_NO_REF, NULL);
	if (!ret)
		ret = events_walk(log, len, batch_add, &batch);
	if (!ret)
		ret = batch_flush(&batch);
	if (!ret)
		ret = write_one(card, VOUCH_REC_TPM_QUOTE, true, quote->attest,
				quote->attest_len, VOUCH_NO_REF, &number);
	if (!ret)
		ret = write_one(card, VOUCH_REC_TPM_SIGNATURE, false, quote->signature,
				sizeof(quote->signature), number, NULL);
	*events = batch.count;
	return ret;
}
