// SPDX-License-Identifier: GPL-2.0-only
/* A card for tests: honest by default, hostile on request. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cbor.h"
#include "fake.h"
#include "private.h"

#define RECORDS_A_READ	3
#define CHECKPOINT_EVERY 5
#define TIME_STEP	1000000

/* Clears the screen and turns the direction of writing round. */
static const char escape_name[] = "\x1b[2J\xe2\x80\xae\x65vil\\";

static void put_content(struct cbor_out *out, const struct fake *fake, uint64_t number)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	memset(digest, (int)number, sizeof(digest));
	cbor_out_map(out, number ? 7 : 5);
	cbor_out_uint(out, 0);
	cbor_out_uint(out, number);
	cbor_out_uint(out, 1);
	cbor_out_uint(out, number ? VOUCH_REC_MODULE_LOAD : VOUCH_REC_POWER_ON);
	cbor_out_uint(out, 2);
	cbor_out_uint(out, number ? 1 : 0);
	cbor_out_uint(out, 3);
	cbor_out_uint(out, number * TIME_STEP);
	cbor_out_uint(out, 4);
	cbor_out_uint(out, 1);
	if (!number)
		return;
	cbor_out_uint(out, 5);
	cbor_out_bytes(out, digest, sizeof(digest));
	cbor_out_uint(out, 6);
	cbor_out_text(out, fake->lie == FAKE_LOG_NAME ? escape_name : "dummy.ko");
}

/**
 * fake_record() - one record as the fake card has it
 * @fake: the card
 * @log: log id
 * @number: of the record
 * @buf: result
 * @size: room at @buf
 *
 * Return: bytes written.
 */
size_t fake_record(const struct fake *fake, uint64_t log, uint64_t number, uint8_t *buf,
		   size_t size)
{
	uint8_t inner[VOUCH_RECORD_MAX], digest[VOUCH_DIGEST_SIZE];
	struct cbor_out content = { .buf = inner, .size = sizeof(inner) };
	struct cbor_out out = { .buf = buf, .size = size };

	put_content(&content, fake, number);
	vouch_sha384(inner, content.len, digest);
	if (fake->lie == FAKE_LOG_DIGEST)
		digest[0] ^= 1;
	cbor_out_map(&out, 4);
	cbor_out_uint(&out, 0);
	cbor_out_uint(&out, number);
	cbor_out_uint(&out, 1);
	cbor_out_uint(&out, log);
	cbor_out_uint(&out, 3);
	cbor_out_map(&out, 1);
	cbor_out_uint(&out, 12);
	cbor_out_bytes(&out, digest, sizeof(digest));
	cbor_out_uint(&out, 118);
	cbor_out_bytes(&out, inner, content.len);
	return out.len;
}

static size_t checkpoint(uint64_t count, uint8_t *buf, size_t size)
{
	struct cbor_out out = { .buf = buf, .size = size };
	uint8_t pcr[VOUCH_DIGEST_SIZE];

	memset(pcr, FAKE_PCR_BYTE, sizeof(pcr));
	cbor_out_array(&out, 2);
	cbor_out_uint(&out, count);
	cbor_out_bytes(&out, pcr, sizeof(pcr));
	return out.len;
}

static int on_attest(struct fake *fake, struct vouch_ioc_attest *arg)
{
	uint8_t *out = (void *)(uintptr_t)arg->out;
	size_t len;

	if (arg->flags & VOUCH_ATTEST_OS && !fake->function)
		return -EINVAL;
	fake->own_signature = arg->flags & VOUCH_ATTEST_OWN_SIGNATURE;
	fake->logs = fake->lie == FAKE_EVIDENCE_SUBJECT ? 0 :
		     arg->flags & (VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS);
	memcpy(fake->nonce, arg->nonce, sizeof(fake->nonce));
	arg->t_doorbell = fake->unstamped ? 0 : vouch_clock() + fake->ahead;
	usleep(1000 * fake->slow_ms);
	arg->t_interrupt = fake->unstamped ? 0 : vouch_clock() + fake->ahead;
	len = fake_evidence(fake, arg->nonce, out, arg->out_len);
	fake->attests++;
	switch (fake->lie) {
	case FAKE_EVIDENCE_EMPTY:
		len = 0;
		break;
	case FAKE_EVIDENCE_LONG:
		len = VOUCH_EVIDENCE_MAX + 1;
		break;
	case FAKE_EVIDENCE_GARBAGE:
		memset(out, 0xff, len);
		break;
	case FAKE_EVIDENCE_CUT:
		len /= 2;
		break;
	case FAKE_EVIDENCE_TAIL:
		out[len++] = 0;
		break;
	case FAKE_EVIDENCE_HEAD:
		/* d8 3d is tag 61; d9 00 3d is the same, longer. */
		memmove(out + 3, out + 2, len - 2);
		memcpy(out, "\xd9\x00\x3d", 3);
		len++;
		break;
	default:
		break;
	}
	arg->out_len = (uint32_t)len;
	arg->t_rx = FAKE_T_RX;
	return 0;
}

static int on_receipt(struct fake *fake, struct vouch_ioc_receipt *arg)
{
	uint8_t *out = (void *)(uintptr_t)arg->out;

	if (fake->lost) {
		fake->lost--;
		return -ENOENT;
	}
	arg->out_len = (uint32_t)fake_receipt(fake, out, arg->out_len);
	return 0;
}

