// SPDX-License-Identifier: GPL-2.0-only
/* The golden session altered bit by bit, and quantiles against bounds. */
#include "../lib/cert.h"
#include "../lib/package.h"
#include "tap.h"
#include "vector.h"

/* The golden package, up to what a session is checked with. */
struct golden {
	struct vector v;
	struct vouch_package package;
	struct vouch_evidence evidence;
	struct vouch_chain chain;
	struct vouch_hash hash;
	uint8_t *part;
	size_t len;
};

static void must(bool good)
{
	if (!good)
		exit(1);
}

static void open_golden(struct golden *g)
{
	const struct vouch_range *range = g->package.parts;
	const uint8_t *evidence;

	vector_init(&g->v);
	g->v.bytes = vector_file(VECTOR_FOLDER "near.cbor", &g->v.len);
	g->v.reader = (struct vouch_reader){ vector_read_at, &g->v, g->v.len };
	must(!vouch_hash_init(&g->hash) && !vouch_package_open(&g->package, &g->v.reader) &&
	     !vouch_package_index(&g->package));
	evidence = g->v.bytes + range[VOUCH_PART_EVIDENCE].offset;
	must(!vouch_evidence_parse(&g->evidence, evidence,
				   (size_t)range[VOUCH_PART_EVIDENCE].len));
	must(!vouch_chain_check(&g->chain, g->v.root,
				&(struct vouch_der){ g->evidence.alias, g->evidence.alias_len },
				&(struct vouch_der){ g->evidence.device, g->evidence.device_len },
				VECTOR_TIME));
	g->part = g->v.bytes + range[VOUCH_PART_PROXIMITY].offset;
	g->len = (size_t)range[VOUCH_PART_PROXIMITY].len;
}

static enum vouch_reason check(struct golden *g, struct vouch_proximity *p)
{
	enum vouch_reason reason = vouch_proximity_parse(p, g->part, g->len);

	if (reason != VOUCH_REASON_NONE)
		return reason;
	return vouch_proximity_check(p, &g->hash, &g->evidence, g->chain.alias_key);
}

/* The guest's own times are its word; only its signature covers them. */
static void check_flips(struct golden *g)
{
	struct vouch_proximity p;
	size_t at, passed = 0, caught = 0, begin, end;

	IS(check(g, &p), VOUCH_REASON_NONE, "the golden session holds");
	begin = (size_t)(p.times.bytes - g->part);
	end = begin + p.times.len + 16;
	for (at = 0; at < g->len; at++) {
		g->part[at] ^= (uint8_t)(1 << at % 8);
		if (check(g, &p) != VOUCH_REASON_NONE)
			caught++;
		else if (at < begin || at >= end)
			passed++;
		g->part[at] ^= (uint8_t)(1 << at % 8);
	}
	IS((long long)passed, 0, "no flipped bit is overlooked");
	OK(caught > g->len - (end - begin), "%zu of %zu are caught", caught, g->len);
	g->len--;
	IS(check(g, &p), VOUCH_PROXIMITY_MALFORMED, "nor one that is cut off");
	g->len++;
	g->evidence.nonce[0] ^= 1;
	IS(check(g, &p), VOUCH_PROXIMITY_OTHER, "nor one for other evidence");
	g->evidence.nonce[0] ^= 1;
	g->evidence.function++;
	IS(check(g, &p), VOUCH_PROXIMITY_OTHER, "nor one of another function");
	g->evidence.function--;
}

/* Of one card and one nonce, and still not of one moment. */
static void check_order(struct golden *g)
{
	const uint64_t t_rx = g->evidence.t_rx;
	struct vouch_proximity p;
	struct vouch_near near;

	must(!check(g, &p));
	g->evidence.t_rx = p.transcript.last;
	IS(check(g, &p), VOUCH_REASON_NONE, "evidence asked for when the session ended");
	vouch_near_measure(&near, &p, &g->evidence, true);
	IS((long long)near.age, 0, "comes after no time at all");
	g->evidence.t_rx--;
	IS(check(g, &p), VOUCH_PROXIMITY_AFTER, "and must not come before that");
	g->evidence.t_rx = t_rx;
}

static void check_quantiles(struct golden *g)
{
	static const uint64_t guest[] = { 2000, 2000, 2003 }, card[] = { 1500, 1500, 1502 };
	struct vouch_proximity p;
	struct vouch_near near;

	must(!check(g, &p));
	vouch_near_measure(&near, &p, &g->evidence, true);
	IS((long long)near.rounds, 64, "64 rounds");
	IS(near.trust, VOUCH_TRUST_MEASURED_HOST, "the host is affirmed");
	OK(!memcmp(near.ns[VOUCH_CLOCK_GUEST], guest, sizeof(guest)), "the guest's times");
	OK(!memcmp(near.ns[VOUCH_CLOCK_CARD], card, sizeof(card)), "the card's");
}

struct bounded {
	const char *model;
	bool judged;
	bool near;
	enum vouch_reason reason;
};

static void check_bounds(struct golden *g)
{
	static const struct vouch_bound bounds[] = {
		{ "far", { { 1999, -1ULL, -1ULL }, { 9999, -1ULL, -1ULL } } },
		{ "*", { { 2000, 2000, 2003 }, { 1500, 1500, 1502 } } },
		{ "slow card", { { 9999, 9999, 9999 }, { 9999, 9999, 1501 } } },
	};
	static const struct bounded cases[] = {
		{ "far", true, false, VOUCH_PROXIMITY_FAR },
		{ "any", true, true, VOUCH_NEAR_UNTRUSTED_CLOCK },
		{ NULL, true, true, VOUCH_NEAR_UNTRUSTED_CLOCK },
		{ "slow card", true, false, VOUCH_PROXIMITY_FAR },
	};
	struct vouch_near_policy policy = {
		.required = true, .rounds = 64, .age_ns = VOUCH_NEAR_AGE_NS, .bounds = bounds,
		.bound_count = 3,
	};
	struct vouch_finding item;
	struct vouch_proximity p;
	struct vouch_near near;
	size_t i;

	must(!check(g, &p));
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct vouch_findings list = { .items = &item, .room = 1 };
		const char *model = cases[i].model;

		vouch_near_measure(&near, &p, &g->evidence, false);
		vouch_near_judge(&near, &policy, model, model ? strlen(model) : 0, &list);
		OK(near.judged == cases[i].judged && near.near == cases[i].near && list.count &&
		   item.reason == cases[i].reason, "bound %zu", i);
	}
	policy.rounds = 65;
	vouch_near_judge(&near, &policy, "any", 3, &(struct vouch_findings){ .room = 0 });
	OK(near.judged && !near.near, "too few rounds are never near");
	policy.rounds = 64;
	policy.age_ns = near.age - 1;
	vouch_near_judge(&near, &policy, "any", 3, &(struct vouch_findings){ .room = 0 });
	OK(near.judged && !near.near, "a session that is too old is never near");
	policy.required = false;
	vouch_near_measure(&near, &p, &g->evidence, false);
	vouch_near_judge(&near, &policy, "any", 3, &(struct vouch_findings){ .room = 0 });
	OK(!near.judged && !near.near, "nor is what nobody asked for");
}

int main(void)
{
	static struct golden g;

	open_golden(&g);
	check_flips(&g);
	check_order(&g);
	check_quantiles(&g);
	check_bounds(&g);
	vouch_chain_free(&g.chain);
	vouch_hash_free(&g.hash);
	X509_free(g.v.root);
	free(g.v.bytes);
	return tap_done();
}
