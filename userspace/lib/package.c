// SPDX-License-Identifier: GPL-2.0-only
/*
 * The package: evidence, receipt, logs and times in one signed object
 * (Documentation/vouch.cddl). The card's nonce binds the verifier's nonce to
 * the key that signs, so nothing in it can be changed on the way.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "private.h"

#define CONTEXT		"vouch/package/1"
#define NONCE_CONTEXT	"vouch/nonce/1"
#define COLLECTION_TYPE	"tag:vouch.example,2026:package/1"
#define MEDIA_LOG	"application/vnd.vouch.cel+cbor-seq"
#define MEDIA_RECEIPT	"application/vnd.vouch.receipt+cose"
#define MEDIA_REQUEST	"application/vnd.vouch.request+cbor"
#define MEDIA_EVIDENCE	"application/eat+cwt"
#define MEDIA_PROXIMITY	"application/vnd.vouch.proximity+cbor"
#define MEDIA_BATCH	"application/vnd.vouch.batch+cbor"

/* The card forgets an answer after 256 others; someone else may be asking. */
#define TRIES		3

/* All that a package is made of, before it is written. */
struct parts {
	const struct vouch_package_request *req;
	const struct vouch_key *key;
	struct vouch_answer answer;
	struct vouch_evidence evidence;
	struct vouch_receipt receipt;
	struct vouch_sent sent;
	struct vouch_exchange exchange;
	struct vouch_near near;
	struct vouch_spool *spool;	/* log 0, then the instance log */
	uint64_t log_len;
	uint64_t own_len;
	uint64_t written;
	vouch_write_fn write;
	void *ctx;
};

/* Documentation/formats.rst, "nonce on the card". */
static int bind_nonce(const struct parts *p, uint8_t nonce[VOUCH_DIGEST_SIZE])
{
	uint8_t buf[sizeof(NONCE_CONTEXT) - 1 + VOUCH_NONCE_MAX + VOUCH_KEY_SIZE];
	size_t len = sizeof(NONCE_CONTEXT) - 1;

	memcpy(buf, NONCE_CONTEXT, len);
	memcpy(buf + len, p->req->nonce, p->req->nonce_len);
	len += p->req->nonce_len;
	vouch_key_public(p->key, buf + len);
	return vouch_sha384(buf, len + VOUCH_KEY_SIZE, nonce);
}

/* Whether these logs were asked for and no other, and signed so. */
static bool is_wanted(const struct vouch_evidence *ev, uint32_t flags)
{
	const uint32_t logs = flags & (VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS);

	if (flags & VOUCH_ATTEST_OWN_SIGNATURE && ev->batch)
		return false;
	if (!logs)
		return true;
	return ev->has_log[0] == !!(logs & VOUCH_ATTEST_HYPERVISOR) &&
	       ev->has_log[1] == !!(logs & VOUCH_ATTEST_OS);
}

static bool goes_with(const struct vouch_sent *sent, const struct vouch_evidence *ev)
{
	return !memcmp(sent->nonce, ev->nonce, sizeof(sent->nonce)) && sent->t_rx == ev->t_rx &&
	       sent->t_sign == ev->t_sign;
}

static int ask(struct vouch_device *dev, struct parts *p)
{
	uint8_t nonce[VOUCH_DIGEST_SIZE];
	int ret;

	ret = bind_nonce(p, nonce);
	if (!ret)
		ret = vouch_exchange_have(dev, nonce, p->req->rounds, &p->exchange, &p->near);
	if (ret)
		return ret;
	for (int try = 0; try < TRIES; try++) {
		ret = vouch_attest(dev, p->req->flags, nonce, p->req->timeout_ms, &p->answer);
		if (ret)
			return ret;
		if (p->req->stamp)
			p->req->stamp(p->req->stamp_ctx, &p->answer);
		ret = vouch_receipt(dev, &p->answer, &p->receipt);
		if (ret != -ENOENT)
			break;
	}
	if (!ret)
		ret = vouch_evidence_read(p->answer.bytes, p->answer.len, &p->evidence);
	if (!ret)
		ret = vouch_receipt_read(p->receipt.bytes, p->receipt.len, &p->sent);
	if (ret)
		return ret;
	if (memcmp(p->evidence.nonce, nonce, sizeof(nonce)) || !goes_with(&p->sent, &p->evidence))
		return -EBADMSG;
	return is_wanted(&p->evidence, p->req->flags) ? 0 : -EBADMSG;
}

static int spool_item(void *ctx, const struct vouch_record *rec, const uint8_t *raw, size_t len)
{
	(void)rec;
	return vouch_spool_add(ctx, raw, len);
}

/* The evidence's own counts say how much of each log belongs to it. */
static int collect_logs(struct vouch_device *dev, struct parts *p)
{
	const struct vouch_log *log = p->evidence.logs;
	int ret;

	ret = vouch_spool_new(&p->spool);
	if (ret || p->req->no_log)
		return ret;
	if (p->evidence.has_log[0])
		ret = vouch_log_walk(dev, 0, 0, log[0].count, spool_item, p->spool, NULL);
	if (ret)
		return ret;
	p->log_len = vouch_spool_size(p->spool);
	if (!p->evidence.has_log[1])
		return 0;
	ret = vouch_log_walk(dev, (uint32_t)log[1].id, 0, log[1].count, spool_item, p->spool, NULL);
	p->own_len = vouch_spool_size(p->spool) - p->log_len;
	return ret;
}

static void put_entry(struct cbor_out *out, const char *name, const char *media)
{
	cbor_out_text(out, name);
	cbor_out_array(out, 2);
	cbor_out_text(out, media);
}

