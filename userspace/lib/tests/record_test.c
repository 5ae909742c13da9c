// SPDX-License-Identifier: GPL-2.0-only
/* Records, and what must not pass as one. */
#include <errno.h>
#include <stdlib.h>

#include "cbor.h"
#include "fake.h"
#include "private.h"
#include "tap.h"

static const struct fake card = { .count = 10 };

/* On the heap and exactly as long as said, so that ASAN sees a read too far. */
static int decode(const uint8_t *bytes, size_t len, size_t *used)
{
	struct vouch_record rec;
	uint8_t *copy = malloc(len ? len : 1);
	int ret;

	if (len)
		memcpy(copy, bytes, len);
	ret = vouch_record_decode(copy, len, &rec, used);
	free(copy);
	return ret;
}

static void good_record(void)
{
	uint8_t buf[VOUCH_RECORD_MAX];
	struct vouch_record rec;
	size_t used, len = fake_record(&card, 0, 3, buf, sizeof(buf));

	IS(vouch_record_decode(buf, len, &rec, &used), 1, "a record decodes");
	IS((long long)used, (long long)len, "all of its bytes are used");
	IS((long long)rec.number, 3, "number");
	IS(rec.type, VOUCH_REC_MODULE_LOAD, "type");
	IS(rec.origin, 1, "origin");
	IS((long long)rec.time, 3000000, "time");
	IS((long long)rec.epoch, 1, "epoch");
	OK(rec.name_len == 8 && !memcmp(rec.name, "dummy.ko", 8), "name");
	OK(rec.measured && rec.measured[47] == 3, "measured digest");
	OK(!rec.data && rec.ref == VOUCH_NO_REF, "no data, no reference");
	OK(vouch_record_intact(&rec), "its digest covers its content");
	buf[len - 1] ^= 1;
	IS(vouch_record_decode(buf, len, &rec, &used), 1, "altered, it still decodes");
	OK(!vouch_record_intact(&rec), "but its digest tells");
}

static void every_cut(void)
{
	uint8_t buf[VOUCH_RECORD_MAX];
	size_t used, len = fake_record(&card, 0, 3, buf, sizeof(buf));
	int passed = 0;

	for (size_t cut = 0; cut < len; cut++)
		if (decode(buf, cut, &used) != -EBADMSG)
			passed++;
	IS(passed, 0, "no part of a record passes as one");
}

/* Every value of every byte: never a read too far, never more than is there. */
static void every_byte(void)
{
	uint8_t buf[VOUCH_RECORD_MAX];
	size_t used, len = fake_record(&card, 0, 3, buf, sizeof(buf));
	int wrong = 0;

	for (size_t at = 0; at < len; at++) {
		uint8_t was = buf[at];

		for (unsigned int v = 0; v < 256; v++) {
			int ret;

			used = 0;
			buf[at] = (uint8_t)v;
			ret = decode(buf, len, &used);
			if (ret != -EBADMSG && (ret > 1 || used > len || !used))
				wrong++;
		}
		buf[at] = was;
	}
	IS(wrong, 0, "no altered byte confuses the decoder");
}

struct bad {
	const char *name;
	const char *hex;	/* of the content */
};

