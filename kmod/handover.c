// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one kernel hands to the next beside the card, and the card's record that
 * it is compared with: bytes alone, also compiled for tests in user space.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <vouch/record.h>

#include "handover.h"
#include "queue.h"

/* What may still have been on its way to the card when the jump was announced. */
#define SLACK		VOUCH_QUEUE_ENTRIES

/* Documentation/vouch.cddl: what a record is made of. */
#define CBOR_UINT	0
#define CBOR_BYTES	2
#define CBOR_TEXT	3
#define CBOR_MAP	5
#define ALG_SHA384	12
#define OWN_CONTENT	118
#define FIELDS_MAX	9

enum {
	FIELD_NUMBER,
	FIELD_TYPE,
	FIELD_ORIGIN,
	FIELD_TIME,
	FIELD_EPOCH,
	FIELD_DIGEST,
	FIELD_NAME,
	FIELD_DATA,
	FIELD_REF,
};

static const struct vouch_handover blank = { .magic = VOUCH_HANDOVER_MAGIC };
static const char announced[] = "announced";

struct bytes {
	const u8 *at;
	size_t left;
};

/* One head, in the shortest form alone. */
static bool head_take(struct bytes *from, unsigned int major, u64 *value)
{
	unsigned int info, size;

	if (!from->left || from->at[0] >> 5 != major)
		return false;
	info = from->at[0] & 31;
	size = info < 24 ? 0 : 1 << (info - 24);
	if (info > 27 || from->left - 1 < size)
		return false;
	*value = size ? 0 : info;
	for (unsigned int i = 1; i <= size; i++)
		*value = *value << 8 | from->at[i];
	from->at += 1 + size;
	from->left -= 1 + size;
	return !size || *value >= (size == 1 ? 24 : 1ULL << size * 4);
}

static bool head_is(struct bytes *from, unsigned int major, u64 wanted)
{
	u64 value;

	return head_take(from, major, &value) && value == wanted;
}

static bool string_take(struct bytes *from, unsigned int major, struct bytes *string)
{
	u64 size;

	if (!head_take(from, major, &size) || size > from->left)
		return false;
	*string = (struct bytes){ from->at, size };
	from->at += size;
	from->left -= size;
	return true;
}

static bool digest_take(struct bytes *from, struct bytes *digest)
{
	return string_take(from, CBOR_BYTES, digest) && digest->left == VOUCH_DIGEST_SIZE;
}

struct fields {
	u64 number;
	u64 type;
	struct bytes digest;
	struct bytes name;
};

static bool field_take(struct bytes *from, u64 key, struct fields *fields)
{
	struct bytes skipped;
	u64 number;

	switch (key) {
	case FIELD_NUMBER:
		return head_take(from, CBOR_UINT, &fields->number);
	case FIELD_TYPE:
		return head_take(from, CBOR_UINT, &fields->type);
	case FIELD_ORIGIN:
	case FIELD_TIME:
	case FIELD_EPOCH:
	case FIELD_REF:
		return head_take(from, CBOR_UINT, &number);
	case FIELD_DIGEST:
		return digest_take(from, &fields->digest);
	case FIELD_NAME:
		return string_take(from, CBOR_TEXT, &fields->name);
	case FIELD_DATA:
		return string_take(from, CBOR_BYTES, &skipped);
	default:
		return false;
	}
}

/* Keys rise, so none comes twice. */
static bool fields_take(struct bytes *from, struct fields *fields)
{
	u64 count, key, next = 0;

	if (!head_take(from, CBOR_MAP, &count) || count > FIELDS_MAX)
		return false;
	for (; count; count--, next = key + 1)
		if (!head_take(from, CBOR_UINT, &key) || key < next ||
		    !field_take(from, key, fields))
			return false;
	return !from->left && next > FIELD_EPOCH;
}

static bool record_take(struct bytes *from, struct fields *fields)
{
	struct bytes digest, content;
	u64 number, log;

	return head_is(from, CBOR_MAP, 4) &&
	       head_is(from, CBOR_UINT, 0) && head_take(from, CBOR_UINT, &number) &&
	       head_is(from, CBOR_UINT, 1) && head_take(from, CBOR_UINT, &log) &&
	       head_is(from, CBOR_UINT, 3) && head_is(from, CBOR_MAP, 1) &&
	       head_is(from, CBOR_UINT, ALG_SHA384) && digest_take(from, &digest) &&
	       head_is(from, CBOR_UINT, OWN_CONTENT) &&
	       string_take(from, CBOR_BYTES, &content) && fields_take(&content, fields) &&
	       fields->number == number;
}

/**
 * vouch_arrival_decode() - read the card's record of an attach
 * @bytes: a record as the card encodes it; others may follow
 * @size: bytes there
 * @arrival: returns what it says
 *
 * Context: any. Return: 0, -ENOMSG for a record of another type, -EILSEQ for what
 * is no record.
 */
int vouch_arrival_decode(const u8 *bytes, size_t size, struct vouch_arrival *arrival)
{
	struct bytes from = { bytes, size };
	struct fields fields = {};

	if (!record_take(&from, &fields))
		return -EILSEQ;
	if (fields.type != VOUCH_REC_ATTACH)
		return -ENOMSG;
	arrival->number = fields.number;
	arrival->image = NULL;
	if (fields.name.left != strlen(announced) ||
	    memcmp(fields.name.at, announced, strlen(announced)))
		return 0;
	if (!fields.digest.at)
		return -EILSEQ;
	arrival->image = fields.digest.at;
	return 0;
}

/**
 * vouch_handover_fill() - what the next kernel is told of an announced jump
 * @to: returns it
 * @card: the card that was told
 * @image: digest that was announced
 * @number: of the announcement
 *
 * Context: any.
 */
void vouch_handover_fill(struct vouch_handover *to, const struct vouch_identity *card,
			 const u8 *image, u64 number)
{
	memcpy(to->card_id, card->card_id, sizeof(to->card_id));
	to->epoch = card->epoch;
	to->next = cpu_to_le64(number + 1);
	memcpy(to->image, image, sizeof(to->image));
	memcpy(to->magic, blank.magic, sizeof(to->magic));
}

/**
 * vouch_handover_check() - is it a handover at all
 * @said: what was found, of the right size
 *
 * Context: any. Return: 0, -ENOENT if it says that no jump was announced,
 * -EILSEQ if it is something else.
 */
int vouch_handover_check(const struct vouch_handover *said)
{
	if (!memchr_inv(said, 0, sizeof(*said)))
		return -ENOENT;
	return memcmp(said->magic, blank.magic, sizeof(said->magic)) ? -EILSEQ : 0;
}

/**
 * vouch_handover_doubt() - where it differs from what the card says
 * @said: what was handed over
 * @card: the card, now
 * @arrival: by an announced jump
 *
 * Context: any. Return: in words, NULL for nowhere.
 */
const char *vouch_handover_doubt(const struct vouch_handover *said,
				 const struct vouch_identity *card,
				 const struct vouch_arrival *arrival)
{
	u64 next = le64_to_cpu(said->next);

	if (memcmp(said->card_id, card->card_id, sizeof(said->card_id)))
		return "another card";
	if (said->epoch != card->epoch)
		return "another epoch";
	if (arrival->number < next || arrival->number - next > SLACK)
		return "another record number";
	if (memcmp(said->image, arrival->image, sizeof(said->image)))
		return "another image";
	return NULL;
}
