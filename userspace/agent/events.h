/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_AGENT_EVENTS_H
#define VOUCH_AGENT_EVENTS_H

/*
 * The firmware's event log, as the kernel shows it in binary_bios_measurements
 * (TCG PC Client Platform Firmware Profile 1.06, 10.2: crypto agile format).
 */

#include <stddef.h>
#include <stdint.h>

#define EVENT_DIGEST_SIZE	48	/* SHA-384 */
#define EVENT_LOG_MAX		(4 << 20)

/**
 * struct event - one measurement in the SHA-384 bank
 * @pcr: PCR that was extended
 * @type: event type
 * @digest: borrowed, EVENT_DIGEST_SIZE bytes
 */
struct event {
	uint32_t pcr;
	uint32_t type;
	const uint8_t *digest;
};

/**
 * events_walk() - every event, in order
 * @log: the whole log; any bytes
 * @len: bytes there
 * @each: called with each event; anything but 0 ends the walk
 * @ctx: for @each
 *
 * Return: 0; -EBADMSG for a log that does not follow its format; -ENOTSUP for
 * one without a SHA-384 bank; or what @each returned.
 */
int events_walk(const uint8_t *log, size_t len,
		int (*each)(void *ctx, const struct event *event), void *ctx);

#endif /* VOUCH_AGENT_EVENTS_H */
