// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "identity.h"
#include "platform.h"
#include "state.h"

static int counter_read(void *ctx, uint64_t *value)
{
	const struct vouch_platform *p = ctx;

	*value = p->counter.value;
	return 0;
}

static int counter_advance(void *ctx, uint64_t value)
{
	struct vouch_platform *p = ctx;

	return vouch_counter_advance(&p->counter, value);
}

static int append(void *ctx, const void *data, size_t len)
{
	struct vouch_platform *p = ctx;

	return vouch_store_append(&p->store, data, len);
}

static int flush(void *ctx)
{
	struct vouch_platform *p = ctx;

	return vouch_store_flush(&p->store);
}

static int read_at(void *ctx, uint64_t offset, void *data, size_t len)
{
	struct vouch_platform *p = ctx;

	return vouch_store_read(&p->store, offset, data, len);
}

static int size(void *ctx, uint64_t *bytes)
{
	struct vouch_platform *p = ctx;

	return vouch_store_size(&p->store, bytes);
}

static int cut(void *ctx, uint64_t bytes)
{
	struct vouch_platform *p = ctx;

	return vouch_store_truncate(&p->store, bytes);
}

/**
 * vouch_platform_create - make a card
 * @state: state folder, made where it is missing
 * @why: receives the reason of a failure
 *
 * Return: 0, -EEXIST when there is a card already, or a negative errno.
 */
int vouch_platform_create(const char *state, struct vouch_why *why)
{
	return vouch_state_create(state, why);
}

static EVP_PKEY *device_key(const char *state, struct vouch_why *why)
{
	char path[VOUCH_PATH_SIZE];

	if (!vouch_path_join(path, state, "/device.key"))
		return vouch_key_load(path, why);
	vouch_why(why, -ENAMETOOLONG, "%s: name too long", state);
	return NULL;
}

/**
 * vouch_platform_card_id - a card's identity
 * @state: state folder
 * @id: returns it
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_platform_card_id(const char *state, uint8_t id[VOUCH_CARD_ID_SIZE],
			   struct vouch_why *why)
{
	EVP_PKEY *key = device_key(state, why);
	uint8_t digest[VOUCH_DIGEST_SIZE];
	int ret = -ENOKEY;

	if (key)
		ret = vouch_key_id(key, digest);
	if (!ret)
		memcpy(id, digest, VOUCH_CARD_ID_SIZE);
	EVP_PKEY_free(key);
	return ret;
}

/**
 * vouch_platform_request - write a certificate request for the device key
 * @state: state folder
 * @path: file for the request, PEM
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_platform_request(const char *state, const char *path, struct vouch_why *why)
{
	EVP_PKEY *key = device_key(state, why);
	const int ret = key ? vouch_certificate_request(key, path, why) : -ENOKEY;

	EVP_PKEY_free(key);
	return ret;
}

/**
 * vouch_platform_install - install the device certificate that a CA made
 * @state: state folder
 * @path: the certificate, PEM or DER
 * @why: receives the reason of a failure
 *
 * Return: 0, -EKEYREJECTED when it is not for this card, or a negative errno.
 */
int vouch_platform_install(const char *state, const char *path, struct vouch_why *why)
{
	const int lock = vouch_state_lock(state, why);
	char own[VOUCH_PATH_SIZE];
	X509 *cert = NULL;
	EVP_PKEY *key;
	int ret;

	if (lock < 0)
		return lock;
	key = device_key(state, why);
	ret = key ? vouch_certificate_load(path, &cert, why) : -ENOKEY;
	if (!ret)
		ret = vouch_certificate_suits(cert, key, why);
	if (!ret)
		ret = vouch_path_join(own, state, "/device.crt");
	if (!ret)
		ret = vouch_certificate_store(own, cert, why);
	X509_free(cert);
	EVP_PKEY_free(key);
	close(lock);
	return ret;
}

/* Both certificates side by side, in the order in which evidence carries them. */
static int lay_out(struct vouch_platform *p, const struct vouch_identity_keys *keys,
		   struct vouch_why *why)
{
	const int alias = i2d_X509(keys->alias_cert, NULL);
	const int device = i2d_X509(keys->device_cert, NULL);
	uint8_t *to = p->certificates;

	if (alias <= 0 || device <= 0 || alias + device > VOUCH_CARD_CERTS_MAX)
		return vouch_why(why, -EFBIG, "the certificates are longer than %d bytes",
				 VOUCH_CARD_CERTS_MAX);
	i2d_X509(keys->alias_cert, &to);
	i2d_X509(keys->device_cert, &to);
	p->config.alias = (struct vouch_span) { p->certificates, (size_t)alias };
	p->config.device = (struct vouch_span) { p->certificates + alias, (size_t)device };
	return 0;
}

