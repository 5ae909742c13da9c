// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI driver: probe, removal, kexec, resets and errors.
 */

#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>

#include "card.h"
#include "record.h"
#include "trace.h"

static bool guests;
module_param(guests, bool, 0444);
MODULE_PARM_DESC(guests, "drive guest functions on the host too, instead of leaving them to VMs (default: false)");

static irqreturn_t queue_interrupt(int irq, void *data)
{
	u64 now = ktime_get_raw_ns();
	struct vouch_card *card = data;

	trace_vouch_interrupt(card->number, card->function, now);
	/* The kernel switches off what interrupts for nothing without end. */
	return IRQ_RETVAL(vouch_ring_reap(card, now, true));
}

static irqreturn_t event_interrupt(int irq, void *data)
{
	struct vouch_card *card = data;
	bool mine = vouch_card_suspect(card);

	if (card->role == VOUCH_ROLE_GUEST) {
		vouch_target_suspect(card);
		mine |= queue_work(system_long_wq, &card->follow);
	}
	return IRQ_RETVAL(mine);
}

/* For a probe that fails after interrupts may have asked for it. */
static void work_cancel(void *data)
{
	struct vouch_card *card = data;

	disable_delayed_work_sync(&card->recover);
	disable_work_sync(&card->follow);
}

static int interrupts_request(struct vouch_card *card)
{
	struct pci_dev *pdev = card->pdev;
	int rc;

	rc = devm_add_action_or_reset(&pdev->dev, work_cancel, card);
	if (rc)
		return rc;
	rc = pci_alloc_irq_vectors(pdev, VOUCH_VECTORS, VOUCH_VECTORS, PCI_IRQ_MSIX);
	if (rc < 0)
		return rc;
	rc = devm_request_irq(&pdev->dev, pci_irq_vector(pdev, VOUCH_VECTOR_EVENT),
			      event_interrupt, 0, dev_name(&card->dev), card);
	if (rc)
		return rc;
	return devm_request_irq(&pdev->dev, pci_irq_vector(pdev, VOUCH_VECTOR_QUEUE),
				queue_interrupt, 0, dev_name(&card->dev), card);
}

/* A card that stopped under a previous kernel can only be reset. */
static int fatal_clear(struct vouch_card *card)
{
	u32 status = readl(card->regs + VOUCH_REG_STATUS);
	int rc;

	if (PCI_POSSIBLE_ERROR(status))
		return -ENODEV;
	if (!(status & VOUCH_STATUS_FATAL))
		return 0;
	pci_save_state(card->pdev);
	rc = __pci_reset_function_locked(card->pdev);
	pci_restore_state(card->pdev);
	return rc;
}

/*
 * Beside the host's function a guest's is there for vfio-pci. Taking it would
 * keep it, because this driver cannot be unbound by hand.
 */
static bool function_is_for_vm(struct vouch_card *card)
{
	u32 function = readl(card->regs + VOUCH_REG_FUNCTION);

	if ((function & VOUCH_FUNCTION_ROLE_MASK) >> VOUCH_FUNCTION_ROLE_SHIFT !=
	    VOUCH_ROLE_GUEST)
		return false;
	if (!vouch_target_is_host() && vouch_peer_find_host())
		vouch_target_set_host();
	return vouch_target_is_host() && !guests;
}

/* From here on the card does nothing to this machine, and nobody asks it to. */
static void card_quiesce(struct vouch_card *card)
{
	card->retired = true;
	vouch_card_detach(card, VOUCH_GONE);
	vouch_target_detach(card);
	work_cancel(card);
	pci_clear_master(card->pdev);
}

static int card_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct vouch_card *card;
	int rc;

	card = vouch_card_alloc(pdev);
	if (IS_ERR(card))
		return PTR_ERR(card);
	rc = devm_add_action_or_reset(dev, vouch_card_put, card);
	if (rc)
		return rc;
	rc = pcim_enable_device(pdev);
	if (rc)
		return rc;
	if (pci_resource_len(pdev, VOUCH_BAR_REGS) < VOUCH_BAR_REGS_SIZE)
		return dev_err_probe(dev, -EIO, "BAR %d is too small\n", VOUCH_BAR_REGS);
	card->regs = pcim_iomap_region(pdev, VOUCH_BAR_REGS, "vouch");
	if (IS_ERR(card->regs))
		return PTR_ERR(card->regs);
	if (function_is_for_vm(card)) {
		dev_info(dev, "guest function %u: left free for a VM\n",
			 readl(card->regs + VOUCH_REG_FUNCTION) & VOUCH_FUNCTION_NUMBER_MASK);
		return -ENODEV;
	}
	rc = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (rc)
		return rc;
	rc = fatal_clear(card);
	if (rc)
		return dev_err_probe(dev, rc, "the card is stopped and cannot be reset\n");
	rc = vouch_queue_alloc(card);
	if (rc)
		return rc;
	rc = interrupts_request(card);
	if (rc)
		return dev_err_probe(dev, rc, "no interrupts\n");
	pci_set_drvdata(pdev, card);
	rc = vouch_card_attach(card);
	if (rc)
		return dev_err_probe(dev, rc, "the card does not start\n");
	rc = vouch_chardev_add(card);
	if (rc) {
		card_quiesce(card);
		return rc;
	}
	/* For card_slot_reset(): 6.12 keeps no copy by itself. */
	pci_save_state(pdev);
	if (card->role == VOUCH_ROLE_HOST && !guests)
		vouch_peer_release();
	dev_info(&card->dev, "function %u, %s role\n", card->function,
		 card->role == VOUCH_ROLE_HOST ? "host" : "guest");
	return 0;
}

