// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hook has measured, on its way to the log, and the policy for what
 * cannot be recorded.
 *
 * Nothing is enforced or counted before the first card was bound: its own
 * driver and its way there must load somehow, and what came before is in the
 * records of boot.c.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "event.h"
#include "missed.h"
#include "policy.h"
#include "record.h"

static bool armed;

#define VOUCH_TYPE_TEXT(name, value, text)	\
	[VOUCH_REC_##name] = (text),
static const char *const types[] = { VOUCH_RECORD_TYPES(VOUCH_TYPE_TEXT) };

static int event_send(u16 type, const u8 *digest, const char *name, const void *data,
		      size_t data_len, u64 ref, u64 *number)
{
	int err = vouch_target_check();

	return err ?: vouch_record_write(type, digest, name, data, data_len, ref, number);
}

static int event_send_text(const char *text)
{
	return event_send(VOUCH_REC_UNMEASURED, NULL, text, NULL, 0, VOUCH_NO_REF, NULL);
}

/* What was lost is the first thing to say once the card is there again. */
static void event_report_lost(void)
{
	char first[VOUCH_NAME_MAX + 1], text[VOUCH_NAME_MAX + 1];
	unsigned int count = vouch_missed_take(first);

	if (!count)
		return;
	scnprintf(text, sizeof(text), "%u not recorded, first: %s", count, first);
	if (event_send_text(text))
		vouch_missed_keep(first, count);
}

static int event_refuse(u16 type, const char *name, int err)
{
	pr_err_ratelimited("refused %s '%*pE': cannot be recorded: %pe\n", types[type],
			   (int)strlen(name), name, ERR_PTR(err));
	return -EPERM;
}

/*
 * It happened, and the card did not take it. A guest without an instance has no
 * log that would lack it: the one that it gets begins with what is there by then.
 */
static void event_miss(u16 type, const char *name, int err)
{
	char text[VOUCH_NAME_MAX + 1];

	if (err == -ENOLINK)
		return;
	pr_warn_ratelimited("%s '%*pE' could not be recorded: %pe\n", types[type],
			    (int)strlen(name), name, ERR_PTR(err));
	scnprintf(text, sizeof(text), "%s '%s': %pe", types[type], name, ERR_PTR(err));
	vouch_missed_add(text);
}

/* The card did not take it: may it happen? */
static int event_lose(u16 type, const char *name, int err)
{
	if (vouch_fail_closed)
		return event_refuse(type, name, err);
	event_miss(type, name, err);
	return 0;
}

/**
 * vouch_event_armed() - is there anything to measure for
 *
 * Context: any.
 * Return: whether a card has been bound since the module was loaded.
 */
bool vouch_event_armed(void)
{
	return READ_ONCE(armed);
}

/* What the policy leaves out is neither recorded nor refused. */
static bool event_wanted(u16 type)
{
	return vouch_event_armed() && vouch_policy_measures(type);
}

/**
 * vouch_event_arm() - a card is bound: measure from now on
 *
 * Context: any.
 */
void vouch_event_arm(void)
{
	WRITE_ONCE(armed, true);
}

/**
 * vouch_event_unmeasured() - record that something could not be measured
 * @type: enum vouch_record_type it would have been
 * @name: what, or NULL
 * @err: why, a negative errno
 *
 * Context: process context, sleeps, as vouch_record_write() does, twice.
 * Return: 0 if it may happen, -EPERM if it must not.
 */
int vouch_event_unmeasured(u16 type, const char *name, int err)
{
	char text[VOUCH_NAME_MAX + 1];
	int sent;

	name = name ?: "";
	if (!event_wanted(type))
		return 0;
	if (vouch_fail_closed)
		return event_refuse(type, name, err);
	scnprintf(text, sizeof(text), "%s '%s': %pe", types[type], name, ERR_PTR(err));
	event_report_lost();
	sent = event_send_text(text);
	return sent ? event_lose(type, name, sent == -ENOLINK ? sent : err) : 0;
}

static int event_write(u16 type, const u8 *digest, const char *name, const void *data,
		       size_t data_len, u64 ref, u64 *number)
{
	int err;

	if (number)
		*number = VOUCH_NO_REF;
	if (!event_wanted(type))
		return 0;
	event_report_lost();
	err = event_send(type, digest, name, data, data_len, ref, number);
	return err ? event_lose(type, name ?: "", err) : 0;
}

/**
 * vouch_event_write() - record what was measured, if that is possible
 * @type: enum vouch_record_type
 * @digest: VOUCH_DIGEST_SIZE bytes, or NULL
 * @name: any bytes, or NULL
 * @ref: number of an earlier record, or VOUCH_NO_REF
 * @number: returns the record's number, or VOUCH_NO_REF if there is none; or NULL
 *
 * Context: process context, sleeps, as vouch_record_write() does, twice.
 * Return: 0 if it may happen, -EPERM if it must not.
 */
int vouch_event_write(u16 type, const u8 *digest, const char *name, u64 ref, u64 *number)
{
	return event_write(type, digest, name, NULL, 0, ref, number);
}

static int event_tell(u16 type, const u8 *digest, const char *name, const void *data,
		      size_t data_len, u64 ref)
{
	int err;

	if (!event_wanted(type))
		return 0;
	event_report_lost();
	err = event_send(type, digest, name, data, data_len, ref, NULL);
	if (err)
		event_miss(type, name ?: "", err);
	return err;
}

/**
 * vouch_event_tell() - record what cannot be refused any more
 * @type: enum vouch_record_type
 * @digest: VOUCH_DIGEST_SIZE bytes, or NULL
 * @name: any bytes, or NULL
 * @ref: number of an earlier record, or VOUCH_NO_REF
 *
 * What the card does not take is counted, also with fail_closed.
 *
 * Context: process context, sleeps, as vouch_record_write() does, twice.
 */
void vouch_event_tell(u16 type, const u8 *digest, const char *name, u64 ref)
{
	event_tell(type, digest, name, NULL, 0, ref);
}

/**
 * vouch_event_tell_data() - the same, for what is told by its data
 * @type: enum vouch_record_type
 * @name: any bytes
 * @data: of this type, or NULL
 * @data_len: bytes at @data
 *
 * Context: process context, sleeps, as vouch_record_write() does, twice.
 * Return: 0, or why the card did not take it.
 */
int vouch_event_tell_data(u16 type, const char *name, const void *data, size_t data_len)
{
	return event_tell(type, NULL, name, data, data_len, VOUCH_NO_REF);
}

/**
 * vouch_event_lost() - something is not in the log that should be
 * @text: what, for people
 *
 * Counted; the next record is one that says so, also with fail_closed.
 *
 * Context: any but interrupts.
 */
void vouch_event_lost(const char *text)
{
	pr_warn_ratelimited("%s could not be recorded\n", text);
	vouch_missed_add(text);
}

/**
 * vouch_event_write_id() - record what has a name and no digest
 * @type: enum vouch_record_type
 * @name: any bytes
 * @id: the record's data: a build-id, a mask, a microcode revision, as the type has
 *	it; or NULL
 * @id_len: bytes at @id
 * @number: as for vouch_event_write()
 *
 * Context: process context, sleeps, as vouch_record_write() does, twice.
 * Return: 0 if it may happen, -EPERM if it must not.
 */
int vouch_event_write_id(u16 type, const char *name, const void *id, size_t id_len,
			 u64 *number)
{
	return event_write(type, NULL, name, id_len ? id : NULL, id_len, VOUCH_NO_REF,
			   number);
}
