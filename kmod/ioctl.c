// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /dev/vouchN can be asked for. Arguments are copied once, checked whole,
 * and answers are copied out whole or not at all.
 */

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <vouch/ioctl.h>

#include "card.h"
#include "command.h"

#define ATTEST_TIMEOUT_MAX_MS	(10 * 60 * MSEC_PER_SEC)

union arg {
	struct {
		u32 size;
		u32 flags;
	};
	struct vouch_ioc_info info;
	struct vouch_ioc_log_state log_state;
	struct vouch_ioc_certs certs;
	struct vouch_ioc_attest attest;
	struct vouch_ioc_receipt receipt;
	struct vouch_ioc_log_read log_read;
	struct vouch_ioc_measure measure;
	struct vouch_ioc_assign assign;
	struct vouch_ioc_record record;
	struct vouch_ioc_proximity proximity;
};

/* Copies @len bytes out, or nothing at all. */
static int bytes_to_user(u64 to, const void *from, u32 len)
{
	return copy_to_user(u64_to_user_ptr(to), from, len) ? -EFAULT : 0;
}

static int do_info(struct vouch_card *card, union arg *a)
{
	return vouch_command_identify(card, &a->info.identity);
}

static int do_log_state(struct vouch_card *card, union arg *a)
{
	if (a->log_state.rsv)
		return -EINVAL;
	return vouch_command_log_state(card, a->log_state.log, &a->log_state.state);
}

static int do_certs(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_certs *arg = &a->certs;
	u32 room = min_t(u32, arg->out_len, VOUCH_TRANSFER_MAX);
	int rc;

	void *out __free(kvfree) = kvmalloc(room, GFP_KERNEL);

	if (arg->rsv)
		return -EINVAL;
	if (!out)
		return -ENOMEM;
	arg->out_len = room;
	rc = vouch_command_certs(card, out, &arg->out_len);
	return rc ? rc : bytes_to_user(arg->out, out, arg->out_len);
}

static int do_attest(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_attest *arg = &a->attest;
	struct vouch_request req = {
		.out_room = min_t(u32, arg->out_len, VOUCH_EVIDENCE_MAX),
		.timeout_ms = min_t(u32, arg->timeout_ms, ATTEST_TIMEOUT_MAX_MS),
	};
	int rc;

	void *out __free(kvfree) = kvmalloc(req.out_room, GFP_KERNEL);

	if (!out)
		return -ENOMEM;
	req.out = out;
	rc = down_read_killable(&card->asking);
	if (rc)
		return rc;
	rc = vouch_command_attest(card, &req, arg->flags, arg->nonce);
	up_read(&card->asking);
	if (rc && rc != -ENOBUFS)
		return rc;
	arg->out_len = req.out_len;
	arg->t_doorbell = req.t_doorbell;
	arg->t_interrupt = req.t_interrupt;
	arg->t_rx = req.t_rx;
	return rc ? rc : bytes_to_user(arg->out, out, req.out_len);
}

static int do_receipt(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_receipt *arg = &a->receipt;
	u32 room = min_t(u32, arg->out_len, VOUCH_RECEIPT_MAX);
	int rc;

	void *out __free(kvfree) = kvmalloc(room, GFP_KERNEL);

	if (arg->rsv)
		return -EINVAL;
	if (!out)
		return -ENOMEM;
	arg->out_len = room;
	rc = vouch_command_receipt(card, arg->evidence, out, &arg->out_len);
	return rc ? rc : bytes_to_user(arg->out, out, arg->out_len);
}

static int do_log_read(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_log_read *arg = &a->log_read;
	u32 room = min_t(u32, arg->out_len, VOUCH_TRANSFER_MAX);
	int rc;

	void *out __free(kvfree) = kvmalloc(room, GFP_KERNEL);

	if (room < VOUCH_RECORD_MAX)
		return -EINVAL;
	if (!out)
		return -ENOMEM;
	arg->out_len = room;
	rc = vouch_command_log_read(card, arg->log, arg->from, out,
				    &arg->out_len, &arg->next);
	return rc ? rc : bytes_to_user(arg->out, out, arg->out_len);
}

/* Bytes of user space that are to become a record. */
static int record_append(struct vouch_card *card, struct vouch_record *rec, u64 name,
			 u64 data, struct vouch_appended *done)
{
	char text[VOUCH_NAME_MAX];
	u8 bytes[VOUCH_DATA_MAX];

	if (rec->name_len > sizeof(text) || rec->data_len > sizeof(bytes))
		return -EINVAL;
	if (copy_from_user(text, u64_to_user_ptr(name), rec->name_len) ||
	    copy_from_user(bytes, u64_to_user_ptr(data), rec->data_len))
		return -EFAULT;
	if (memchr(text, 0, rec->name_len))
		return -EINVAL;
	rec->name = text;
	rec->data = bytes;
	return vouch_command_append(card, rec, done);
}

