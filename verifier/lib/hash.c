// SPDX-License-Identifier: GPL-2.0-only
#include "hash.h"

#include <errno.h>
#include <string.h>

int vouch_hash_init(struct vouch_hash *h)
{
	h->failed = false;
	h->md = EVP_MD_fetch(NULL, "SHA2-384", NULL);
	h->ctx = EVP_MD_CTX_new();
	if (h->md && h->ctx && EVP_DigestInit_ex2(h->ctx, h->md, NULL) == 1)
		return 0;
	vouch_hash_free(h);
	return -ENOMEM;
}

void vouch_hash_free(struct vouch_hash *h)
{
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->md);
	h->ctx = NULL;
	h->md = NULL;
}

void vouch_hash_pieces(struct vouch_hash *h, uint8_t *out, const struct vouch_piece *pieces,
		       size_t count)
{
	unsigned int len = 0;
	size_t i;
	bool ok = EVP_DigestInit_ex2(h->ctx, NULL, NULL) == 1;

	for (i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(h->ctx, pieces[i].bytes, pieces[i].len) == 1;
	if (!ok || h->failed || EVP_DigestFinal_ex(h->ctx, out, &len) != 1 ||
	    len != VOUCH_HASH_SIZE) {
		h->failed = true;
		memset(out, 0, VOUCH_HASH_SIZE);
	}
}
