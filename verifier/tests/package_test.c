// SPDX-License-Identifier: GPL-2.0-only
/* The golden package, then damaged in every way that needs no key. */
#include "tap.h"
#include "vector.h"

static enum vouch_reason first(const struct vector *v)
{
	const struct vouch_findings *list = &v->verdict.findings;

	if (list->totals[VOUCH_CLASS_BROKEN])
		return list->first_bad.reason;
	return list->count ? list->items[0].reason : VOUCH_REASON_NONE;
}

static void check_golden(struct vector *v)
{
	vector_appraise(v);
	IS(v->verdict.tier, VOUCH_COULD_NOT_TELL, "without references nothing can be told");
	IS((long long)v->verdict.findings.count, 2, "two findings");
	IS(v->items[0].reason, VOUCH_ROOT_SELF_ASSERTED, "the root is self-asserted");
	IS(v->items[1].reason, VOUCH_NO_REFERENCES, "there are no references");
	OK(v->verdict.log_proven[0] && v->verdict.log_proven[1], "both logs are proven");
	IS((long long)v->verdict.kernels, 2, "two kernels");
	IS((long long)v->verdict.continuous, 1, "one was announced");
	IS((long long)v->verdict.timing.way, 400000, "the way took 400 us");
}

/* Anything but BROKEN or an unreadable frame would be a hole. */
static void check_flips(struct vector *v)
{
	size_t at, passed = 0, signature = 0, frame = 0;

	for (at = 0; at < v->len; at += 3) {
		v->bytes[at] ^= (uint8_t)(1 << at % 8);
		vector_appraise(v);
		v->bytes[at] ^= (uint8_t)(1 << at % 8);
		if (first(v) == VOUCH_PACKAGE_SIGNATURE)
			signature++;
		else if (first(v) == VOUCH_PACKAGE_MALFORMED || first(v) == VOUCH_NOT_DETERMINISTIC)
			frame++;
		else
			passed++;
	}
	IS((long long)passed, 0, "no flipped bit is overlooked");
	OK(signature > 100 * frame, "%zu by the signature, %zu in the frame", signature, frame);
}

static void check_cuts(struct vector *v)
{
	size_t whole = v->len, passed = 0;

	for (v->len = 0; v->len < whole; v->len += 11) {
		vector_appraise(v);
		passed += first(v) != VOUCH_PACKAGE_MALFORMED;
	}
	v->len = whole;
	IS((long long)passed, 0, "a package that is cut off is none");
}

static bool is_unreadable(const struct vector *v)
{
	size_t i;

	for (i = 0; i < v->verdict.findings.count; i++) {
		if (v->items[i].reason == VOUCH_UNREADABLE)
			return true;
	}
	return false;
}

static void check_reads(struct vector *v)
{
	size_t reads, passed = 0;

	for (reads = 0; reads < 64; reads++) {
		v->reads_left = reads;
		vector_appraise(v);
		if (v->reads_left)
			break;
		passed += !is_unreadable(v);
	}
	v->reads_left = SIZE_MAX;
	OK(reads > 5 && reads < 64, "it takes %zu reads", reads - 1);
	IS((long long)passed, 1, "each one that fails is told, and only the last run passes");
}

static void check_room(struct vector *v)
{
	struct vouch_verdict none = { .findings = { .room = 0 } };

	v->policy.accept[VOUCH_ROOT_SELF_ASSERTED] = false;
	vouch_appraise(&v->input, &none);
	v->policy.accept[VOUCH_ROOT_SELF_ASSERTED] = true;
	IS(none.tier, VOUCH_NOT_AUTHENTIC, "a full list of findings changes no verdict");
	IS(none.findings.first_bad.reason, VOUCH_ROOT_SELF_ASSERTED, "nor its first reason");
	IS((long long)none.findings.first_bad.record, 1, "nor the record");
}

int main(void)
{
	struct vector v;

	vector_init(&v);
	v.bytes = vector_file(VECTOR_FOLDER "golden.cbor", &v.len);
	check_golden(&v);
	check_flips(&v);
	check_cuts(&v);
	check_reads(&v);
	check_room(&v);
	X509_free(v.root);
	free(v.bytes);
	return tap_done();
}
