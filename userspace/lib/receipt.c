// SPDX-License-Identifier: GPL-2.0-only
/* Asking when evidence left the card, and reading the answer. */
#include <errno.h>
#include <string.h>

#include "cbor.h"
#include "private.h"

#define NONCE		10
#define TIMES		(-70104)
#define EVIDENCE	(-70106)

/**
 * vouch_receipt() - ask when that evidence left the card
 * @dev: the device that answered
 * @answer: what it answered
 * @receipt: result
 *
 * Return: 0; -ENOENT if 256 later answers have pushed it out of the card's
 * memory, -EIO if the answer makes no sense, or the request's errno.
 */
int vouch_receipt(struct vouch_device *dev, const struct vouch_answer *answer,
		  struct vouch_receipt *receipt)
{
	struct vouch_ioc_receipt arg = {
		.size = sizeof(arg),
		.out = (uintptr_t)receipt->bytes,
		.out_len = sizeof(receipt->bytes),
	};
	int ret;

	ret = vouch_sha384(answer->bytes, answer->len, arg.evidence);
	if (ret)
		return ret;
	ret = vouch_device_call(dev, VOUCH_IOC_RECEIPT, &arg);
	if (ret)
		return ret;
	if (!arg.out_len || arg.out_len > sizeof(receipt->bytes))
		return -EIO;
	receipt->len = arg.out_len;
	return 0;
}

static int read_key(struct cbor_in *in, int64_t want)
{
	int64_t key;

	return cbor_in_key(in, &key) || key != want ? -EBADMSG : 0;
}

static int read_claims(struct cbor_in in, struct vouch_sent *sent)
{
	uint64_t pairs;

	if (cbor_in_map(&in, &pairs) || pairs != 3 || read_key(&in, NONCE))
		return -EBADMSG;
	if (cbor_in_copy(&in, sent->nonce, sizeof(sent->nonce)) || read_key(&in, TIMES))
		return -EBADMSG;
	if (cbor_in_array(&in, 3) || cbor_in_uint(&in, &sent->t_rx))
		return -EBADMSG;
	if (cbor_in_uint(&in, &sent->t_sign) || cbor_in_uint(&in, &sent->t_tx))
		return -EBADMSG;
	if (read_key(&in, EVIDENCE) || cbor_in_copy(&in, sent->evidence, sizeof(sent->evidence)))
		return -EBADMSG;
	return in.left || sent->t_rx > sent->t_sign || sent->t_sign > sent->t_tx ? -EBADMSG : 0;
}

/**
 * vouch_receipt_read() - read the claims of a receipt
 * @buf: COSE_Sign1 or leaf of a batch, as the card gave it
 * @len: how many bytes
 * @sent: result
 *
 * Nothing is verified: whoever stands between could have written all of it.
 *
 * Return: 0, or -EBADMSG for anything that the grammar does not allow, and for
 * times that are not in order.
 */
int vouch_receipt_read(const void *buf, size_t len, struct vouch_sent *sent)
{
	struct cbor_in claims;
	uint64_t batch;

	*sent = (struct vouch_sent){ 0 };
	if (len > VOUCH_RECEIPT_MAX)
		return -EBADMSG;
	if (vouch_signed_read(VOUCH_SIGNED_RECEIPT, buf, len, &claims, &batch))
		return -EBADMSG;
	return read_claims(claims, sent);
}
