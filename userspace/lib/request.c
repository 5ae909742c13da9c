// SPDX-License-Identifier: GPL-2.0-only
/* The request as a part of the package (Documentation/vouch.cddl, request). */
#include "cbor.h"
#include "private.h"

/* vouch_request_put() - what was asked, when, and who saw it on the bus */
void vouch_request_put(struct cbor_out *out, const struct vouch_package_request *req,
		       const struct vouch_answer *a)
{
	const bool whole = a->doorbell && a->interrupt;

	cbor_out_map(out, 4 + !!a->doorbell + !!a->interrupt + whole);
	cbor_out_int(out, 0);
	cbor_out_bytes(out, req->nonce, req->nonce_len);
	cbor_out_int(out, 1);
	cbor_out_uint(out, a->before);
	cbor_out_int(out, 2);
	cbor_out_uint(out, a->after);
	if (a->doorbell) {
		cbor_out_int(out, 3);
		cbor_out_uint(out, a->doorbell);
	}
	if (a->interrupt) {
		cbor_out_int(out, 4);
		cbor_out_uint(out, a->interrupt);
	}
	cbor_out_int(out, 5);
	cbor_out_text(out, VOUCH_CLOCK_NAME);
	if (whole) {
		cbor_out_int(out, 6);
		cbor_out_text(out, a->by_ebpf ? "ebpf" : "driver");
	}
}
