// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other functions of cards on this machine: is it a host? There a guest's
 * function is there for vfio-pci, and takes nothing of this kernel's.
 */

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include "card.h"

#define for_each_function(pdev)								\
	for ((pdev) = NULL;								\
	     ((pdev) = pci_get_device(VOUCH_PCI_VENDOR_ID, VOUCH_PCI_DEVICE_ID, (pdev)));)

static void peers_release(struct work_struct *work);
static DECLARE_WORK(release, peers_release);

/* Whoever drives it may be using it, and this driver knows its own. */
static bool peer_is_host(struct pci_dev *pdev)
{
	void __iomem *regs;
	bool is_host;

	if (pdev->dev.driver || pci_resource_len(pdev, VOUCH_BAR_REGS) < VOUCH_BAR_REGS_SIZE ||
	    pci_enable_device_mem(pdev))
		return false;
	regs = pci_iomap(pdev, VOUCH_BAR_REGS, VOUCH_BAR_REGS_SIZE);
	is_host = regs && readl(regs + VOUCH_REG_MAGIC) == VOUCH_MAGIC &&
		  !(readl(regs + VOUCH_REG_FUNCTION) & VOUCH_FUNCTION_ROLE_MASK);
	if (regs)
		pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
	return is_host;
}

/**
 * vouch_peer_find_host - is there a host's function that is yet to be probed
 *
 * Context: sleeps; probe of another function.
 */
bool vouch_peer_find_host(void)
{
	struct pci_dev *pdev;

	for_each_function(pdev) {
		if (!peer_is_host(pdev))
			continue;
		pci_dev_put(pdev);
		return true;
	}
	return false;
}

/* That is for good: unbinding and binding by hand are not for this driver. */
static bool peer_is_guest(struct pci_dev *pdev)
{
	struct vouch_card *card;

	guard(device)(&pdev->dev);
	if (pci_dev_driver(pdev) != &vouch_pci_driver)
		return false;
	card = pci_get_drvdata(pdev);
	return card && card->role == VOUCH_ROLE_GUEST;
}

static void peers_release(struct work_struct *work)
{
	struct pci_dev *pdev;

	/* Else vfio-pci may have it by the time that its driver is released. */
	if (!try_module_get(THIS_MODULE))
		return;
	for_each_function(pdev) {
		if (!peer_is_guest(pdev))
			continue;
		dev_info(&pdev->dev, "guest function: left free for a VM\n");
		device_release_driver(&pdev->dev);
	}
	module_put(THIS_MODULE);
}

/**
 * vouch_peer_release - leave guest functions free for VMs, soon
 *
 * For those that were there before the host's. Context: any.
 */
void vouch_peer_release(void)
{
	queue_work(system_long_wq, &release);
}

/** vouch_peer_exit - no more of that; the driver is unregistered */
void vouch_peer_exit(void)
{
	cancel_work_sync(&release);
}
