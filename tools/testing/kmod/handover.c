// SPDX-License-Identifier: GPL-2.0-only
/* Handovers, forged and broken, and the record they are compared with. */

#include "../../../kmod/handover.c"

#include <stdlib.h>

#include "../tap.h"

#define NUMBER	300

/* A record of the card's, as Documentation/vouch.cddl has it. */
struct build {
	u8 at[512];
	size_t size;
};

static u8 image[VOUCH_DIGEST_SIZE];
static struct vouch_identity card;

static void put(struct build *to, unsigned int major, u64 value)
{
	const unsigned int bytes = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 8;
	const u8 info[] = { [1] = 24, [2] = 25, [8] = 27 };

	to->at[to->size++] = (u8)(major << 5 | (bytes ? info[bytes] : value));
	for (unsigned int i = bytes; i--;)
		to->at[to->size++] = (u8)(value >> 8 * i);
}

static void put_string(struct build *to, unsigned int major, const void *string, size_t size)
{
	put(to, major, size);
	memcpy(to->at + to->size, string, size);
	to->size += size;
}

static void put_field(struct build *to, u64 key, u64 value)
{
	put(to, CBOR_UINT, key);
	put(to, CBOR_UINT, value);
}

/* The fields that each record has, then the given ones. */
static struct build content(u64 number, u64 type, const char *name, const u8 *digest, size_t size)
{
	struct build to = { .size = 0 };

	put(&to, CBOR_MAP, 5 + !!digest + !!name);
	put_field(&to, FIELD_NUMBER, number);
	put_field(&to, FIELD_TYPE, type);
	put_field(&to, FIELD_ORIGIN, 0);
	put_field(&to, FIELD_TIME, 1ULL << 40);
	put_field(&to, FIELD_EPOCH, 3);
	if (digest) {
		put(&to, CBOR_UINT, FIELD_DIGEST);
		put_string(&to, CBOR_BYTES, digest, size);
	}
	if (name) {
		put(&to, CBOR_UINT, FIELD_NAME);
		put_string(&to, CBOR_TEXT, name, strlen(name));
	}
	return to;
}

static struct build attach(const char *name, const u8 *digest, size_t size)
{
	return content(NUMBER, VOUCH_REC_ATTACH, name, digest, size);
}

static struct build wrap(const struct build *inner, u64 number)
{
	struct build to = { .size = 0 };

	put(&to, CBOR_MAP, 4);
	put_field(&to, 0, number);
	put_field(&to, 1, 0);
	put(&to, CBOR_UINT, 3);
	put(&to, CBOR_MAP, 1);
	put(&to, CBOR_UINT, ALG_SHA384);
	put_string(&to, CBOR_BYTES, image, sizeof(image));
	put(&to, CBOR_UINT, OWN_CONTENT);
	put_string(&to, CBOR_BYTES, inner->at, inner->size);
	return to;
}

/* In memory of its own, so that a step beyond is seen; the image is gone after. */
static int decode(const u8 *bytes, size_t size, struct vouch_arrival *arrival)
{
	static u8 kept[VOUCH_DIGEST_SIZE];
	u8 *copy = malloc(size);
	int rc;

	if (size)
		memcpy(copy, bytes, size);
	rc = vouch_arrival_decode(copy, size, arrival);
	if (!rc && arrival->image) {
		memcpy(kept, arrival->image, sizeof(kept));
		arrival->image = kept;
	}
	free(copy);
	return rc;
}

static int decode_content(struct build inner, struct vouch_arrival *arrival)
{
	struct build record = wrap(&inner, NUMBER);

	return decode(record.at, record.size, arrival);
}

static void test_attach(void)
{
	struct vouch_arrival arrival = {};
	struct build inner, record;
	static const char *const others[] = {
		"unannounced", "after-reset", "announce", "announced2",
	};

	IS(decode_content(attach("announced", image, 48), &arrival), 0,
	   "an announced attach is read");
	OK(arrival.number == NUMBER && arrival.image && !memcmp(arrival.image, image, 48),
	   "with its number and image");
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		OK(!decode_content(attach(others[i], image, 48), &arrival) && !arrival.image,
		   "%s: no jump was announced", others[i]);
	OK(!decode_content(attach(NULL, image, 48), &arrival) && !arrival.image,
	   "nor without a name");
	IS(decode_content(content(NUMBER, VOUCH_REC_KERNEL, "announced", image, 48), &arrival),
	   -ENOMSG, "a record of another type is told apart");
	inner = attach("announced", image, 48);
	record = wrap(&inner, NUMBER);
	inner = content(NUMBER + 1, VOUCH_REC_USER, "unannounced", image, 48);
	put_string(&record, CBOR_BYTES, inner.at, inner.size);
	OK(!decode(record.at, record.size, &arrival) && arrival.image,
	   "what follows it is not looked at");
}

static void test_cut(void)
{
	struct build inner = attach("announced", image, 48);
	struct build record = wrap(&inner, NUMBER);
	struct vouch_arrival arrival;
	size_t refused = 0;

	for (size_t size = 0; size < record.size; size++)
		refused += decode(record.at, size, &arrival) == -EILSEQ;
	IS(refused, record.size, "cut off anywhere it is refused");
	refused = 0;
	for (size_t size = 0; size < inner.size; size++) {
		struct build part = inner;

		part.size = size;
		refused += decode_content(part, &arrival) == -EILSEQ;
	}
	IS(refused, inner.size, "cut off anywhere inside, too");
}

