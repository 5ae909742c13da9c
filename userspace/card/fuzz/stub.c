// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stub.h"

static uint64_t now(void *ctx)
{
	struct stub *stub = ctx;

	stub->time += 1;
	return stub->time;
}

static int random_bytes(void *ctx, void *buf, size_t len)
{
	struct stub *stub = ctx;

	stub->time += 1;
	memset(buf, (int)stub->time, len);
	return 0;
}

static int hash(void *ctx, const struct vouch_span *parts, size_t count, uint8_t *digest)
{
	const struct stub *stub = ctx;
	uint64_t h = 0xcbf29ce484222325;
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < parts[i].len; j++)
			h = (h ^ ((const uint8_t *)parts[i].data)[j]) * 0x100000001b3;
	memset(digest, 0, VOUCH_DIGEST_SIZE);
	if (!stub->flat)
		memcpy(digest, &h, sizeof(h));
	return 0;
}

static int sign(void *ctx, const void *tbs, size_t len, uint8_t *signature)
{
	const struct vouch_span part = { tbs, len };

	memset(signature, 0, VOUCH_SIGNATURE_SIZE);
	return hash(ctx, &part, 1, signature);
}

static int append(void *ctx, const void *buf, size_t len)
{
	struct stub *stub = ctx;

	if (len > sizeof(stub->disk) - stub->size)
		return -ENOSPC;
	memcpy(stub->disk + stub->size, buf, len);
	stub->size += len;
	return 0;
}

static int flush(void *ctx)
{
	(void)ctx;
	return 0;
}

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	const struct stub *stub = ctx;

	if (offset > stub->size || len > stub->size - offset)
		return -ENODATA;
	memcpy(buf, stub->disk + offset, len);
	return 0;
}

static int size(void *ctx, uint64_t *bytes)
{
	const struct stub *stub = ctx;

	*bytes = stub->size;
	return 0;
}

static int cut(void *ctx, uint64_t bytes)
{
	struct stub *stub = ctx;

	if (bytes > stub->size)
		abort();
	stub->size = bytes;
	return 0;
}

static int counter_read(void *ctx, uint64_t *value)
{
	const struct stub *stub = ctx;

	*value = stub->counter;
	return 0;
}

static int counter_advance(void *ctx, uint64_t value)
{
	struct stub *stub = ctx;

	if (value < stub->counter)
		abort();
	stub->counter = value;
	return 0;
}

/**
 * stub_init - prepare a card on empty memory
 * @stub: returns it; must not move
 */
void stub_init(struct stub *stub)
{
	struct vouch_card_config *config = &stub->config;

	stub->time = 0;
	stub->size = 0;
	stub->counter = 0;
	stub->flat = false;
	memset(config, 0, sizeof(*config));
	config->clock = (struct vouch_card_clock) { now, stub };
	config->crypto = (struct vouch_card_crypto) { random_bytes, hash, sign, stub };
	config->storage = (struct vouch_card_storage) {
		append, flush, read_at, size, cut, counter_read, counter_advance, stub,
	};
	config->alias = (struct vouch_span) { "alias", 5 };
	config->device = (struct vouch_span) { "device", 6 };
	config->alg = VOUCH_ALG_ES384;
	config->functions = 3;
	config->capacity = STUB_CAPACITY;
	config->index = stub->index;
}