static int open_identity(struct vouch_platform *p, const struct vouch_platform_options *options,
			 struct vouch_why *why)
{
	struct vouch_identity_keys keys;
	uint8_t id[VOUCH_DIGEST_SIZE];
	int ret;

	ret = vouch_firmware_digest(options->firmware, p->config.firmware, why);
	if (ret)
		return ret;
	ret = vouch_identity_load(&keys, options->state, p->config.firmware, why);
	if (!ret)
		ret = lay_out(p, &keys, why);
	if (!ret && (vouch_key_id(keys.device, id) || vouch_crypto_open(&p->crypto, keys.alias)))
		ret = vouch_why(why, -ENOMEM, "cannot prepare the alias key");
	if (!ret)
		memcpy(p->config.card_id, id, VOUCH_CARD_ID_SIZE);
	vouch_identity_free(&keys);
	return ret;
}

static int open_storage(struct vouch_platform *p, const char *state, struct vouch_why *why)
{
	char path[VOUCH_PATH_SIZE];
	int ret;

	ret = vouch_path_join(path, state, ".counter");
	if (ret)
		return vouch_why(why, ret, "%s: name too long", state);
	ret = vouch_counter_open(&p->counter, path, p->config.card_id);
	if (ret == -EBADMSG)
		return vouch_why(why, ret, "rolled back: %s is damaged or another card's", path);
	if (ret)
		return vouch_why(why, ret, "rolled back: cannot open the counter %s: %s", path,
				 strerror(-ret));
	ret = vouch_path_join(path, state, "/journal");
	if (!ret)
		ret = vouch_store_open(&p->store, path);
	return ret ? vouch_why(why, ret, "cannot open %s: %s", path, strerror(-ret)) : 0;
}

static int open_all(struct vouch_platform *p, const struct vouch_platform_options *options,
		    struct vouch_why *why)
{
	struct vouch_card_config *config = &p->config;
	int ret;

	p->lock = vouch_state_lock(options->state, why);
	if (p->lock < 0)
		return p->lock;
	ret = open_identity(p, options, why);
	if (!ret)
		ret = open_storage(p, options->state, why);
	if (ret)
		return ret;
	config->alg = options->alg ? options->alg : VOUCH_ALG_ES384;
	config->functions = options->functions;
	config->batch = options->batch;
	config->batch_wait = options->batch_wait;
	config->debug = options->debug;
	config->capacity = options->capacity ? options->capacity : VOUCH_CAPACITY_DEFAULT;
	config->index = calloc(VOUCH_CARD_INDEX(config->capacity), sizeof(*config->index));
	if (!config->index)
		return vouch_why(why, -ENOMEM, "no memory for %" PRIu64 " records",
				 config->capacity);
	config->clock = (struct vouch_card_clock) { vouch_clock_since, &p->power_on };
	vouch_crypto_table(&p->crypto, &config->crypto);
	config->storage = (struct vouch_card_storage) {
		append, flush, read_at, size, cut, counter_read, counter_advance, p,
	};
	vouch_platform_power_on(p);
	return 0;
}

/**
 * vouch_platform_open - get a card's hardware ready
 * @p: returns it, with a configuration for vouch_card_open(); must not move
 * @options: how
 * @why: receives the reason of a failure
 *
 * Return: 0, -EBUSY when another process has the card, or a negative errno.
 */
int vouch_platform_open(struct vouch_platform *p, const struct vouch_platform_options *options,
			struct vouch_why *why)
{
	int ret;

	memset(p, 0, sizeof(*p));
	p->lock = -1;
	p->store.fd = -1;
	p->counter.fd = -1;
	ret = open_all(p, options, why);
	if (ret)
		vouch_platform_close(p);
	return ret;
}

/**
 * vouch_platform_power_on - start the card's clock at zero
 * @p: open hardware whose card is closed
 */
void vouch_platform_power_on(struct vouch_platform *p)
{
	p->power_on = vouch_clock_raw();
	p->store.held = 0;
}

/**
 * vouch_platform_close - let the hardware go
 * @p: open hardware whose card is closed
 */
void vouch_platform_close(struct vouch_platform *p)
{
	free(p->config.index);
	p->config.index = NULL;
	vouch_crypto_close(&p->crypto);
	vouch_counter_close(&p->counter);
	vouch_store_close(&p->store);
	if (p->lock >= 0)
		close(p->lock);
	p->lock = -1;
}
