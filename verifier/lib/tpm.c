// SPDX-License-Identifier: GPL-2.0-only
#include "tpm.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#define TPM_GENERATED_VALUE	0xff544347u
#define TPM_ST_ATTEST_QUOTE	0x8018
#define TPM_ALG_SHA384		0x000c
#define CLOCK_INFO		17	/* clock, resetCount, restartCount, safe */
#define FIRMWARE_VERSION	8
#define DER_MAX			112	/* two integers of 49 bytes, heads */

struct cursor {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static const uint8_t *take(struct cursor *c, size_t len)
{
	const uint8_t *at = c->at;

	if (c->bad || len > c->left) {
		c->bad = true;
		return NULL;
	}
	c->at += len;
	c->left -= len;
	return at;
}

static uint32_t take_be(struct cursor *c, size_t len)
{
	const uint8_t *at = take(c, len);
	uint32_t value = 0;
	size_t i;

	for (i = 0; at && i < len; i++)
		value = value << 8 | at[i];
	return value;
}

/* TPM2B_*: a length and that many bytes. */
static const uint8_t *take_sized(struct cursor *c, size_t *len)
{
	*len = take_be(c, 2);
	return take(c, *len);
}

/* TPML_PCR_SELECTION with one bank. */
static uint32_t take_selection(struct cursor *c)
{
	uint32_t count = take_be(c, 4), bank = take_be(c, 2), mask = 0;
	size_t size = take_be(c, 1), i;
	const uint8_t *bits = take(c, size);

	if (count != 1 || bank != TPM_ALG_SHA384 || size > VOUCH_TPM_PCRS / 8)
		c->bad = true;
	for (i = 0; !c->bad && i < size; i++)
		mask |= (uint32_t)bits[i] << (8 * i);
	return mask;
}

int vouch_tpm_quote_parse(struct vouch_tpm_quote *quote, const uint8_t *bytes, size_t len)
{
	struct cursor c = { bytes, len, false };
	const uint8_t *clock;
	size_t size;

	memset(quote, 0, sizeof(*quote));
	if (take_be(&c, 4) != TPM_GENERATED_VALUE || take_be(&c, 2) != TPM_ST_ATTEST_QUOTE)
		return -EBADMSG;
	take_sized(&c, &size);
	quote->nonce = take_sized(&c, &quote->nonce_len);
	clock = take(&c, CLOCK_INFO);
	take(&c, FIRMWARE_VERSION);
	quote->pcrs = take_selection(&c);
	quote->digest = take_sized(&c, &size);
	if (c.bad || c.left || size != VOUCH_HASH_SIZE)
		return -EBADMSG;
	quote->resets = (uint32_t)clock[8] << 24 | (uint32_t)clock[9] << 16 |
			(uint32_t)clock[10] << 8 | clock[11];
	return 0;
}

static uint32_t le32_at(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool vouch_tpm_event_at(struct vouch_tpm_event *event, const uint8_t *bytes, size_t len,
			size_t index)
{
	if (index >= len / VOUCH_TPM_EVENT)
		return false;
	bytes += index * VOUCH_TPM_EVENT;
	event->pcr = le32_at(bytes);
	event->type = le32_at(bytes + 4);
	event->digest = bytes + 8;
	return true;
}

void vouch_tpm_bank_init(struct vouch_tpm_bank *bank)
{
	static const uint8_t localities[VOUCH_TPM_LOCALITIES] = { 0, 3, 4 };
	int i;

	memset(bank, 0, sizeof(*bank));
	for (i = 0; i < VOUCH_TPM_LOCALITIES; i++)
		bank->first[i][VOUCH_HASH_SIZE - 1] = localities[i];
}

bool vouch_tpm_bank_extend(struct vouch_tpm_bank *bank, struct vouch_hash *hash,
			   const struct vouch_tpm_event *event)
{
	uint8_t *value;
	int i;

	if (event->type == VOUCH_TPM_EV_NO_ACTION)
		return true;
	if (event->pcr >= VOUCH_TPM_PCRS)
		return false;
	for (i = 0; !event->pcr && i < VOUCH_TPM_LOCALITIES; i++)
		VOUCH_HASH(hash, bank->first[i], { bank->first[i], VOUCH_HASH_SIZE },
			   { event->digest, VOUCH_HASH_SIZE });
	value = bank->values[event->pcr];
	VOUCH_HASH(hash, value, { value, VOUCH_HASH_SIZE }, { event->digest, VOUCH_HASH_SIZE });
	return true;
}

bool vouch_tpm_bank_matches(const struct vouch_tpm_bank *bank, struct vouch_hash *hash,
			    const struct vouch_tpm_quote *quote)
{
	struct vouch_piece pieces[VOUCH_TPM_PCRS];
	uint8_t digest[VOUCH_HASH_SIZE];
	size_t count = 0, i;

	for (i = 0; i < VOUCH_TPM_PCRS; i++) {
		if (quote->pcrs >> i & 1)
			pieces[count++] = (struct vouch_piece){ bank->values[i], VOUCH_HASH_SIZE };
	}
	for (i = 0; count && i < VOUCH_TPM_LOCALITIES; i++) {
		if (quote->pcrs & 1)
			pieces[0].bytes = bank->first[i];
		vouch_hash_pieces(hash, digest, pieces, count);
		if (!hash->failed && !memcmp(digest, quote->digest, sizeof(digest)))
			return true;
	}
	return false;
}

static EVP_PKEY *load_key(const uint8_t *spki, size_t len, size_t half)
{
	const uint8_t *at = spki;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)len);
	char group[32];
	size_t size;

	if (key && at == spki + len && EVP_PKEY_is_a(key, "EC") &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), &size) == 1 &&
	    ((half == 48 && !strcmp(group, "secp384r1")) ||
	     (half == 32 && !strcmp(group, "prime256v1"))))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* As the ECDSA-Sig-Value that OpenSSL wants; 0 without memory. */
static size_t to_der(const uint8_t *signature, size_t half, uint8_t *der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, (int)half, NULL);
	BIGNUM *s = BN_bin2bn(signature + half, (int)half, NULL);
	int len = 0;

	if (!sig || !r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
	} else {
		len = i2d_ECDSA_SIG(sig, &der);
	}
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

bool vouch_tpm_verify(const uint8_t *spki, size_t spki_len, const uint8_t *message,
		      size_t message_len, const uint8_t *signature, size_t signature_len)
{
	uint8_t der[DER_MAX];
	EVP_MD_CTX *ctx;
	EVP_PKEY *key;
	size_t len;
	bool good;

	if (signature_len != 64 && signature_len != 96)
		return false;
	key = load_key(spki, spki_len, signature_len / 2);
	if (!key)
		return false;
	len = to_der(signature, signature_len / 2, der);
	ctx = EVP_MD_CTX_new();
	good = len && ctx &&
	       EVP_DigestVerifyInit_ex(ctx, NULL, "SHA384", NULL, NULL, key, NULL) == 1 &&
	       EVP_DigestVerify(ctx, der, len, message, message_len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}
