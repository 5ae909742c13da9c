// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is measured, and what happens to that which cannot be recorded: the
 * module parameters that say so, and the record of what they say.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "event.h"
#include "policy.h"
#include "record.h"

/*
 * The rest cannot be left out: what a kernel says of itself, the chain from a
 * kexec load to its jump, by which the card tells one kernel from the next,
 * and the records that say what is not there.
 */
#define OPTIONAL (BIT_ULL(VOUCH_REC_MODULE_PRESENT) |	\
		  BIT_ULL(VOUCH_REC_MODULE_LOAD) |	\
		  BIT_ULL(VOUCH_REC_FIRMWARE_LOAD) |	\
		  BIT_ULL(VOUCH_REC_VM_START) |		\
		  BIT_ULL(VOUCH_REC_LIVEPATCH) |	\
		  BIT_ULL(VOUCH_REC_BPF_LOAD) |		\
		  BIT_ULL(VOUCH_REC_VM_COUNT) |		\
		  BIT_ULL(VOUCH_REC_LIVE_UPDATE) |	\
		  BIT_ULL(VOUCH_REC_SLEEP))

#define IS_HOOK(value) ((value) > VOUCH_REC_CARD_LAST && (value) <= VOUCH_REC_HOOK_LAST)
#define HOOK_BIT(name, value, text) (IS_HOOK(value) ? 1ULL << (value) % 64 : 0) |
#define ALL (VOUCH_RECORD_TYPES(HOOK_BIT) 0ULL)

#define TYPE_TEXT(name, value, text)	\
	[VOUCH_REC_##name] = (text),
static const char *const types[VOUCH_REC_LAST + 1] = { VOUCH_RECORD_TYPES(TYPE_TEXT) };

bool vouch_fail_closed;
static u64 measured = ALL;

/* Counts what attaches have told, so that a change notices one in its midst. */
static atomic_t attaches = ATOMIC_INIT(0);

/**
 * vouch_policy_measures() - is this type recorded
 * @type: enum vouch_record_type
 *
 * Context: any.
 * Return: false where the administrator has left it out.
 */
bool vouch_policy_measures(u16 type)
{
	return type > VOUCH_REC_HOOK_LAST || READ_ONCE(measured) & BIT_ULL(type);
}

/* As the parameter is written: "all", and what is left out. */
static int mask_print(u64 mask, char *text, size_t size)
{
	int len = scnprintf(text, size, "all");

	for (size_t i = 0; i <= VOUCH_REC_HOOK_LAST; i++)
		if (OPTIONAL & ~mask & BIT_ULL(i))
			len += scnprintf(text + len, size - len, ",-%s", types[i]);
	return len;
}

static int policy_write(bool closed, u64 mask)
{
	char text[VOUCH_NAME_MAX + 1];
	__le64 data = cpu_to_le64(mask);
	int len = scnprintf(text, sizeof(text), "fail_closed=%d ", closed);

	mask_print(mask, text + len, sizeof(text) - len);
	return vouch_event_write_id(VOUCH_REC_POLICY, text, &data, sizeof(data), NULL);
}

/**
 * vouch_policy_record() - record what the policy is
 *
 * Context: process context, sleeps; after each attach.
 * Return: 0, or -EPERM if the host must not go on.
 */
int vouch_policy_record(void)
{
	atomic_inc(&attaches);
	return policy_write(READ_ONCE(vouch_fail_closed), READ_ONCE(measured));
}

/*
 * Recorded first, and under the policy that was in force until then. An attach
 * in the midst has told the old one once more; then it is said again. The
 * kernel calls this for one parameter of a module at a time.
 */
static int policy_change(bool closed, u64 mask)
{
	int seen, err;

	if (closed == vouch_fail_closed && mask == measured)
		return 0;
	seen = atomic_read(&attaches);
	err = policy_write(closed, mask);
	if (err)
		return err;
	WRITE_ONCE(vouch_fail_closed, closed);
	WRITE_ONCE(measured, mask);
	smp_mb();	/* pairs with atomic_inc() before the reads of an attach */
	if (atomic_read(&attaches) != seen)
		policy_write(closed, mask);
	return 0;
}

static int fail_closed_set(const char *text, const struct kernel_param *param)
{
	bool closed = true;
	int err = text ? kstrtobool(text, &closed) : 0;

	return err ?: policy_change(closed, measured);
}

static const struct kernel_param_ops fail_closed_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = fail_closed_set,
	.get = param_get_bool,
};

module_param_cb(fail_closed, &fail_closed_ops, &vouch_fail_closed, 0600);
__MODULE_PARM_TYPE(fail_closed, "bool");
MODULE_PARM_DESC(fail_closed, "refuse to load what cannot be recorded (default: false)");

static int word_parse(const char *word, u64 *mask)
{
	bool leave = *word == '-';
	u64 bits = 0;

	word += leave;
	if (!strcmp(word, "all"))
		bits = ALL;
	for (size_t i = 0; i <= VOUCH_REC_HOOK_LAST; i++)
		if (ALL & BIT_ULL(i) && !strcmp(word, types[i]))
			bits = BIT_ULL(i);
	if (!bits) {
		pr_err("measure: '%*pE' is no record type of the kernel's\n",
		       (int)strlen(word), word);
		return -EINVAL;
	}
	if (leave && bits & ~OPTIONAL) {
		pr_err("measure: '%s' cannot be left out\n", word);
		return -EINVAL;
	}
	*mask = leave ? *mask & ~bits : *mask | bits;
	return 0;
}

static int measure_set(const char *text, const struct kernel_param *param)
{
	char *list __free(kfree) = kstrdup(text, GFP_KERNEL);
	char *rest, *word;
	u64 mask;

	if (!list)
		return -ENOMEM;
	rest = strim(list);
	mask = *rest == '-' ? ALL : ALL & ~OPTIONAL;
	while ((word = strsep(&rest, ","))) {
		int err = word_parse(word, &mask);

		if (err)
			return err;
	}
	return policy_change(vouch_fail_closed, mask);
}

static int measure_get(char *text, const struct kernel_param *param)
{
	int len = mask_print(measured, text, PAGE_SIZE - 1);

	return len + scnprintf(text + len, PAGE_SIZE - len, "\n");
}

static const struct kernel_param_ops measure_ops = {
	.set = measure_set,
	.get = measure_get,
};

module_param_cb(measure, &measure_ops, NULL, 0600);
__MODULE_PARM_TYPE(measure, "charp");
MODULE_PARM_DESC(measure, "record types to measure: \"all\" (default), \"all,-TYPE...\" or TYPE,...");
