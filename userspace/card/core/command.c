// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <string.h>

#include "call.h"
#include "le.h"

/**
 * struct command - how a command is checked and executed
 * @args: how many of arg0 and arg1 it has
 * @appends: may be executed while earlier records are not durable yet
 * @in_min: bytes of input, at least
 * @in_max: and at most
 * @run: executes it
 */
struct command {
	unsigned int args;
	bool appends;
	size_t in_min;
	size_t in_max;
	enum vouch_status (*run)(struct vouch_call *call);
};

static enum vouch_status identify(struct vouch_call *call)
{
	const struct vouch_card *card = call->card;
	struct vouch_identity identity = {
		.boot_count = vouch_to_le64(card->boot_count),
		.epoch = vouch_to_le64(card->log.epoch.number),
		.log_capacity = vouch_to_le64(card->log.capacity),
		.function = vouch_to_le16(call->function),
		.role = vouch_to_le16(vouch_card_role(call->function)),
		.functions = vouch_to_le16(card->config->functions),
		.attach = vouch_to_le16(card->log.epoch.attach),
		.debug = vouch_to_le32(card->config->debug),
	};

	memcpy(identity.card_id, card->config->card_id, sizeof(identity.card_id));
	memcpy(identity.firmware, card->config->firmware, sizeof(identity.firmware));
	return vouch_call_put(call, &identity, sizeof(identity));
}

static enum vouch_status certs(struct vouch_call *call)
{
	const struct vouch_span *alias = &call->card->config->alias;
	const struct vouch_span *device = &call->card->config->device;

	call->out_len = alias->len + device->len;
	if (call->out_len > call->out_cap)
		return VOUCH_ST_SMALL;
	memcpy(call->out, alias->data, alias->len);
	memcpy(call->out + alias->len, device->data, device->len);
	return VOUCH_ST_OK;
}

static const struct command *find(uint16_t opcode)
{
	static const struct command commands[] = {
		[VOUCH_OP_IDENTIFY] = { .run = identify },
		[VOUCH_OP_LOG_STATE] = { .args = 1, .run = vouch_log_state_run },
		[VOUCH_OP_CERTS] = { .run = certs },
		[VOUCH_OP_APPEND] = {
			.appends = true, .run = vouch_append_run,
			.in_min = sizeof(struct vouch_append),
			.in_max = sizeof(struct vouch_append) + VOUCH_NAME_MAX + VOUCH_DATA_MAX,
		},
		[VOUCH_OP_ASSIGN] = { .args = 1, .appends = true, .run = vouch_assign_run },
		[VOUCH_OP_WITHDRAW] = { .args = 1, .appends = true, .run = vouch_withdraw_run },
		[VOUCH_OP_ATTEST] = {
			.run = vouch_evidence_run,
			.in_min = sizeof(struct vouch_attest),
			.in_max = sizeof(struct vouch_attest),
		},
		[VOUCH_OP_RECEIPT] = {
			.run = vouch_receipt_run,
			.in_min = sizeof(struct vouch_receipt_request),
			.in_max = sizeof(struct vouch_receipt_request),
		},
		[VOUCH_OP_LOG_READ] = { .args = 2, .run = vouch_log_read_run },
		[VOUCH_OP_PROXIMITY_OPEN] = {
			.run = vouch_proximity_open_run,
			.in_min = sizeof(struct vouch_proximity_open),
			.in_max = sizeof(struct vouch_proximity_open),
		},
		[VOUCH_OP_PROXIMITY_CLOSE] = {
			.run = vouch_proximity_close_run,
			.in_min = sizeof(struct vouch_proximity_close),
			.in_max = sizeof(struct vouch_proximity_close),
		},
	};

	if (opcode >= sizeof(commands) / sizeof(commands[0]) || !commands[opcode].run)
		return NULL;
	return &commands[opcode];
}

static bool allowed(uint16_t opcode, uint16_t role)
{
#define ALLOWED(name, op, host, guest) { (op), { [VOUCH_ROLE_HOST] = (host), \
						 [VOUCH_ROLE_GUEST] = (guest) } },
	static const struct {
		uint16_t opcode;
		bool role[2];
	} rights[] = { VOUCH_COMMANDS(ALLOWED) };
#undef ALLOWED
	size_t i;

	for (i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
		if (rights[i].opcode == opcode)
			return rights[i].role[role];
	return false;
}

