/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_TIMING_H
#define VOUCH_VERIFY_TIMING_H

/*
 * How long the way to the card and back took. Only differences on one clock
 * are used: the asker's whole wait, less what the card spent by its own clock.
 * The two clocks run at speeds of their own, so that is right within clocks.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "request.h"

struct vouch_evidence;
struct vouch_receipt;

/**
 * struct vouch_timing - the result, ns
 * @known: the rest is set
 * @waited: by the asker's clock
 * @card: of that, the card's own work by its clock
 * @way: @waited - @card, or 0 where the card's clock says more
 * @apart: @way is right within so much, which the two clocks may differ by over @card
 * @has_bus: @bus is set
 * @bus: from doorbell to interrupt by the asker's clock, the card's work included
 * @bus_way: @bus - @card, or 0
 * @bus_by: whose word that is
 */
struct vouch_timing {
	bool known;
	uint64_t waited;
	uint64_t card;
	uint64_t way;
	uint64_t apart;
	bool has_bus;
	uint64_t bus;
	uint64_t bus_way;
	enum vouch_stamped_by bus_by;
};

/**
 * vouch_timing_check() - check clocks and measure the way
 * @timing: returns the result
 * @request: signed by the asker
 * @evidence: signed by the card
 * @receipt: signed by the card, or NULL: signing then counts as distance
 * @threshold_ns: longest @way
 *
 * Return: VOUCH_REASON_NONE, CLOCK_ORDER, CARD_CLOCK_ORDER, TIME_IMPOSSIBLE
 * or LATE.
 */
enum vouch_reason vouch_timing_check(struct vouch_timing *timing,
				     const struct vouch_request *request,
				     const struct vouch_evidence *evidence,
				     const struct vouch_receipt *receipt,
				     uint64_t threshold_ns);

/**
 * vouch_timing_bus() - judge the way between doorbell and interrupt
 * @timing: known
 * @threshold_ns: longest @bus_way
 *
 * An interrupt may announce what it came before: the answers that its handler finds.
 * So it is no contradiction if the card took longer than that.
 *
 * Return: VOUCH_REASON_NONE, BUS_MISSING or BUS_LATE.
 */
enum vouch_reason vouch_timing_bus(const struct vouch_timing *timing, uint64_t threshold_ns);

#endif /* VOUCH_VERIFY_TIMING_H */