/* One byte of a good record is another. */
static void test_altered(void)
{
	static const struct {
		size_t at;
		u8 byte;
		const char *text;
	} cases[] = {
		{ 0, 0xa3, "three fields" },
		{ 0, 0xa5, "five fields" },
		{ 0, 0xbf, "no length" },
		{ 0, 0xbc, "a head that does not exist" },
		{ 1, 0x01, "a number that is another field" },
		{ 2, 0x1b, "a number that is longer" },
		{ 2, 0x18, "a number that is shorter" },
		{ 2, 0x39, "a number below zero" },
		{ 3, 0x00, "a number in more bytes than it needs" },
		{ 4, 0x2d, "a number that is not the inner one" },
		{ 8, 0xa2, "two digests" },
		{ 9, 0x0b, "another algorithm" },
		{ 11, 0x2f, "a shorter digest" },
		{ 11, 0x31, "a longer digest" },
		{ 61, 0x77, "another content" },
		{ 62, 0x5b, "a length beyond all" },
		{ 62, 0x5f, "content without a length" },
		{ 62, 0x78, "content that is text" },
		{ 64, 0xa6, "a field too many inside" },
		{ 64, 0xa8, "a field too few inside" },
		{ 64, 0xaa, "ten fields inside" },
	};
	struct build inner = attach("announced", image, 48);
	struct vouch_arrival arrival;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct build record = wrap(&inner, NUMBER);

		record.at[cases[i].at] = cases[i].byte;
		IS(decode(record.at, record.size, &arrival), -EILSEQ, "refused: %s", cases[i].text);
	}
}

static void test_fields(void)
{
	struct vouch_arrival arrival;
	struct build inner;

	IS(decode_content(attach("announced", NULL, 0), &arrival), -EILSEQ,
	   "refused: announced, and no image");
	IS(decode_content(attach("announced", image, 47), &arrival), -EILSEQ,
	   "refused: a short image");
	inner = attach("announced", image, 48);
	inner.at[0]++;
	put_field(&inner, FIELD_DIGEST, 0);
	IS(decode_content(inner, &arrival), -EILSEQ, "refused: a field that comes again");
	inner = attach("announced", image, 48);
	inner.at[0]++;
	put_field(&inner, FIELD_REF + 1, 0);
	IS(decode_content(inner, &arrival), -EILSEQ, "refused: a field that there is not");
	inner = attach("announced", image, 48);
	put_field(&inner, FIELD_REF, 0);
	IS(decode_content(inner, &arrival), -EILSEQ, "refused: a field that is not counted");
	inner.at[0]++;
	OK(!decode_content(inner, &arrival) && arrival.image, "counted, it is good");
}

static void test_check(void)
{
	struct vouch_handover said = {};
	size_t refused = 0;

	IS(vouch_handover_check(&said), -ENOENT, "zeros: no jump was announced");
	said.image[47] = 1;
	IS(vouch_handover_check(&said), -EILSEQ, "a byte among zeros is no handover");
	vouch_handover_fill(&said, &card, image, NUMBER - 1);
	IS(vouch_handover_check(&said), 0, "what is filled in is one");
	for (size_t i = 0; i < sizeof(said.magic); i++) {
		said.magic[i] ^= 1;
		refused += vouch_handover_check(&said) == -EILSEQ;
		said.magic[i] ^= 1;
	}
	IS(refused, sizeof(said.magic), "without its beginning it is not");
	memset(&said, 0xff, sizeof(said));
	IS(vouch_handover_check(&said), -EILSEQ, "nor are ones");
}

static const char *doubt(u64 number, size_t byte)
{
	struct vouch_arrival arrival = { .number = number, .image = image };
	struct vouch_handover said;
	const char *text;

	vouch_handover_fill(&said, &card, image, NUMBER - 1);
	((u8 *)&said)[byte] ^= byte >= sizeof(said.magic);
	text = vouch_handover_doubt(&said, &card, &arrival);
	return text ?: "none";
}

static void test_doubt(void)
{
	struct vouch_arrival arrival = { .number = 0, .image = image };
	struct vouch_handover said;

	HAS(doubt(NUMBER, 0), "none", "the attach right after the announcement matches");
	HAS(doubt(NUMBER + SLACK, 0), "none", "and with what was still on its way before it");
	HAS(doubt(NUMBER + SLACK + 1, 0), "another record number", "one that is too late does not");
	HAS(doubt(NUMBER - 1, 0), "another record number", "nor one before it");
	HAS(doubt(NUMBER, 16), "another card", "another card");
	HAS(doubt(NUMBER, 47), "another card", "to the last byte of its id");
	HAS(doubt(NUMBER, 55), "another epoch", "another epoch");
	HAS(doubt(NUMBER, 63), "another record number", "another number");
	HAS(doubt(NUMBER, 64), "another image", "another image");
	HAS(doubt(NUMBER, 111), "another image", "to its last byte");
	vouch_handover_fill(&said, &card, image, VOUCH_NO_REF);
	OK(!vouch_handover_doubt(&said, &card, &arrival), "numbers are compared as they are");
	said.next = cpu_to_le64(UINT64_MAX);
	HAS(vouch_handover_doubt(&said, &card, &arrival), "another record number",
	    "and do not wrap");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (u8)(i + 1);
	memset(card.card_id, 0x11, sizeof(card.card_id));
	card.epoch = cpu_to_le64(3);
	test_attach();
	test_cut();
	test_altered();
	test_fields();
	test_check();
	test_doubt();
	return tap_done();
}
