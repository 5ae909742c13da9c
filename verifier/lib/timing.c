// SPDX-License-Identifier: GPL-2.0-only
#include "timing.h"

#include "clocks.h"
#include "evidence.h"
#include "receipt.h"

static bool in_order(const struct vouch_request *r)
{
	uint64_t last = r->t_before;

	if (r->has_doorbell && r->t_doorbell < last)
		return false;
	if (r->has_doorbell)
		last = r->t_doorbell;
	if (r->has_interrupt && r->t_interrupt < last)
		return false;
	if (r->has_interrupt)
		last = r->t_interrupt;
	return last <= r->t_after;
}

static uint64_t less(uint64_t from, uint64_t ns)
{
	return from > ns ? from - ns : 0;
}

enum vouch_reason vouch_timing_check(struct vouch_timing *timing,
				     const struct vouch_request *request,
				     const struct vouch_evidence *evidence,
				     const struct vouch_receipt *receipt,
				     uint64_t threshold_ns)
{
	timing->known = false;
	if (!in_order(request))
		return VOUCH_CLOCK_ORDER;
	if (evidence->t_rx > evidence->t_sign || (receipt && receipt->t_sign > receipt->t_tx))
		return VOUCH_CARD_CLOCK_ORDER;
	timing->waited = request->t_after - request->t_before;
	timing->card = (receipt ? receipt->t_tx : evidence->t_sign) - evidence->t_rx;
	if (!vouch_clocks_allow(timing->card, timing->waited))
		return VOUCH_TIME_IMPOSSIBLE;
	timing->way = less(timing->waited, timing->card);
	timing->apart = vouch_clocks_apart(timing->card);
	timing->has_bus = request->has_doorbell && request->has_interrupt;
	if (timing->has_bus) {
		timing->bus = request->t_interrupt - request->t_doorbell;
		timing->bus_way = less(timing->bus, timing->card);
	}
	timing->bus_by = request->stamped_by;
	timing->known = true;
	return timing->way <= threshold_ns ? VOUCH_REASON_NONE : VOUCH_LATE;
}

enum vouch_reason vouch_timing_bus(const struct vouch_timing *timing, uint64_t threshold_ns)
{
	if (!timing->has_bus)
		return VOUCH_BUS_MISSING;
	return timing->bus_way <= threshold_ns ? VOUCH_REASON_NONE : VOUCH_BUS_LATE;
}
