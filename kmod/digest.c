// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-384. Through the crypto API, which every supported kernel has; the
 * newer library interface is missing in 6.12.
 */

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "digest.h"

static struct crypto_shash *sha384;

/**
 * vouch_digest_init() - get the algorithm
 *
 * Once, up front: asking for it may load a module, which a hook that hashes a
 * module must never do.
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_digest_init(void)
{
	struct crypto_shash *tfm = crypto_alloc_shash("sha384", 0, 0);

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	sha384 = tfm;
	return 0;
}

/**
 * vouch_digest_exit() - give the algorithm back
 *
 * Context: the module's exit function, nothing is hooked any more.
 */
void vouch_digest_exit(void)
{
	crypto_free_shash(sha384);
}

/**
 * vouch_digest_start() - begin a digest
 *
 * Context: process context, sleeps.
 * Return: state that the caller frees (__free(vouch_digest)), or an ERR_PTR.
 */
struct shash_desc *vouch_digest_start(void)
{
	struct shash_desc *desc __free(vouch_digest) = NULL;
	int err;

	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(sha384), GFP_KERNEL);
	if (!desc)
		return ERR_PTR(-ENOMEM);
	desc->tfm = sha384;
	err = crypto_shash_init(desc);
	if (err)
		return ERR_PTR(err);
	return no_free_ptr(desc);
}

/**
 * vouch_digest_add() - hash some more
 * @desc: from vouch_digest_start()
 * @data: kernel memory
 * @size: bytes
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_digest_add(struct shash_desc *desc, const void *data, size_t size)
{
	while (size) {
		unsigned int part = min_t(size_t, size, SZ_256K);
		int err = crypto_shash_update(desc, data, part);

		if (err)
			return err;
		data += part;
		size -= part;
		cond_resched();
	}
	return 0;
}

/**
 * vouch_digest_finish() - the result
 * @desc: from vouch_digest_start(); still the caller's to free
 * @digest: VOUCH_DIGEST_SIZE bytes
 *
 * Context: does not sleep.
 * Return: 0 or a negative errno.
 */
int vouch_digest_finish(struct shash_desc *desc, u8 *digest)
{
	return crypto_shash_final(desc, digest);
}

/**
 * vouch_digest_again() - hash one short buffer, without allocating anything
 * @desc: from vouch_digest_start(), for any number of times
 * @data: kernel memory
 * @size: bytes
 * @digest: VOUCH_DIGEST_SIZE bytes
 *
 * Return: 0 or a negative errno.
 */
int vouch_digest_again(struct shash_desc *desc, const void *data, size_t size, u8 *digest)
{
	return crypto_shash_digest(desc, data, size, digest);
}

/**
 * vouch_digest_buffer() - hash one buffer
 * @data: kernel memory
 * @size: bytes
 * @digest: VOUCH_DIGEST_SIZE bytes
 *
 * Context: process context, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_digest_buffer(const void *data, size_t size, u8 *digest)
{
	struct shash_desc *desc __free(vouch_digest) = vouch_digest_start();
	int err;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	err = vouch_digest_add(desc, data, size);
	if (err)
		return err;
	return vouch_digest_finish(desc, digest);
}
