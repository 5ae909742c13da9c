// SPDX-License-Identifier: GPL-2.0-only
/*
 * configfs-tsm: /sys/kernel/config/tsm/report/, where attestation agents ask
 * whoever provides reports. The kernel has one provider, so this one stands back
 * where there is another, or will be; and it needs nothing of the kernel's module
 * for it, which may not be there.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cc_platform.h>
#include <linux/cleanup.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/stringify.h>
#include <linux/tsm.h>

#include "card.h"
#include "compat.h"
#include "record.h"
#include "report.h"

enum { TSM_AUTO = -1, TSM_OFF, TSM_ON };

static DEFINE_MUTEX(lock);	/* protects the rest */
static int wanted = TSM_AUTO;
static bool ready;		/* cards can be asked */
static typeof(tsm_report_unregister) *leave;	/* set while this is the provider */

static int report_new(struct tsm_report *report, void *data)
{
	struct device *dev __free(put_device) = vouch_target_get();
	struct vouch_report answer = {};
	int rc;

	if (!dev)
		return -ENODEV;
	rc = vouch_report_make(to_vouch_card(dev), report->desc.inblob, report->desc.inblob_len,
			       TSM_REPORT_OUTBLOB_MAX, &answer);
	if (rc)
		return rc;
	report->outblob = answer.evidence;
	report->outblob_len = answer.evidence_len;
	report->auxblob = answer.logs;
	report->auxblob_len = answer.logs_len;
	return 0;
}

static bool attr_visible(int n)
{
	return n == TSM_REPORT_GENERATION || n == TSM_REPORT_PROVIDER;
}

static bool bin_attr_visible(int n)
{
	return n == TSM_REPORT_INBLOB || n == TSM_REPORT_OUTBLOB || n == TSM_REPORT_AUXBLOB;
}

static const struct tsm_report_ops report_ops = {
	.name = "vouch",
	.report_new = report_new,
	.report_attr_visible = attr_visible,
	.report_bin_attr_visible = bin_attr_visible,
};

/* As long as @leave is held, the kernel's module stays. */
static int provider_enter(void)
{
	typeof(tsm_report_register) *enter;
	int rc;

	enter = try_then_request_module(symbol_get(tsm_report_register),
					"symbol:" __stringify(tsm_report_register));
	if (!enter)
		return -ENOENT;
	leave = symbol_get(tsm_report_unregister);
	rc = leave ? enter(&report_ops, NULL) : -ENOENT;
	if (rc && leave) {
		symbol_put(tsm_report_unregister);
		leave = NULL;
	}
	symbol_put(tsm_report_register);
	return rc;
}

static void provider_leave(void)
{
	if (!leave)
		return;
	/* Waits for a report that is being made; those that are stay readable. */
	leave(&report_ops);
	symbol_put(tsm_report_unregister);
	leave = NULL;
}

static int provider_apply(void)
{
	int rc;

	if (wanted == TSM_OFF)
		provider_leave();
	if (wanted == TSM_OFF || leave)
		return 0;
	/* A confidential VM's own provider may come after this one. */
	if (wanted == TSM_AUTO && cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		return 0;
	rc = provider_enter();
	if (rc)
		pr_info("no provider of configfs-tsm reports: %s\n",
			rc == -EBUSY ? "there is one, or a report is open" :
			rc == -ENOENT ? "the kernel has none, or not loaded" : "refused");
	return rc;
}

static int tsm_set(const char *text, const struct kernel_param *param)
{
	int value, rc = kstrtoint(text, 0, &value);

	if (rc)
		return rc;
	if (value < TSM_AUTO || value > TSM_ON)
		return -EINVAL;
	guard(mutex)(&lock);
	wanted = value;
	rc = ready ? provider_apply() : 0;
	return value == TSM_ON ? rc : 0;
}

static const struct kernel_param_ops tsm_param_ops = {
	.set = tsm_set,
	.get = param_get_int,
};

module_param_cb(tsm, &tsm_param_ops, &wanted, 0644);
__MODULE_PARM_TYPE(tsm, "int");
MODULE_PARM_DESC(tsm, "provide reports to configfs-tsm: 1 yes, 0 no, -1 (default) unless this is a confidential VM");

/**
 * vouch_tsm_init - become the provider of reports, where nobody else is
 *
 * That is not this module's purpose: it loads also where it fails. Context:
 * this module's init function, last.
 */
void vouch_tsm_init(void)
{
	guard(mutex)(&lock);
	ready = true;
	provider_apply();
}

/** vouch_tsm_exit - no more of that. Context: first of this module's exit */
void vouch_tsm_exit(void)
{
	guard(mutex)(&lock);
	ready = false;
	provider_leave();
}
