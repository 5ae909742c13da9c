// SPDX-License-Identifier: GPL-2.0-only
/* Asking for evidence. */
#include <errno.h>
#include <string.h>

#include "private.h"

/*
 * A time namespace moves this program's clock and not the driver's: a verifier would take
 * such a package for a forgery.
 */
static bool is_one_clock(const struct vouch_answer *a)
{
	const uint64_t rang = a->doorbell ? a->doorbell : a->before;

	return a->before <= rang && rang <= a->after &&
	       (!a->interrupt || (rang <= a->interrupt && a->interrupt <= a->after));
}

/**
 * vouch_attest() - ask the card for evidence
 * @dev: open device
 * @flags: VOUCH_ATTEST_*; without any of the logs, all that the function has
 * @nonce: what the evidence is to echo
 * @timeout_ms: 0 for the driver's default
 * @answer: the evidence and the times around it
 *
 * Return: 0, -EIO if the answer makes no sense, -ERANGE if the driver's stamps are not of
 * the time between asking and the answer, or the request's errno.
 */
int vouch_attest(struct vouch_device *dev, uint32_t flags,
		 const uint8_t nonce[VOUCH_DIGEST_SIZE], uint32_t timeout_ms,
		 struct vouch_answer *answer)
{
	struct vouch_ioc_attest arg = {
		.size = sizeof(arg),
		.flags = flags,
		.out = (uintptr_t)answer->bytes,
		.out_len = sizeof(answer->bytes),
		.timeout_ms = timeout_ms,
	};
	int ret;

	memcpy(arg.nonce, nonce, sizeof(arg.nonce));
	answer->before = vouch_clock();
	ret = vouch_device_call(dev, VOUCH_IOC_ATTEST, &arg);
	answer->after = vouch_clock();
	if (ret)
		return ret;
	if (!arg.out_len || arg.out_len > sizeof(answer->bytes))
		return -EIO;
	answer->len = arg.out_len;
	answer->doorbell = arg.t_doorbell;
	answer->interrupt = arg.t_interrupt;
	answer->by_ebpf = false;
	answer->t_rx = arg.t_rx;
	return is_one_clock(answer) ? 0 : -ERANGE;
}
