// SPDX-License-Identifier: GPL-2.0-only
/*
 * vouch.ko: the host's and the guest's side of a card that keeps the history
 * of the software that ran here.
 */

#include <linux/device/class.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>

#include "card.h"
#include "hooks.h"
#include "measure.h"
#include "record.h"
#include "report.h"

static int timeout_set(const char *text, const struct kernel_param *param)
{
	return param_set_uint_minmax(text, param, 10, 10 * 60 * MSEC_PER_SEC);
}

static const struct kernel_param_ops timeout_ops = {
	.set = timeout_set,
	.get = param_get_uint,
};

unsigned int vouch_timeout_ms = 5000;
module_param_cb(timeout_ms, &timeout_ops, &vouch_timeout_ms, 0644);
__MODULE_PARM_TYPE(timeout_ms, "uint");
MODULE_PARM_DESC(timeout_ms, "longest wait for one answer of the card, in ms (default: 5000)");

/*
 * The hooks come first, so that nothing is loaded between the list of modules
 * that are present, recorded in probe, and the first load that is seen.
 */
static int __init vouch_init(void)
{
	int rc;

	rc = class_register(&vouch_class);
	if (rc)
		return rc;
	rc = vouch_chardev_init();
	if (rc)
		goto err_class;
	rc = vouch_hooks_init();
	if (rc)
		goto err_chardev;
	rc = pci_register_driver(&vouch_pci_driver);
	if (rc)
		goto err_hooks;
	vouch_tsm_init();
	return 0;

err_hooks:
	vouch_peer_exit();
	vouch_hooks_exit();
err_chardev:
	vouch_chardev_exit();
err_class:
	class_unregister(&vouch_class);
	return rc;
}

static void __exit vouch_exit(void)
{
	vouch_tsm_exit();
	/* While there is a card to tell. */
	vouch_step_flush();
	pci_unregister_driver(&vouch_pci_driver);
	vouch_peer_exit();
	vouch_hooks_exit();
	vouch_chardev_exit();
	class_unregister(&vouch_class);
}

module_init(vouch_init);
module_exit(vouch_exit);

MODULE_VERSION("0.1");
MODULE_DESCRIPTION("Card that keeps and vouches for the history of its host");
MODULE_AUTHOR("The vouch authors");
MODULE_LICENSE("GPL");
