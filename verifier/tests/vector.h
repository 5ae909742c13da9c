/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_VECTOR_H
#define VOUCH_VERIFY_VECTOR_H

/* The fixed golden package in memory, and what it is judged with. */

#include <errno.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/appraise.h"
#include "../lib/request.h"

#define VECTOR_FOLDER	"tools/testing/vectors/fixed/"
#define VECTOR_TIME	1780272000	/* 2026-06-01 */
#define VECTOR_NONCE	32		/* bytes 0, 1, 2, ... */

struct vector {
	uint8_t *bytes;
	size_t len;
	size_t reads_left;	/* before reading fails */
	X509 *root;
	struct vouch_policy policy;
	uint8_t nonce[VECTOR_NONCE];
	struct vouch_reader reader;
	struct vouch_input input;
	struct vouch_finding items[16];
	struct vouch_verdict verdict;
};

static inline int vector_read_at(void *ctx, uint64_t offset, void *buf, size_t len)
{
	struct vector *v = ctx;

	if (!v->reads_left)
		return -EIO;
	v->reads_left--;
	memcpy(buf, v->bytes + offset, len);
	return 0;
}

static inline uint8_t *vector_file(const char *name, size_t *len)
{
	FILE *file = fopen(name, "rb");
	uint8_t *bytes = malloc(1 << 20);

	if (!file || !bytes) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		exit(1);
	}
	*len = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	return bytes;
}

/* Judged without references, so at best COULD NOT TELL: no-references. */
static inline void vector_appraise(struct vector *v)
{
	memset(&v->verdict, 0, sizeof(v->verdict));
	v->verdict.findings.items = v->items;
	v->verdict.findings.room = 16;
	v->reader = (struct vouch_reader){ vector_read_at, v, v->len };
	vouch_appraise(&v->input, &v->verdict);
}

static inline void vector_init(struct vector *v)
{
	FILE *pem = fopen(VECTOR_FOLDER "root.pem", "r");
	int i;

	memset(v, 0, sizeof(*v));
	v->root = pem ? PEM_read_X509(pem, NULL, NULL, NULL) : NULL;
	if (!v->root) {
		fprintf(stderr, VECTOR_FOLDER "root.pem: cannot read it\n");
		exit(1);
	}
	fclose(pem);
	for (i = 0; i < VECTOR_NONCE; i++)
		v->nonce[i] = (uint8_t)i;
	v->policy.role = VOUCH_ROLE_IS_GUEST;
	v->policy.threshold_ns = 250000000;
	v->policy.accept[VOUCH_ROOT_SELF_ASSERTED] = true;
	v->reads_left = SIZE_MAX;
	v->input = (struct vouch_input){
		.reader = &v->reader, .root = v->root, .policy = &v->policy,
		.nonce = v->nonce, .nonce_len = VECTOR_NONCE, .time = VECTOR_TIME,
	};
}

#endif /* VOUCH_VERIFY_VECTOR_H */
