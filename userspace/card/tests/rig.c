// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "rig.h"

static uint64_t now(void *ctx)
{
	struct rig *rig = ctx;

	return rig->time += 10;
}

/* Does this storage call still work? */
static bool powered(struct rig *rig)
{
	if (rig->fuse > 0)
		rig->fuse--;
	else if (!rig->fuse)
		return false;
	return true;
}

static int append(void *ctx, const void *buf, size_t len)
{
	struct rig *rig = ctx;
	const bool works = powered(rig);
	const size_t part = works ? len : rig->partial < len ? rig->partial : len;

	if (rig->size + part > sizeof(rig->disk))
		return -ENOSPC;
	memcpy(rig->disk + rig->size, buf, part);
	rig->size += part;
	rig->partial = 0;
	return works ? 0 : -EIO;
}

static int flush(void *ctx)
{
	struct rig *rig = ctx;

	if (!powered(rig))
		return -EIO;
	rig->flushes++;
	rig->flushed = rig->size;
	return 0;
}

static int read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	struct rig *rig = ctx;

	if (offset > rig->size || len > rig->size - offset)
		return -ENODATA;
	memcpy(buf, rig->disk + offset, len);
	return 0;
}

static int size(void *ctx, uint64_t *bytes)
{
	struct rig *rig = ctx;

	*bytes = rig->size;
	return 0;
}

static int cut(void *ctx, uint64_t bytes)
{
	struct rig *rig = ctx;

	if (!powered(rig))
		return -EIO;
	rig->size = bytes;
	rig->flushed = bytes;
	return 0;
}

static int counter_read(void *ctx, uint64_t *value)
{
	struct rig *rig = ctx;

	*value = rig->counter;
	return 0;
}

static int counter_advance(void *ctx, uint64_t value)
{
	struct rig *rig = ctx;

	if (!powered(rig))
		return -EIO;
	if (value < rig->counter)
		abort();
	rig->counter = value;
	return 0;
}

struct rig *rig_new(uint64_t capacity, uint16_t functions)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct vouch_card_config *config = &rig->config;

	rig->fuse = -1;
	rig->key = EVP_EC_gen("P-384");
	if (!rig->key || vouch_crypto_open(&rig->crypto, rig->key))
		abort();
	vouch_crypto_table(&rig->crypto, &config->crypto);
	config->clock = (struct vouch_card_clock) { now, rig };
	config->storage = (struct vouch_card_storage) {
		append, flush, read_at, size, cut, counter_read, counter_advance, rig,
	};
	memset(config->card_id, 0xc1, sizeof(config->card_id));
	memset(config->firmware, 0xf1, sizeof(config->firmware));
	config->alias = (struct vouch_span) { "alias certificate", 17 };
	config->device = (struct vouch_span) { "device certificate", 18 };
	config->alg = VOUCH_ALG_ES384;
	config->functions = functions;
	config->capacity = capacity;
	config->index = rig->index;
	return rig;
}

void rig_free(struct rig *rig)
{
	vouch_crypto_close(&rig->crypto);
	EVP_PKEY_free(rig->key);
	free(rig);
}

int rig_open(struct rig *rig)
{
	rig->time = 0;
	return vouch_card_open(&rig->card, &rig->config, &rig->report);
}

/* What most tests start from: the host is attached, guest 1 has a log. */
struct rig *rig_with_guest(void)
{
	struct rig *rig = rig_new(1024, 3);

	if (rig_open(rig) || vouch_card_attach(&rig->card, 0) ||
	    rig_command(rig, 0, VOUCH_OP_ASSIGN, 1, 0, NULL, 0, 24))
		abort();
	return rig;
}

/* Power comes back with @survives bytes of what was written but not flushed. */
void rig_power_cut(struct rig *rig, size_t survives)
{
	if (survives < rig->size - rig->flushed)
		rig->size = rig->flushed + survives;
	rig->flushed = rig->size;
	rig->fuse = -1;
	rig->partial = 0;
}