static size_t log_items(const struct fake *fake, uint64_t log, uint64_t from, uint64_t to,
			uint8_t *buf, size_t size)
{
	uint64_t shift = fake->lie == FAKE_LOG_NUMBER && from;
	size_t len = 0;

	if (fake->lie == FAKE_LOG_OTHER)
		log += 7;
	for (uint64_t n = from; n < to; n++) {
		len += fake_record(fake, log, n + shift, buf + len, size - len);
		if ((n + 1) % CHECKPOINT_EVERY == 0)
			len += checkpoint(n + 1, buf + len, size - len);
	}
	return len;
}

static int on_log_read(const struct fake *fake, struct vouch_ioc_log_read *arg)
{
	uint64_t count = arg->log ? fake->own : fake->count;
	uint8_t *out = (void *)(uintptr_t)arg->out;
	uint64_t to = arg->from + RECORDS_A_READ;
	size_t len;

	if (arg->log && arg->log != fake->function)
		return -EACCES;
	if (arg->from > count)
		return -ENOENT;
	if (to > count)
		to = count;
	len = log_items(fake, arg->log, arg->from, to, out, arg->out_len);
	if (fake->lie == FAKE_LOG_GARBAGE)
		memset(out, 0xf9, len);
	if (fake->lie == FAKE_LOG_CUT)
		len -= 10;
	if (fake->lie == FAKE_LOG_EMPTY)
		len = 0;
	if (fake->lie == FAKE_LOG_LONG)
		len = VOUCH_TRANSFER_MAX + 1;
	arg->out_len = (uint32_t)len;
	arg->next = to;
	if (fake->lie == FAKE_LOG_STUCK)
		arg->next = arg->from;
	else if (fake->lie == FAKE_LOG_BACK)
		arg->next = arg->from - (arg->from > 0);
	else if (fake->lie == FAKE_LOG_SKIP)
		arg->next++;
	return 0;
}

static int on_info(const struct fake *fake, struct vouch_ioc_info *arg)
{
	struct vouch_identity *id = &arg->identity;
	unsigned int role = fake->function ? VOUCH_ROLE_GUEST : VOUCH_ROLE_HOST;

	if (fake->lie == FAKE_INFO_ROLE)
		role = 7;
	if (fake->lie == FAKE_INFO_GUEST_ZERO)
		role = VOUCH_ROLE_GUEST;
	memset(id->card_id, FAKE_CARD_BYTE, sizeof(id->card_id));
	id->function = htole16((uint16_t)fake->function);
	id->role = htole16((uint16_t)role);
	id->functions = htole16(3);
	id->attach = htole16(VOUCH_ATTACH_ATTACHED);
	id->epoch = htole64(1);
	id->boot_count = htole64(1);
	id->log_capacity = htole64(1000);
	return 0;
}

static int on_log_state(const struct fake *fake, struct vouch_ioc_log_state *arg)
{
	uint64_t count = arg->log ? fake->own : fake->count;

	if (arg->log && arg->log != fake->function)
		return -ENOENT;
	arg->state.log = htole32(arg->log + (fake->lie == FAKE_STATE_OTHER_LOG));
	arg->state.count = htole64(count);
	arg->state.current_record = htole64(fake->lie == FAKE_STATE_CURRENT ? count :
					    VOUCH_NO_REF);
	memset(arg->state.pcr, FAKE_PCR_BYTE, sizeof(arg->state.pcr));
	return 0;
}

static int on_measure(struct fake *fake, struct vouch_ioc_measure *arg)
{
	if (arg->name_len > VOUCH_NAME_MAX)
		return -EINVAL;
	memcpy(fake->measured, (const void *)(uintptr_t)arg->name, arg->name_len);
	fake->measured[arg->name_len] = '\0';
	arg->number = fake->count++;
	memset(arg->record, 0xdd, sizeof(arg->record));
	return 0;
}

static int on_assign(const struct fake *fake, struct vouch_ioc_assign *arg)
{
	if (fake->function)
		return -EACCES;
	if (arg->function > 2)
		return -ENOENT;
	arg->assigned.number = htole64(fake->count);
	memset(arg->assigned.instance, 0x11, sizeof(arg->assigned.instance));
	return 0;
}

static int fake_ioctl(void *ctx, unsigned long request, void *arg)
{
	struct fake *fake = ctx;

	if (fake->fail == request && fake->error && (!fake->fails || fake->failed++ < fake->fails))
		return fake->error;
	switch (request) {
	case VOUCH_IOC_INFO:
		return on_info(fake, arg);
	case VOUCH_IOC_LOG_STATE:
		return on_log_state(fake, arg);
	case VOUCH_IOC_ATTEST:
		return on_attest(fake, arg);
	case VOUCH_IOC_RECEIPT:
		return on_receipt(fake, arg);
	case VOUCH_IOC_LOG_READ:
		return on_log_read(fake, arg);
	case VOUCH_IOC_PROXIMITY:
		return fake->function ? fake_proximity(fake, arg) : -EACCES;
	case VOUCH_IOC_MEASURE:
		return on_measure(fake, arg);
	case VOUCH_IOC_ASSIGN:
	case VOUCH_IOC_WITHDRAW:
		return on_assign(fake, arg);
	default:
		return -ENOTTY;
	}
}

static void fake_close(void *ctx)
{
	struct fake *fake = ctx;

	fake->closed = true;
}

const struct vouch_device_ops fake_ops = {
	.ioctl = fake_ioctl,
	.close = fake_close,
};