static enum vouch_status check(const struct command *command, const struct vouch_cmd *cmd,
			       size_t in_len, size_t out_cap)
{
	if (vouch_le32(cmd->flags) || vouch_le64(cmd->rsv[0]) || vouch_le64(cmd->rsv[1]) ||
	    (command->args < 1 && vouch_le64(cmd->arg0)) ||
	    (command->args < 2 && vouch_le64(cmd->arg1)) ||
	    (!vouch_le32(cmd->in_len) && vouch_le64(cmd->in_addr)))
		return VOUCH_ST_FIELD;
	if (vouch_le32(cmd->in_len) != in_len || in_len < command->in_min ||
	    in_len > command->in_max || vouch_le32(cmd->out_len) != out_cap ||
	    out_cap > VOUCH_TRANSFER_MAX)
		return VOUCH_ST_LENGTH;
	return VOUCH_ST_OK;
}

/* A host that was never seen to attach cannot speak. */
static bool absent(const struct vouch_card *card, uint16_t fn)
{
	return vouch_card_role(fn) == VOUCH_ROLE_HOST &&
	       card->log.epoch.attach != VOUCH_ATTACH_ATTACHED &&
	       card->log.epoch.attach != VOUCH_ATTACH_JUMPING;
}

/**
 * vouch_command_admit - what is checked of every command, and the host's contact
 * @card: the card
 * @fn: function whose queue it came from
 * @cmd: the submission
 * @in_len: bytes of input
 * @out_cap: room for output
 * @t_rx: card clock when the command was fetched
 *
 * Return: VOUCH_ST_OK, or the completion's status.
 */
enum vouch_status vouch_command_admit(struct vouch_card *card, uint16_t fn,
				      const struct vouch_cmd *cmd, size_t in_len,
				      size_t out_cap, uint64_t t_rx)
{
	const struct command *command = find(vouch_le16(cmd->opcode));
	enum vouch_status status;

	if (!command)
		return VOUCH_ST_OPCODE;
	if (!allowed(vouch_le16(cmd->opcode), vouch_card_role(fn)))
		return VOUCH_ST_ROLE;
	status = check(command, cmd, in_len, out_cap);
	if (status)
		return status;
	if (fn >= card->config->functions || absent(card, fn))
		return VOUCH_ST_INTERNAL;
	if (vouch_card_role(fn) == VOUCH_ROLE_HOST) {
		card->last_contact = t_rx;
		card->contacted = true;
	}
	return VOUCH_ST_OK;
}

static enum vouch_status run(struct vouch_call *call, const struct vouch_cmd *cmd)
{
	const struct command *command = find(vouch_le16(cmd->opcode));
	struct vouch_card *card = call->card;
	const enum vouch_status status = vouch_command_admit(card, call->function, cmd,
							     call->in_len, call->out_cap,
							     call->t_rx);

	if (status)
		return status;
	if (card->broken || (!command->appends && vouch_card_commit(card)))
		return VOUCH_ST_STORAGE;
	return command->run(call);
}

void vouch_card_refuse(const struct vouch_cmd *cmd, enum vouch_status status,
		       uint64_t t_rx, struct vouch_card_reply *reply)
{
	*reply = (struct vouch_card_reply) {
		.cpl.cid = cmd->cid,
		.cpl.status = vouch_to_le16((uint16_t)status),
		.cpl.t_rx = vouch_to_le64(t_rx),
	};
}

void vouch_card_execute(struct vouch_card *card, uint16_t fn, const struct vouch_cmd *cmd,
			const uint8_t *in, size_t in_len, uint8_t *out, size_t out_cap,
			uint64_t t_rx, struct vouch_card_reply *reply)
{
	struct vouch_call call = {
		.card = card,
		.function = fn,
		.self = &card->functions[fn % VOUCH_CARD_FUNCTIONS],
		.arg0 = vouch_le64(cmd->arg0),
		.arg1 = vouch_le64(cmd->arg1),
		.in = in,
		.in_len = in_len,
		.out = out,
		.out_cap = out_cap,
		.t_rx = t_rx,
	};
	const enum vouch_status status = run(&call, cmd);

	vouch_card_refuse(cmd, status, t_rx, reply);
	if (status == VOUCH_ST_OK || status == VOUCH_ST_SMALL)
		reply->cpl.out_len = vouch_to_le32((uint32_t)call.out_len);
	if (status != VOUCH_ST_OK)
		return;
	reply->cpl.result = vouch_to_le64(call.result);
	reply->pending = call.pending;
	reply->evidence = call.evidence;
}