enum vouch_status rig_command(struct rig *rig, uint16_t fn, uint16_t opcode, uint64_t arg0,
			      uint64_t arg1, const void *in, size_t in_len, size_t out_cap)
{
	const struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(opcode),
		.cid = vouch_to_le16(0x1234),
		.in_addr = vouch_to_le64(in_len ? 0x1000 : 0),
		.in_len = vouch_to_le32((uint32_t)in_len),
		.out_len = vouch_to_le32((uint32_t)out_cap),
		.arg0 = vouch_to_le64(arg0),
		.arg1 = vouch_to_le64(arg1),
	};

	vouch_card_execute(&rig->card, fn, &cmd, in, in_len, rig->out, out_cap,
			   vouch_card_now(&rig->card), &rig->reply);
	return vouch_le16(rig->reply.cpl.status);
}

enum vouch_status rig_append_only(struct rig *rig, uint16_t fn, const struct rig_record *r)
{
	struct {
		struct vouch_append head;
		uint8_t tail[VOUCH_NAME_MAX + VOUCH_DATA_MAX + 2];
	} in = { 0 };
	const size_t name_len = r->name ? strlen(r->name) : 0;

	in.head.type = vouch_to_le16(r->type);
	in.head.flags = vouch_to_le16(r->digest ? VOUCH_APPEND_DIGEST : 0);
	in.head.name_len = vouch_to_le16((uint16_t)name_len);
	in.head.data_len = vouch_to_le16((uint16_t)r->data_len);
	in.head.ref = vouch_to_le64(r->ref);
	if (r->digest)
		memcpy(in.head.digest, r->digest, VOUCH_DIGEST_SIZE);
	if (name_len)
		memcpy(in.tail, r->name, name_len);
	if (r->data_len)
		memcpy(in.tail + name_len, r->data, r->data_len);
	return rig_command(rig, fn, VOUCH_OP_APPEND, 0, 0, &in,
			   sizeof(in.head) + name_len + r->data_len,
			   sizeof(struct vouch_appended));
}

enum vouch_status rig_append(struct rig *rig, uint16_t fn, const struct rig_record *r)
{
	const enum vouch_status status = rig_append_only(rig, fn, r);

	return !status && vouch_card_commit(&rig->card) ? VOUCH_ST_STORAGE : status;
}

enum vouch_status rig_user(struct rig *rig, uint16_t fn, const char *name)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 1, 2, 3 };
	const struct rig_record r = {
		.type = VOUCH_REC_USER, .name = name, .digest = digest, .ref = VOUCH_NO_REF,
	};

	return rig_append(rig, fn, &r);
}

enum vouch_status rig_hook(struct rig *rig, uint16_t fn, uint16_t type)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 4, 5, 6 };
	struct rig_record r = { .type = type, .name = "hook", .ref = VOUCH_NO_REF };

	if (type != VOUCH_REC_KERNEL && type != VOUCH_REC_MODULE_PRESENT &&
	    type != VOUCH_REC_UNMEASURED)
		r.digest = digest;
	return rig_append(rig, fn, &r);
}

enum vouch_status rig_attest(struct rig *rig, uint16_t fn, uint8_t nonce)
{
	struct vouch_attest in = { 0 };
	enum vouch_status status;

	memset(in.nonce, nonce, sizeof(in.nonce));
	status = rig_command(rig, fn, VOUCH_OP_ATTEST, 0, 0, &in, sizeof(in),
			     VOUCH_EVIDENCE_MAX);
	if (!status)
		vouch_card_sent(&rig->card, fn, &rig->reply);
	return status;
}

struct vouch_log_state rig_log_state(struct rig *rig, uint16_t fn, uint16_t log)
{
	struct vouch_log_state state = { 0 };

	if (rig_command(rig, fn, VOUCH_OP_LOG_STATE, log, 0, NULL, 0, sizeof(state)) ==
	    VOUCH_ST_OK)
		memcpy(&state, rig->out, sizeof(state));
	return state;
}

struct vouch_identity rig_identity(struct rig *rig, uint16_t fn)
{
	struct vouch_identity identity = { 0 };

	if (rig_command(rig, fn, VOUCH_OP_IDENTIFY, 0, 0, NULL, 0, sizeof(identity)) ==
	    VOUCH_ST_OK)
		memcpy(&identity, rig->out, sizeof(identity));
	return identity;
}

uint64_t rig_number(const struct rig *rig)
{
	return vouch_le_load(rig->out, 8);
}
