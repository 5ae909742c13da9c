// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <errno.h>
#include <string.h>

#include "call.h"
#include "epoch.h"
#include "instance.h"
#include "le.h"
#include "write.h"

#define NAME_SIZE	sizeof("function 15")

_Static_assert(VOUCH_CARD_FUNCTIONS <= 100, "function names have two digits at most");

static size_t name_of(unsigned int fn, char name[NAME_SIZE])
{
	size_t len = strlen("function ");

	memcpy(name, "function ", len);
	if (fn >= 10)
		name[len++] = (char)('0' + fn / 10);
	name[len++] = (char)('0' + fn % 10);
	return len;
}

/* The guest function that a record names, or 0. */
static unsigned int function_of(const struct vouch_record *record)
{
	unsigned int fn;

	for (fn = VOUCH_CARD_FUNCTIONS - 1; fn; fn--) {
		char name[NAME_SIZE];

		if (record->name.len == name_of(fn, name) &&
		    !memcmp(record->name.data, name, record->name.len))
			break;
	}
	return fn;
}

/**
 * vouch_function_forget - forget what belonged to a function's last user
 * @function: its evidence, session and what it could read are forgotten
 */
void vouch_function_forget(struct vouch_card_function *function)
{
	function->readable = 0;
	memset(function->sent, 0, sizeof(function->sent));
	vouch_proximity_end(&function->proximity);
}

/**
 * vouch_instance_take - follow a record of log 0
 * @card: a card
 * @record: the record
 *
 * Return: 0, -EBADMSG for an assignment that makes no sense, or what the hash
 * said.
 */
int vouch_instance_take(struct vouch_card *card, const struct vouch_record *record)
{
	struct vouch_card_function *function;
	unsigned int fn;

	if (record->type != VOUCH_REC_ASSIGN && record->type != VOUCH_REC_WITHDRAW)
		return 0;
	fn = function_of(record);
	if (!fn)
		return -EBADMSG;
	function = &card->functions[fn];
	vouch_function_forget(function);
	function->assigned = record->type == VOUCH_REC_ASSIGN;
	if (!function->assigned)
		return 0;
	if (record->data.len != VOUCH_INSTANCE_SIZE)
		return -EBADMSG;
	return vouch_log_init(card, &function->log, (uint16_t)fn, record->data.data,
			      function->index, VOUCH_CARD_INSTANCE_RECORDS);
}

const uint8_t *vouch_card_instance(const struct vouch_card *card, uint16_t fn)
{
	const struct vouch_card_function *function = &card->functions[fn];

	return function->assigned ? function->log.instance : NULL;
}

static int write_change(struct vouch_card *card, uint16_t type, unsigned int fn,
			const uint8_t *instance, uint64_t *number)
{
	char name[NAME_SIZE];
	uint8_t digest[VOUCH_DIGEST_SIZE];
	struct vouch_record record = {
		.type = type,
		.ref = VOUCH_NO_REF,
		.name = { name, name_of(fn, name) },
		.data = { instance, instance ? VOUCH_INSTANCE_SIZE : 0 },
	};
	const int ret = vouch_record_write(card, &card->log, &record, digest);

	*number = record.number;
	return ret;
}

static bool is_guest(const struct vouch_call *call)
{
	return call->arg0 && call->arg0 < call->card->config->functions;
}

/**
 * vouch_assign_run - ASSIGN
 * @call: arg0 is the function
 *
 * A function that has an instance is withdrawn first.
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_assign_run(struct vouch_call *call)
{
	const struct vouch_card_crypto *crypto = &call->card->config->crypto;
	struct vouch_assigned assigned;
	uint64_t number;
	int ret;

	if (!is_guest(call))
		return VOUCH_ST_NOT_FOUND;
	if (call->out_cap < sizeof(assigned))
		return vouch_call_put(call, NULL, sizeof(assigned));
	ret = crypto->random(crypto->ctx, assigned.instance, sizeof(assigned.instance));
	if (!ret && call->card->functions[call->arg0].assigned)
		ret = write_change(call->card, VOUCH_REC_WITHDRAW, (unsigned int)call->arg0,
				   NULL, &number);
	if (!ret)
		ret = write_change(call->card, VOUCH_REC_ASSIGN, (unsigned int)call->arg0,
				   assigned.instance, &number);
	if (!ret)
		ret = vouch_epoch_adopt(call->card, (uint16_t)call->arg0);
	if (ret)
		return vouch_call_status(ret);
	assigned.number = vouch_to_le64(number);
	call->pending = true;
	return vouch_call_put(call, &assigned, sizeof(assigned));
}

/**
 * vouch_withdraw_run - WITHDRAW
 * @call: arg0 is the function
 *
 * Return: the completion's status.
 */
enum vouch_status vouch_withdraw_run(struct vouch_call *call)
{
	uint64_t number;
	int ret;

	if (!is_guest(call))
		return VOUCH_ST_NOT_FOUND;
	if (!call->card->functions[call->arg0].assigned)
		return VOUCH_ST_UNASSIGNED;
	ret = write_change(call->card, VOUCH_REC_WITHDRAW, (unsigned int)call->arg0, NULL,
			   &number);
	call->pending = !ret;
	return vouch_call_status(ret);
}
