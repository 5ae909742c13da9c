// SPDX-License-Identifier: GPL-2.0-only
/* Another provider of configfs-tsm reports, as a confidential VM's would be. */

#include <linux/module.h>
#include <linux/mm.h>
#include <linux/tsm.h>

#include "compat.h"

static int report_new(struct tsm_report *report, void *data)
{
	report->outblob = kvmemdup(report->desc.inblob, sizeof(report->desc.inblob), GFP_KERNEL);
	if (!report->outblob)
		return -ENOMEM;
	report->outblob_len = report->desc.inblob_len;
	return 0;
}

static const struct tsm_report_ops report_ops = {
	.name = "other",
	.report_new = report_new,
};

static int __init provider_init(void)
{
	return tsm_report_register(&report_ops, NULL);
}

static void __exit provider_exit(void)
{
	tsm_report_unregister(&report_ops);
}

module_init(provider_init);
module_exit(provider_exit);

MODULE_DESCRIPTION("Another provider of reports, for a test");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