/* Content with number 0, type 64, origin 2, time 0, epoch 0 and then @hex. */
static const struct bad bad_content[] = {
	{ "type 0", "a5 0000 0100 0202 0300 0400" },
	{ "type 69", "a5 0000 011845 0202 0300 0400" },
	{ "origin 3", "a5 0000 011840 0203 0300 0400" },
	{ "another number", "a5 0001 011840 0202 0300 0400" },
	{ "no epoch", "a4 0000 011840 0202 0300" },
	{ "keys out of order", "a5 0000 0202 011840 0300 0400" },
	{ "a key twice", "a6 0000 011840 0202 0300 0400 0400" },
	{ "an unknown key", "a6 0000 011840 0202 0300 0400 0900" },
	{ "an empty name", "a6 0000 011840 0202 0300 0400 0660" },
	{ "a name with NUL", "a6 0000 011840 0202 0300 0400 066100" },
	{ "a name in overlong UTF-8", "a6 0000 011840 0202 0300 0400 0662c080" },
	{ "a name with a surrogate", "a6 0000 011840 0202 0300 0400 0663eda080" },
	{ "a name that ends inside a character", "a6 0000 011840 0202 0300 0400 0661c3" },
	{ "a name of bytes", "a6 0000 011840 0202 0300 0400 064141" },
	{ "empty data", "a6 0000 011840 0202 0300 0400 0740" },
	{ "a digest of 47 bytes", "a6 0000 011840 0202 0300 0400 05582f" },
	{ "a number in more bytes than needed", "a5 0000 01190040 0202 0300 0400" },
	{ "a map without a length", "bf 0000 011840 0202 0300 0400 ff" },
	{ "a float for a time", "a5 0000 011840 0202 03f90000 0400" },
	{ "a byte after the map", "a5 0000 011840 0202 0300 0400 00" },
};

static size_t unhex(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex; hex += 2) {
		while (*hex == ' ')
			hex++;
		if (sscanf(hex, "%2hhx", &out[n++]) != 1)
			abort();
	}
	return n;
}

static size_t wrap(const uint8_t *content, size_t len, uint8_t *buf, size_t size)
{
	struct cbor_out out = { .buf = buf, .size = size };
	uint8_t digest[VOUCH_DIGEST_SIZE] = { 0 };

	cbor_out_map(&out, 4);
	cbor_out_uint(&out, 0);
	cbor_out_uint(&out, 0);
	cbor_out_uint(&out, 1);
	cbor_out_uint(&out, 0);
	cbor_out_uint(&out, 3);
	cbor_out_map(&out, 1);
	cbor_out_uint(&out, 12);
	cbor_out_bytes(&out, digest, sizeof(digest));
	cbor_out_uint(&out, 118);
	cbor_out_bytes(&out, content, len);
	return out.len;
}

static void bad_contents(void)
{
	uint8_t content[256], buf[VOUCH_RECORD_MAX];
	size_t used, len;

	len = wrap(content, unhex("a5 0000 011840 0202 0300 0400", content), buf, sizeof(buf));
	IS(decode(buf, len, &used), 1, "the least content passes");
	for (size_t i = 0; i < sizeof(bad_content) / sizeof(bad_content[0]); i++) {
		len = wrap(content, unhex(bad_content[i].hex, content), buf, sizeof(buf));
		IS(decode(buf, len, &used), -EBADMSG, "%s", bad_content[i].name);
	}
}

static void too_long(void)
{
	static uint8_t content[VOUCH_RECORD_MAX], buf[2 * VOUCH_RECORD_MAX];
	size_t used, len = wrap(content, sizeof(content), buf, sizeof(buf));

	OK(len > VOUCH_RECORD_MAX && len < sizeof(buf), "a record above the limit");
	IS(decode(buf, len, &used), -EBADMSG, "is refused");
	IS(decode(buf, 0, &used), -EBADMSG, "nothing is no record");
}

static void checkpoints(void)
{
	uint8_t buf[64] = { 0x82, 0x19, 0x10, 0x00, 0x58, 0x30 };
	size_t used;

	IS(decode(buf, 54, &used), 0, "a checkpoint is told from a record");
	IS((long long)used, 54, "and its bytes are known");
	IS(decode(buf, 53, &used), -EBADMSG, "half a checkpoint is none");
	buf[0] = 0x83;
	IS(decode(buf, 55, &used), -EBADMSG, "nor is one with three items");
}

int main(void)
{
	good_record();
	every_cut();
	every_byte();
	bad_contents();
	too_long();
	checkpoints();
	OK(!strcmp(vouch_record_type_name(VOUCH_REC_VM_START), "vm-start"), "a type's name");
	OK(!strcmp(vouch_record_type_name(99), "unknown"), "an unknown type's name");
	return tap_done();
}
