/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_DIGEST_H
#define _VOUCH_DIGEST_H

#include <crypto/hash.h>
#include <linux/cleanup.h>
#include <linux/slab.h>
#include <vouch/wire.h>

int vouch_digest_init(void);
void vouch_digest_exit(void);

struct shash_desc *vouch_digest_start(void);
int vouch_digest_add(struct shash_desc *desc, const void *data, size_t size);
int vouch_digest_finish(struct shash_desc *desc, u8 *digest);
int vouch_digest_again(struct shash_desc *desc, const void *data, size_t size, u8 *digest);
int vouch_digest_buffer(const void *data, size_t size, u8 *digest);

DEFINE_FREE(vouch_digest, struct shash_desc *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))

#endif /* _VOUCH_DIGEST_H */