/* What the card signed, alone or with others. */
static void put_signed(struct cbor_out *out, const char *name, const char *media,
		       const uint8_t *bytes, size_t len)
{
	put_entry(out, name, vouch_is_batched(bytes, len) ? MEDIA_BATCH : media);
	cbor_out_bytes(out, bytes, len);
}

/* Everything after the logs, in the order that sorted keys give. */
static void put_tail(struct cbor_out *out, const struct parts *p)
{
	uint8_t buf[256];
	struct cbor_out request = { .buf = buf, .size = sizeof(buf) };

	vouch_request_put(&request, p->req, &p->answer);
	if (request.full)
		out->full = true;
	put_signed(out, "receipt", MEDIA_RECEIPT, p->receipt.bytes, p->receipt.len);
	put_entry(out, "request", MEDIA_REQUEST);
	cbor_out_bytes(out, buf, request.full ? 0 : request.len);
	cbor_out_text(out, "__cmwc_t");
	cbor_out_text(out, COLLECTION_TYPE);
	put_signed(out, "evidence", MEDIA_EVIDENCE, p->answer.bytes, p->answer.len);
	if (p->req->rounds) {
		put_entry(out, "proximity", MEDIA_PROXIMITY);
		vouch_exchange_put(out, &p->exchange);
	}
}

static int count_and_write(void *ctx, const void *buf, size_t len)
{
	struct parts *p = ctx;

	p->written += len;
	return p->write(p->ctx, buf, len);
}

static int write_signed(struct parts *p, const struct cbor_out *head, const struct cbor_out *middle,
			const struct cbor_out *tail)
{
	uint64_t len = head->len + p->log_len + middle->len + p->own_len + tail->len;
	struct vouch_cose *cose;
	int ret;

	ret = vouch_cose_begin(p->key, CONTEXT, len, count_and_write, p, &cose);
	if (ret)
		return ret;
	ret = vouch_cose_payload(cose, head->buf, head->len);
	if (!ret)
		ret = vouch_spool_send(p->spool, 0, p->log_len, vouch_cose_payload, cose);
	if (!ret)
		ret = vouch_cose_payload(cose, middle->buf, middle->len);
	if (!ret)
		ret = vouch_spool_send(p->spool, p->log_len, p->own_len, vouch_cose_payload, cose);
	if (!ret)
		ret = vouch_cose_payload(cose, tail->buf, tail->len);
	if (!ret)
		ret = vouch_cose_end(cose);
	vouch_cose_free(cose);
	return ret;
}

static int write_package(struct parts *p)
{
	uint8_t head_buf[64], middle_buf[64];
	uint8_t tail_buf[VOUCH_EVIDENCE_MAX + VOUCH_RECEIPT_MAX + 2 * VOUCH_PROXIMITY_MAX + 1024];
	struct cbor_out head = { .buf = head_buf, .size = sizeof(head_buf) };
	struct cbor_out middle = { .buf = middle_buf, .size = sizeof(middle_buf) };
	struct cbor_out tail = { .buf = tail_buf, .size = sizeof(tail_buf) };
	const bool *has_log = p->evidence.has_log;

	cbor_out_map(&head, 4 + (uint64_t)has_log[0] + has_log[1] + !!p->req->rounds);
	if (has_log[0]) {
		put_entry(&head, "log", MEDIA_LOG);
		cbor_out_bytes_head(&head, p->log_len);
	}
	if (has_log[1]) {
		put_entry(&middle, "own", MEDIA_LOG);
		cbor_out_bytes_head(&middle, p->own_len);
	}
	put_tail(&tail, p);
	if (head.full || middle.full || tail.full)
		return -EIO;
	return write_signed(p, &head, &middle, &tail);
}

static int make(struct vouch_device *dev, struct parts *p)
{
	int ret = ask(dev, p);

	if (ret)
		return ret;
	ret = collect_logs(dev, p);
	if (!ret)
		ret = write_package(p);
	vouch_spool_free(p->spool);
	return ret;
}

/**
 * vouch_package_write() - ask the card and write a whole package
 * @dev: open device
 * @req: what is wanted
 * @write: takes the package, piece by piece
 * @ctx: for @write
 * @sum: what went in; may be NULL
 *
 * On failure what was written so far is no package. Memory does not grow with
 * the log, which passes through a file without a name in $TMPDIR or /tmp.
 *
 * Return: 0; -EINVAL for a bad nonce, -EBADMSG if the card's evidence or log
 * is not what the grammar allows or not the answer to this request, -EIO if
 * its log is shorter than it signed, or the errno of a request or of @write.
 */
int vouch_package_write(struct vouch_device *dev, const struct vouch_package_request *req,
			vouch_write_fn write, void *ctx, struct vouch_package_summary *sum)
{
	struct parts p = { .req = req, .key = req->key, .write = write, .ctx = ctx };
	struct vouch_key *fresh = NULL;
	int ret;

	if (req->nonce_len < VOUCH_NONCE_MIN || req->nonce_len > VOUCH_NONCE_MAX)
		return -EINVAL;
	if (!p.key) {
		ret = vouch_key_new(&fresh);
		if (ret)
			return ret;
		p.key = fresh;
	}
	ret = make(dev, &p);
	vouch_key_free(fresh);
	if (!ret && sum)
		*sum = (struct vouch_package_summary){
			.evidence = p.evidence,
			.before = p.answer.before,
			.after = p.answer.after,
			.doorbell = p.answer.doorbell,
			.interrupt = p.answer.interrupt,
			.card = p.sent.t_tx - p.sent.t_rx,
			.size = p.written,
			.log_size = p.log_len,
			.own_size = p.own_len,
			.near = p.near,
		};
	return ret;
}