static int do_measure(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_measure *arg = &a->measure;
	struct vouch_record rec = {
		.type = VOUCH_REC_USER,
		.digest = arg->digest,
		.name_len = arg->name_len,
		.ref = VOUCH_NO_REF,
	};
	struct vouch_appended done;
	int rc;

	if (arg->rsv || !arg->name_len)
		return -EINVAL;
	rc = record_append(card, &rec, arg->name, 0, &done);
	if (rc)
		return rc;
	arg->number = le64_to_cpu(done.number);
	memcpy(arg->record, done.digest, VOUCH_DIGEST_SIZE);
	return 0;
}

static int do_record(struct vouch_card *card, union arg *a)
{
	struct vouch_ioc_record *arg = &a->record;
	struct vouch_record rec = {
		.type = arg->type,
		.digest = arg->flags & VOUCH_APPEND_DIGEST ? arg->digest : NULL,
		.name_len = arg->name_len,
		.data_len = arg->data_len,
		.ref = arg->ref,
	};
	struct vouch_appended done;
	int rc;

	/* A hook's record comes from a hook. */
	if (arg->type <= VOUCH_REC_HOOK_LAST || arg->type > VOUCH_REC_LAST)
		return -EINVAL;
	if (!rec.digest && memchr_inv(arg->digest, 0, VOUCH_DIGEST_SIZE))
		return -EINVAL;
	rc = record_append(card, &rec, arg->name, arg->data, &done);
	if (rc)
		return rc;
	arg->number = le64_to_cpu(done.number);
	memcpy(arg->record, done.digest, VOUCH_DIGEST_SIZE);
	return 0;
}

static int do_assign(struct vouch_card *card, union arg *a)
{
	if (a->assign.rsv || !a->assign.function)
		return -EINVAL;
	return vouch_command_assign(card, a->assign.function, &a->assign.assigned);
}

static int do_withdraw(struct vouch_card *card, union arg *a)
{
	if (a->assign.rsv || !a->assign.function)
		return -EINVAL;
	return vouch_command_withdraw(card, a->assign.function);
}

static int do_proximity(struct vouch_card *card, union arg *a)
{
	return vouch_near_run(card, &a->proximity);
}

static const struct call {
	unsigned int cmd;
	u32 size;
	u32 allowed;	/* of its flags */
	bool admin;
	int (*run)(struct vouch_card *card, union arg *a);
} calls[] = {
	{ VOUCH_IOC_INFO, sizeof(struct vouch_ioc_info), 0, false, do_info },
	{ VOUCH_IOC_LOG_STATE, sizeof(struct vouch_ioc_log_state), 0, false, do_log_state },
	{ VOUCH_IOC_CERTS, sizeof(struct vouch_ioc_certs), 0, false, do_certs },
	{ VOUCH_IOC_ATTEST, sizeof(struct vouch_ioc_attest),
	  VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS | VOUCH_ATTEST_OWN_SIGNATURE, false,
	  do_attest },
	{ VOUCH_IOC_RECEIPT, sizeof(struct vouch_ioc_receipt), 0, false, do_receipt },
	{ VOUCH_IOC_LOG_READ, sizeof(struct vouch_ioc_log_read), 0, false, do_log_read },
	{ VOUCH_IOC_PROXIMITY, sizeof(struct vouch_ioc_proximity), 0, false, do_proximity },
	{ VOUCH_IOC_MEASURE, sizeof(struct vouch_ioc_measure), 0, true, do_measure },
	{ VOUCH_IOC_RECORD, sizeof(struct vouch_ioc_record), VOUCH_APPEND_DIGEST, true, do_record },
	{ VOUCH_IOC_ASSIGN, sizeof(struct vouch_ioc_assign), 0, true, do_assign },
	{ VOUCH_IOC_WITHDRAW, sizeof(struct vouch_ioc_assign), 0, true, do_withdraw },
};

static int call_run(const struct call *call, struct vouch_card *card, void __user *to)
{
	union arg a = {};
	u32 size;
	int rc;

	if (call->admin && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (get_user(size, (u32 __user *)to))
		return -EFAULT;
	if (size > PAGE_SIZE)
		return -E2BIG;
	/* No shorter version of any struct was ever published. */
	if (size < call->size)
		return -EINVAL;
	rc = copy_struct_from_user(&a, call->size, to, size);
	if (rc)
		return rc;
	a.size = size;
	if (a.flags & ~call->allowed)
		return -EINVAL;
	rc = call->run(card, &a);
	if (rc && rc != -ENOBUFS)
		return rc;
	return copy_to_user(to, &a, call->size) ? -EFAULT : rc;
}

/**
 * vouch_ioctl - the requests of /dev/vouchN
 * @file: its private_data is the card
 * @cmd: VOUCH_IOC_*
 * @to: user pointer to the argument
 *
 * Return: 0 or a negative errno, as <vouch/ioctl.h> lists them. Context: sleeps.
 */
long vouch_ioctl(struct file *file, unsigned int cmd, unsigned long to)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].cmd == cmd)
			return call_run(&calls[i], file->private_data,
					(void __user *)to);
	}
	return -ENOTTY;
}
