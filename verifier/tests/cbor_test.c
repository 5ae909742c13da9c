// SPDX-License-Identifier: GPL-2.0-only
/* Deterministic CBOR and nothing else. */
#include <errno.h>
#include <string.h>

#include "../lib/cbor.h"
#include "../lib/utf8.h"
#include "tap.h"

struct sample {
	const char *what, *bytes;
	size_t len;
	int want;
};

#define SAMPLE(what, bytes, want) { what, bytes, sizeof(bytes) - 1, want }

static const struct sample samples[] = {
	SAMPLE("zero", "\x00", 0),
	SAMPLE("23", "\x17", 0),
	SAMPLE("24", "\x18\x18", 0),
	SAMPLE("23 in two bytes", "\x18\x17", -EILSEQ),
	SAMPLE("255 in three bytes", "\x19\x00\xff", -EILSEQ),
	SAMPLE("65535 in five bytes", "\x1a\x00\x00\xff\xff", -EILSEQ),
	SAMPLE("2^32 - 1 in nine bytes", "\x1b\x00\x00\x00\x00\xff\xff\xff\xff", -EILSEQ),
	SAMPLE("2^64 - 1", "\x1b\xff\xff\xff\xff\xff\xff\xff\xff", 0),
	SAMPLE("-1 in two bytes", "\x38\x00", -EILSEQ),
	SAMPLE("bytes with a long length", "\x58\x01\x61", -EILSEQ),
	SAMPLE("text with a long length", "\x78\x01\x61", -EILSEQ),
	SAMPLE("array with a long length", "\x98\x00", -EILSEQ),
	SAMPLE("map with a long length", "\xb8\x00", -EILSEQ),
	SAMPLE("endless bytes", "\x5f\x41\x61\xff", -EILSEQ),
	SAMPLE("endless text", "\x7f\x61\x61\xff", -EILSEQ),
	SAMPLE("endless array", "\x9f\xff", -EILSEQ),
	SAMPLE("endless map", "\xbf\xff", -EILSEQ),
	SAMPLE("a break alone", "\xff", -EILSEQ),
	SAMPLE("keys in order", "\xa2\x01\x00\x02\x00", 0),
	SAMPLE("keys out of order", "\xa2\x02\x00\x01\x00", -EILSEQ),
	SAMPLE("a key twice", "\xa2\x01\x00\x01\x00", -EILSEQ),
	SAMPLE("a longer key first", "\xa2\x18\x18\x00\x01\x00", -EILSEQ),
	SAMPLE("keys out of order inside", "\x81\xa2\x02\x00\x01\x00", -EILSEQ),
	SAMPLE("the same keys in two maps", "\xa2\x01\xa1\x01\x00\x02\xa1\x01\x00", 0),
	SAMPLE("a key after a nested value", "\xa2\x02\xa1\x05\x00\x01\x00", -EILSEQ),
	SAMPLE("arrays as keys, in order", "\xa2\x81\x01\x00\x81\x02\x00", 0),
	SAMPLE("arrays as keys, twice", "\xa2\x81\x01\x00\x81\x01\x00", -EILSEQ),
	SAMPLE("tag 18", "\xd2\x00", 0),
	SAMPLE("tag 61", "\xd8\x3d\x00", 0),
	SAMPLE("tag 18 in two bytes", "\xd8\x12\x00", -EILSEQ),
	SAMPLE("a tag of nothing", "\xd2", -EBADMSG),
	SAMPLE("true, null", "\x82\xf5\xf6", 0),
	SAMPLE("undefined", "\xf7", -EBADMSG),
	SAMPLE("half a float", "\xf9\x3c\x00", -EBADMSG),
	SAMPLE("a float", "\xfa\x3f\x80\x00\x00", -EBADMSG),
	SAMPLE("a double", "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00", -EBADMSG),
	SAMPLE("a simple value", "\xe0", -EBADMSG),
	SAMPLE("reserved", "\x1c", -EBADMSG),
	SAMPLE("nothing", "", -EBADMSG),
	SAMPLE("cut head", "\x19\x01", -EBADMSG),
	SAMPLE("cut bytes", "\x43\x01\x02", -EBADMSG),
	SAMPLE("cut array", "\x82\x01", -EBADMSG),
	SAMPLE("cut map", "\xa1\x01", -EBADMSG),
	SAMPLE("trailing byte", "\x00\x00", -EBADMSG),
	SAMPLE("bytes longer than memory", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff", -EBADMSG),
	SAMPLE("array longer than input", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", -EBADMSG),
	SAMPLE("map longer than input", "\xbb\x80\x00\x00\x00\x00\x00\x00\x00", -EBADMSG),
};

static void check_samples(void)
{
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		const struct sample *s = &samples[i];

		IS(vouch_cbor_check((const uint8_t *)s->bytes, s->len), s->want, "%s", s->what);
	}
}

static void check_depth(void)
{
	uint8_t bytes[VOUCH_CBOR_DEPTH_MAX + 2];

	memset(bytes, 0x81, sizeof(bytes));
	bytes[VOUCH_CBOR_DEPTH_MAX] = 0;
	IS(vouch_cbor_check(bytes, VOUCH_CBOR_DEPTH_MAX + 1), 0, "as deep as allowed");
	bytes[VOUCH_CBOR_DEPTH_MAX] = 0x81;
	bytes[VOUCH_CBOR_DEPTH_MAX + 1] = 0;
	IS(vouch_cbor_check(bytes, sizeof(bytes)), -EBADMSG, "one level deeper");
}

static void check_cursor(void)
{
	static const uint8_t bytes[] = { 0x83, 0x20, 0x43, 1, 2, 3, 0x63, 'a', 'b', 'c' };
	uint8_t fixed[3];
	struct vouch_cbor c;
	size_t len;

	vouch_cbor_init(&c, bytes, sizeof(bytes));
	IS((long long)vouch_cbor_array(&c), 3, "an array of three");
	OK(!vouch_cbor_try_key(&c, 1), "another key is left alone");
	OK(vouch_cbor_try_key(&c, -1), "the key that is there is taken");
	vouch_cbor_fixed(&c, fixed, sizeof(fixed));
	OK(!memcmp(fixed, "\1\2\3", 3), "bytes of a known length");
	OK(vouch_cbor_text(&c, &len) && len == 3, "text");
	IS(vouch_cbor_end(&c), 0, "all of it was taken");
	IS((long long)vouch_cbor_uint(&c), 0, "nothing comes after the end");
	IS(vouch_cbor_end(&c), -EBADMSG, "and that is an error");
	vouch_cbor_init(&c, bytes, sizeof(bytes));
	vouch_cbor_map(&c);
	IS((long long)vouch_cbor_array(&c), 0, "after an error there is nothing more");
	IS(vouch_cbor_end(&c), -EBADMSG, "the first error sticks");
}

static void check_head(void)
{
	static const uint8_t huge[] = { 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t wide[] = { 0x59, 0x00, 0xff }, text[] = { 0x61, 'a' };
	static const uint8_t small[] = { 0x43, 1, 2, 3 }, none[] = { 0x40 }, cut[] = { 0x5a, 1 };
	struct vouch_cbor c;

	vouch_cbor_init(&c, huge, sizeof(huge));
	OK(vouch_cbor_head(&c) == UINT64_MAX && !c.err && c.pos == 9, "head of 2^64 - 1 bytes");
	vouch_cbor_init(&c, small, sizeof(small));
	OK(vouch_cbor_head(&c) == 3 && c.pos == 1, "head of three bytes");
	vouch_cbor_init(&c, none, sizeof(none));
	OK(vouch_cbor_head(&c) == 0 && !c.err && c.pos == 1, "head of no bytes");
	vouch_cbor_init(&c, wide, sizeof(wide));
	vouch_cbor_head(&c);
	IS(c.err, -EILSEQ, "head that is too wide");
	vouch_cbor_init(&c, text, sizeof(text));
	vouch_cbor_head(&c);
	IS(c.err, -EBADMSG, "head of text");
	vouch_cbor_init(&c, cut, sizeof(cut));
	vouch_cbor_head(&c);
	IS(c.err, -EBADMSG, "head cut off");
}

static void check_utf8(void)
{
	static const struct sample texts[] = {
		SAMPLE("ASCII", "abc", 1), SAMPLE("two bytes", "\xc3\xa9", 1),
		SAMPLE("three bytes", "\xe2\x82\xac", 1), SAMPLE("four", "\xf0\x9f\x98\x80", 1),
		SAMPLE("NUL", "a\0b", 0), SAMPLE("overlong", "\xc0\x80", 0),
		SAMPLE("overlong slash", "\xe0\x80\xaf", 0), SAMPLE("surrogate", "\xed\xa0\x80", 0),
		SAMPLE("beyond", "\xf4\x90\x80\x80", 0), SAMPLE("cut", "\xe2\x82", 0),
		SAMPLE("alone", "\x80", 0),
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		OK(vouch_utf8_is((const uint8_t *)texts[i].bytes, texts[i].len) == texts[i].want,
		   "UTF-8: %s", texts[i].what);
}

int main(void)
{
	check_samples();
	check_depth();
	check_cursor();
	check_head();
	check_utf8();
	return tap_done();
}
