// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test only: takes a driver through the steps of PCI error recovery, for a
 * function without AER, which aer_inject will not touch. Never stays loaded.
 */

#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>

static char *device = "";
module_param(device, charp, 0);
MODULE_PARM_DESC(device, "PCI address of the function");

static bool fatal;
module_param(fatal, bool, 0);
MODULE_PARM_DESC(fatal, "the device is lost for good: no second step");

/* As pcie_do_recovery() does it: the lock is held for each step, not for all. */
static int aer_recover(struct pci_dev *pdev, const struct pci_error_handlers *errors)
{
	pci_channel_state_t state = fatal ? pci_channel_io_perm_failure : pci_channel_io_frozen;
	pci_ers_result_t result;

	pci_save_state(pdev);
	scoped_guard(device, &pdev->dev)
		result = errors->error_detected(pdev, state);
	if (fatal)
		return result == PCI_ERS_RESULT_DISCONNECT ? -ECANCELED : -EPROTO;
	if (result != PCI_ERS_RESULT_NEED_RESET)
		return -EPROTO;
	scoped_guard(device, &pdev->dev) {
		if (__pci_reset_function_locked(pdev))
			return -EIO;
		result = errors->slot_reset(pdev);
		if (result == PCI_ERS_RESULT_RECOVERED)
			errors->resume(pdev);
	}
	return result == PCI_ERS_RESULT_RECOVERED ? -ECANCELED : -EPROTO;
}

/* -ECANCELED is success: there is nothing left to do. */
static int __init aer_init(void)
{
	struct pci_dev *pdev __free(pci_dev_put) = NULL;

	for_each_pci_dev(pdev)
		if (!strcmp(pci_name(pdev), device))
			break;
	if (!pdev || !pdev->driver || !pdev->driver->err_handler)
		return -ENODEV;
	return aer_recover(pdev, pdev->driver->err_handler);
}

module_init(aer_init);

MODULE_DESCRIPTION("Test of PCI error recovery");
MODULE_LICENSE("GPL");
