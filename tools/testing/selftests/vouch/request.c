// SPDX-License-Identifier: GPL-2.0-only
/* See request.h. */

#include <string.h>
#include <vouch/record.h>

#include "log.h"
#include "request.h"

#define REQUEST(name, type) { #name, VOUCH_IOC_##name, sizeof(struct vouch_ioc_##type) }

const struct request requests[REQUESTS] = {
	REQUEST(INFO, info), REQUEST(LOG_STATE, log_state), REQUEST(CERTS, certs),
	REQUEST(ATTEST, attest), REQUEST(RECEIPT, receipt), REQUEST(LOG_READ, log_read),
	REQUEST(PROXIMITY, proximity), REQUEST(MEASURE, measure), REQUEST(RECORD, record),
	REQUEST(ASSIGN, assign), REQUEST(WITHDRAW, assign),
};

static const char text[] = "a request";

void request_fill(const struct request *request, unsigned int which, uint8_t *out,
		  const uint8_t *evidence, union request_arg *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->info.size = request->size;
	switch (request->cmd) {
	case VOUCH_IOC_CERTS:
		arg->certs.out = (uintptr_t)out;
		arg->certs.out_len = VOUCH_TRANSFER_MAX;
		break;
	case VOUCH_IOC_ATTEST:
		arg->attest.out = (uintptr_t)out;
		arg->attest.out_len = VOUCH_EVIDENCE_MAX;
		memset(arg->attest.nonce, which, sizeof(arg->attest.nonce));
		break;
	case VOUCH_IOC_RECEIPT:
		arg->receipt.out = (uintptr_t)out;
		arg->receipt.out_len = VOUCH_RECEIPT_MAX;
		memcpy(arg->receipt.evidence, evidence, VOUCH_DIGEST_SIZE);
		break;
	case VOUCH_IOC_LOG_READ:
		arg->log_read.out = (uintptr_t)out;
		arg->log_read.out_len = VOUCH_TRANSFER_MAX;
		arg->log_read.from = which % 100;
		break;
	case VOUCH_IOC_PROXIMITY:
		arg->proximity.count = VOUCH_ROUNDS_MIN;
		arg->proximity.rounds = (uintptr_t)out;
		arg->proximity.out = (uintptr_t)out + VOUCH_TRANSFER_MAX - VOUCH_PROXIMITY_MAX;
		arg->proximity.out_len = VOUCH_PROXIMITY_MAX;
		break;
	case VOUCH_IOC_MEASURE:
		arg->measure.name = (uintptr_t)text;
		arg->measure.name_len = strlen(text);
		break;
	case VOUCH_IOC_RECORD:
		arg->record.flags = VOUCH_APPEND_DIGEST;
		arg->record.type = VOUCH_REC_USER;
		arg->record.name = (uintptr_t)text;
		arg->record.name_len = strlen(text);
		arg->record.ref = VOUCH_NO_REF;
		break;
	case VOUCH_IOC_ASSIGN:
	case VOUCH_IOC_WITHDRAW:
		arg->assign.function = 1;
		break;
	}
}

void request_done(const struct request *request, const union request_arg *arg,
		  uint8_t *evidence)
{
	if (request->cmd == VOUCH_IOC_ATTEST)
		log_digest((const void *)(uintptr_t)arg->attest.out, arg->attest.out_len, evidence);
}
