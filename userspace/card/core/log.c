// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "hash.h"
#include "le.h"
#include "log.h"

static const uint8_t leaf_tag;
static const uint8_t node_tag = 1;

/**
 * vouch_log_init - begin an empty log
 * @card: a card, for its identity and hash
 * @log: returns the log
 * @id: 0 the host's, otherwise the function number
 * @instance: instance id, or NULL for log 0
 * @index: memory for VOUCH_CARD_INDEX(@capacity) entries
 * @capacity: most records
 *
 * Return: 0 or a negative errno.
 */
int vouch_log_init(const struct vouch_card *card, struct vouch_log *log, uint16_t id,
		   const uint8_t *instance, uint64_t *index, uint64_t capacity)
{
	static const char context[] = "vouch/log/1";
	uint8_t id_le[4];
	const struct vouch_span parts[] = {
		{ context, sizeof(context) - 1 },
		{ card->config->card_id, VOUCH_CARD_ID_SIZE },
		{ id_le, sizeof(id_le) },
		{ log->instance, VOUCH_INSTANCE_SIZE },
	};

	memset(log, 0, sizeof(*log));
	log->id = id;
	log->current = VOUCH_NO_REF;
	log->last = VOUCH_NO_REF;
	log->index = index;
	log->capacity = capacity;
	if (instance)
		memcpy(log->instance, instance, VOUCH_INSTANCE_SIZE);
	vouch_le_store(id_le, id, sizeof(id_le));
	return vouch_hash(card, parts, 4, log->pcr);
}

/**
 * vouch_log_extend - what the running digest becomes
 * @card: a card, for its hash
 * @log: the log, unchanged
 * @digest: of the next record
 * @pcr: returns the next running digest
 *
 * Return: 0 or a negative errno.
 */
int vouch_log_extend(const struct vouch_card *card, const struct vouch_log *log,
		     const uint8_t *digest, uint8_t *pcr)
{
	const struct vouch_span parts[] = {
		{ log->pcr, VOUCH_DIGEST_SIZE },
		{ digest, VOUCH_DIGEST_SIZE },
	};

	return vouch_hash(card, parts, 2, pcr);
}

static int join(const struct vouch_card *card, const uint8_t *left, const uint8_t *right,
		uint8_t *node)
{
	const struct vouch_span parts[] = {
		{ &node_tag, 1 },
		{ left, VOUCH_DIGEST_SIZE },
		{ right, VOUCH_DIGEST_SIZE },
	};

	return vouch_hash(card, parts, 3, node);
}

/**
 * vouch_log_advance - take a record that the journal has
 * @card: a card, for its hash
 * @log: the log, unchanged on failure
 * @digest: of the record
 * @pcr: what vouch_log_extend() returned for it
 * @where: its place in the journal
 *
 * Return: 0, -ENOSPC when the log is full, or what the hash said.
 */
int vouch_log_advance(const struct vouch_card *card, struct vouch_log *log,
		      const uint8_t *digest, const uint8_t *pcr, uint64_t where)
{
	const struct vouch_span leaf[] = {
		{ &leaf_tag, 1 },
		{ digest, VOUCH_DIGEST_SIZE },
	};
	uint8_t node[VOUCH_DIGEST_SIZE];
	unsigned int level;
	int ret;

	if (log->count >= log->capacity)
		return -ENOSPC;
	ret = vouch_hash(card, leaf, 2, node);
	for (level = 0; !ret && (log->count >> level & 1); level++)
		ret = join(card, log->peaks[level], node, node);
	if (ret)
		return ret;

	memcpy(log->peaks[level], node, sizeof(node));
	memcpy(log->pcr, pcr, VOUCH_DIGEST_SIZE);
	log->root_fresh = false;
	log->last = where;
	log->index[log->count / VOUCH_LOG_GROUP] = where;
	log->count++;
	return 0;
}

/**
 * vouch_log_root - bring the mountain range root up to date
 * @card: a card, for its hash
 * @log: the log; its @root is valid afterwards
 *
 * Return: 0 or a negative errno.
 */
int vouch_log_root(const struct vouch_card *card, struct vouch_log *log)
{
	uint8_t root[VOUCH_DIGEST_SIZE] = { 0 };
	bool smallest = true;
	unsigned int level;
	int ret = 0;

	if (log->root_fresh)
		return 0;
	for (level = 0; !ret && log->count >> level; level++) {
		if (!(log->count >> level & 1))
			continue;
		if (smallest)
			memcpy(root, log->peaks[level], sizeof(root));
		else
			ret = join(card, log->peaks[level], root, root);
		smallest = false;
	}
	if (ret)
		return ret;
	memcpy(log->root, root, sizeof(root));
	log->root_fresh = true;
	return 0;
}
