/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_H
#define VOUCH_CARD_H

/*
 * The card's core: a state machine without system calls, allocation or global
 * variables. Bytes come in, bytes go out; time, randomness, cryptography and
 * storage are tables of functions that the platform passes in. One thread at a
 * time may use a card.
 *
 * A front end does this:
 *
 *	vouch_card_open(&card, &config, &report);
 *	on CONTROL.ENABLE set:	vouch_card_attach(&card, fn), refuse on error
 *	on each command:	reply = vouch_card_execute(...);
 *				keep it back while reply.pending (and batch.h)
 *	after each batch:	vouch_card_commit(&card), then for each reply
 *				vouch_card_sent(&card, fn, &reply), post it
 *	on CONTROL.ENABLE clear, reset, lost connection: _detach, _reset
 *
 * Nothing that is not durable is ever shown: a command that reads state first
 * commits what is pending.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vouch/wire.h>

#include "batch.h"
#include "config.h"
#include "log.h"
#include "proximity.h"
#include "receipt.h"

#define VOUCH_CARD_SENT		256	/* evidence remembered for each function */
#define VOUCH_CARD_INSTANCE_RECORDS 4096	/* capacity of an instance log */

/* Why vouch_card_open() refused; the report's numbers say where. */
enum vouch_card_fault {
	VOUCH_FAULT_NONE,
	VOUCH_FAULT_CONFIG,		/* bad or missing configuration */
	VOUCH_FAULT_STORAGE,		/* storage or cryptography failed */
	VOUCH_FAULT_FOREIGN,		/* no journal, or another card's */
	VOUCH_FAULT_DAMAGED,		/* @entry at @offset is not what was written */
	VOUCH_FAULT_ROLLED_BACK,	/* @counter entries written, @entries found */
	VOUCH_FAULT_FULL,		/* log 0 has no room for power-on */
};

/**
 * struct vouch_card_report - what opening a card found
 * @fault: why it was refused
 * @entry: number of the bad journal entry, from 0
 * @offset: where it starts in the journal
 * @counter: what the counter said
 * @entries: whole entries found in the journal
 * @dropped: bytes of a torn, never acknowledged tail that were cut off
 */
struct vouch_card_report {
	enum vouch_card_fault fault;
	uint64_t entry;
	uint64_t offset;
	uint64_t counter;
	uint64_t entries;
	uint64_t dropped;
};

/**
 * struct vouch_card_reply - the answer to one command
 * @cpl: ready but for @sq_head and @phase, which are the queue's
 * @pending: post it only after vouch_card_commit() has returned 0
 * @evidence: not 0 for evidence; for vouch_card_sent()
 */
struct vouch_card_reply {
	struct vouch_cpl cpl;
	bool pending;
	uint32_t evidence;
};

/**
 * struct vouch_card_function - what the card keeps for each function
 * @assigned: a guest function has an instance
 * @driven: a driver has enabled it
 * @readable: how far a guest may read log 0
 * @sent: the last evidence, oldest overwritten
 * @tickets: last ticket given out
 * @proximity: a guest function's session
 * @log: instance log of an assigned guest function
 * @index: of @log
 */
struct vouch_card_function {
	bool assigned;
	bool driven;
	uint64_t readable;
	struct vouch_sent sent[VOUCH_CARD_SENT];
	uint32_t tickets;
	struct vouch_proximity proximity;
	struct vouch_log log;
	uint64_t index[VOUCH_CARD_INDEX(VOUCH_CARD_INSTANCE_RECORDS)];
};

#define VOUCH_CARD_WINDOW	4096	/* bytes of the journal seen at once */

/**
 * struct vouch_card - a card; the fields are the core's own
 * @config: as given to vouch_card_open()
 * @log: log 0
 * @entries: journal entries written
 * @durable: of these, how many are committed
 * @size: bytes in the journal
 * @boot_count: power-ons since the card was made
 * @last_contact: card clock at the host's last command
 * @contacted: @last_contact is set
 * @firmware: digest in the last FIRMWARE record, or else in the first POWER_ON
 * @broken: storage failed: state may be ahead of it, so nothing more is signed
 * @batch: requests that wait to share a signature
 * @window_at: journal offset of @window
 * @window_len: bytes in @window
 * @window: part of the journal, for reading
 * @functions: by function number
 */
struct vouch_card {
	const struct vouch_card_config *config;
	struct vouch_log log;
	uint64_t entries;
	uint64_t durable;
	uint64_t size;
	uint64_t boot_count;
	uint64_t last_contact;
	bool contacted;
	uint8_t firmware[VOUCH_DIGEST_SIZE];
	bool broken;
	struct vouch_batch batch;
	uint64_t window_at;
	size_t window_len;
	uint8_t window[VOUCH_CARD_WINDOW];
	struct vouch_card_function functions[VOUCH_CARD_FUNCTIONS];
};

/* How a driver left its function. */
enum vouch_card_leave {
	VOUCH_LEAVE_DRIVER,	/* it disabled the queues */
	VOUCH_LEAVE_GONE,	/* the function vanished from the bus */
};