static void card_remove(struct pci_dev *pdev)
{
	struct vouch_card *card = pci_get_drvdata(pdev);

	card_quiesce(card);
	vouch_chardev_remove(card);
}

/* kexec: the next kernel must find neither DMA nor interrupts under way. */
static void card_shutdown(struct pci_dev *pdev)
{
	struct vouch_card *card = pci_get_drvdata(pdev);

	card_quiesce(card);
	devm_free_irq(&pdev->dev, pci_irq_vector(pdev, VOUCH_VECTOR_QUEUE), card);
	devm_free_irq(&pdev->dev, pci_irq_vector(pdev, VOUCH_VECTOR_EVENT), card);
	pci_free_irq_vectors(pdev);
}

static void card_reset_prepare(struct pci_dev *pdev)
{
	vouch_card_detach(pci_get_drvdata(pdev), VOUCH_RECOVERING);
}

static void card_reset_done(struct pci_dev *pdev)
{
	struct vouch_card *card = pci_get_drvdata(pdev);
	int rc;

	/* The last step of an error's recovery may find that all is well again. */
	if (card->state == VOUCH_READY)
		return;
	rc = vouch_card_attach(card);
	if (rc)
		dev_err(&card->dev, "the card does not start after a reset: %d\n", rc);
	else
		pci_save_state(pdev);
}

static pci_ers_result_t card_error_detected(struct pci_dev *pdev, pci_channel_state_t error)
{
	bool gone = error == pci_channel_io_perm_failure;

	vouch_card_detach(pci_get_drvdata(pdev), gone ? VOUCH_GONE : VOUCH_RECOVERING);
	return gone ? PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t card_slot_reset(struct pci_dev *pdev)
{
	pci_restore_state(pdev);
	/* That used up the copy. */
	pci_save_state(pdev);
	return PCI_ERS_RESULT_RECOVERED;
}

/*
 * Nobody resets the function while it sleeps. A suspend to idle leaves the card
 * its power and its log: there the core must not turn it off, which it leaves
 * to whoever has saved the device's state.
 */
static int card_suspend(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct vouch_card *card = pci_get_drvdata(pdev);

	if (pm_suspend_target_state == PM_SUSPEND_TO_IDLE)
		pci_save_state(pdev);
	else if (card->state != VOUCH_GONE)
		vouch_card_detach(card, VOUCH_RECOVERING);
	disable_delayed_work_sync(&card->recover);
	return 0;
}

static int card_resume(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct vouch_card *card = pci_get_drvdata(pdev);

	enable_delayed_work(&card->recover);
	if (card->state == VOUCH_RECOVERING && vouch_card_attach(card))
		dev_err(&card->dev, "the card does not start after a sleep\n");
	/* The core has used up the copy. */
	pci_save_state(pdev);
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(card_sleep, card_suspend, card_resume);

static const struct pci_error_handlers card_errors = {
	.reset_prepare = card_reset_prepare,
	.reset_done = card_reset_done,
	.error_detected = card_error_detected,
	.slot_reset = card_slot_reset,
	.resume = card_reset_done,
};

static const struct pci_device_id card_ids[] = {
	{ PCI_DEVICE(VOUCH_PCI_VENDOR_ID, VOUCH_PCI_DEVICE_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, card_ids);

/* Unbinding by sysfs would leave a gap in the host's history for a keystroke. */
struct pci_driver vouch_pci_driver = {
	.name = "vouch",
	.id_table = card_ids,
	.probe = card_probe,
	.remove = card_remove,
	.shutdown = card_shutdown,
	.err_handler = &card_errors,
	.driver = {
		.pm = pm_sleep_ptr(&card_sleep),
		.suppress_bind_attrs = true,
	},
};