/**
 * vouch_card_open - power a card on
 * @card: caller's memory, need not be cleared
 * @config: must stay as it is until vouch_card_close()
 * @report: returns what was found
 *
 * Replays the journal, drops a torn tail that was never acknowledged, and
 * durably writes the power-on record.
 *
 * Return: 0, or a negative errno with the reason in @report: -EINVAL for a
 * bad configuration, -EBADMSG for damaged, foreign or rolled-back state,
 * -ENOSPC for a full log, else what storage or cryptography said.
 */
int vouch_card_open(struct vouch_card *card, const struct vouch_card_config *config,
		    struct vouch_card_report *report);

/**
 * vouch_card_close - power a card off
 * @card: an open card; its memory is the caller's again
 *
 * Return: 0, or a negative errno when pending records could not be committed.
 */
int vouch_card_close(struct vouch_card *card);

/**
 * vouch_card_attach - a driver enabled a function's queues
 * @card: an open card
 * @fn: function number
 *
 * Writes an attach record to the function's log, for the host durably. A guest
 * function without an instance has no log, and a guest's full one is no reason
 * to refuse its driver.
 *
 * Return: 0, or a negative errno: the function must not be enabled.
 */
int vouch_card_attach(struct vouch_card *card, uint16_t fn);

/**
 * vouch_card_detach - a driver left a function
 * @card: an open card
 * @fn: function number
 * @leave: how
 *
 * Does nothing for a function without a driver. Otherwise writes a detach
 * record, as vouch_card_attach(). While a kexec is announced a driver may leave
 * and the next attach is still announced; a vanished function ends it.
 *
 * Return: 0, or a negative errno: the record could not be written.
 */
int vouch_card_detach(struct vouch_card *card, uint16_t fn, enum vouch_card_leave leave);

/**
 * vouch_card_reset - a function was reset
 * @card: an open card
 * @fn: function number
 *
 * Writes a reset record, as vouch_card_attach(), and begins a new epoch of that
 * log. A guest function forgets its evidence and keeps its instance.
 *
 * Return: 0, or a negative errno: the record could not be written.
 */
int vouch_card_reset(struct vouch_card *card, uint16_t fn);

/**
 * vouch_card_now - the card's clock
 * @card: an open card
 *
 * Return: nanoseconds since power-on.
 */
uint64_t vouch_card_now(const struct vouch_card *card);

/**
 * vouch_card_role - a function's role
 * @fn: function number
 *
 * Return: VOUCH_ROLE_HOST or VOUCH_ROLE_GUEST.
 */
static inline uint16_t vouch_card_role(uint16_t fn)
{
	return fn ? VOUCH_ROLE_GUEST : VOUCH_ROLE_HOST;
}

/**
 * vouch_card_instance - whose a guest function is now
 * @card: an open card
 * @fn: function number
 *
 * Return: its instance id, VOUCH_INSTANCE_SIZE bytes; NULL without one.
 */
const uint8_t *vouch_card_instance(const struct vouch_card *card, uint16_t fn);

/**
 * vouch_card_execute - execute one command
 * @card: an open card
 * @fn: function whose queue it came from
 * @cmd: the front end's own copy of the submission
 * @in: the front end's own copy of its input
 * @in_len: bytes at @in, equal to the command's
 * @out: receives the output; not NULL even when @out_cap is 0
 * @out_cap: room at @out: the command's out_len
 * @t_rx: card clock when the command was fetched
 * @reply: returns the completion
 *
 * Never fails but through the completion's status. @out holds reply's out_len
 * bytes when the status is VOUCH_ST_OK, and nothing of use otherwise.
 */
void vouch_card_execute(struct vouch_card *card, uint16_t fn, const struct vouch_cmd *cmd,
			const uint8_t *in, size_t in_len, uint8_t *out, size_t out_cap,
			uint64_t t_rx, struct vouch_card_reply *reply);

/**
 * vouch_card_refuse - the completion of a command that is not executed
 * @cmd: the submission
 * @status: why
 * @t_rx: card clock when the command was fetched
 * @reply: returns the completion
 *
 * For what only the front end can see (VOUCH_ST_DMA, VOUCH_ST_LENGTH), and for
 * pending replies when vouch_card_commit() failed (VOUCH_ST_STORAGE).
 */
void vouch_card_refuse(const struct vouch_cmd *cmd, enum vouch_status status,
		       uint64_t t_rx, struct vouch_card_reply *reply);

/**
 * vouch_card_commit - make everything appended durable, in one flush
 * @card: an open card
 *
 * Return: 0, or -EIO: the pending replies must be refused with
 * VOUCH_ST_STORAGE, and the card is broken until it is opened again.
 */
int vouch_card_commit(struct vouch_card *card);

/**
 * vouch_card_sent - stamp evidence as sent
 * @card: an open card
 * @fn: function that gets it
 * @reply: as vouch_card_execute() returned it
 *
 * To be called for every reply, just before its completion is posted: it is the
 * t_tx of evidence, and nothing for other replies.
 */
void vouch_card_sent(struct vouch_card *card, uint16_t fn, const struct vouch_card_reply *reply);

/**
 * vouch_card_broken - has storage failed?
 * @card: an open card
 * Return: true when the card can do no more: the front end sets STATUS.FATAL.
 */
static inline bool vouch_card_broken(const struct vouch_card *card)
{
	return card->broken;
}

#endif /* VOUCH_CARD_H */
