// SPDX-License-Identifier: GPL-2.0-only
/* One function of a card, from allocation over attach and detach to the last open file. */

#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "card.h"
#include "command.h"
#include "record.h"

#define RECOVER_INTERVAL	(10 * HZ)

static DEFINE_IDA(numbers);

static void card_release(struct device *dev)
{
	struct vouch_card *card = to_vouch_card(dev);

	ida_free(&numbers, card->number);
	kvfree(card->window.buf);
	kfree(card);
}

/* Queues of a card in this status do not run; it may be gone altogether. */
static bool status_is_dead(u32 status)
{
	return PCI_POSSIBLE_ERROR(status) || (status & VOUCH_STATUS_FATAL) ||
	       !(status & VOUCH_STATUS_READY);
}

/* Not during a reset, when registers read as if the card were gone. */
static int card_diagnose(struct vouch_card *card, bool *dead)
{
	u32 status = readl(card->regs + VOUCH_REG_STATUS);
	int rc = 0;

	if (card->state == VOUCH_GONE)
		return 0;
	if (PCI_POSSIBLE_ERROR(status))
		return -ENODEV;
	/* A reset that began long ago and never ended. */
	*dead = card->state == VOUCH_RECOVERING || status_is_dead(status);
	if (!*dead)
		rc = vouch_queue_listen(&card->queue, dead);
	if (*dead)
		dev_err(&card->dev, "the card %s: resetting its function\n",
			status_is_dead(status) ? "stopped its queues" : "stopped answering");
	return rc;
}

/*
 * The function's reset ends in an attach, which is what counts: a reset that
 * says it failed has not harmed a card that answers again.
 */
static int card_revive(struct vouch_card *card)
{
	bool dead = false;
	int rc;

	/* One that dies again at once does not get to fill its own log. */
	if (time_before64(get_jiffies_64(), card->patience))
		return -EAGAIN;
	rc = card_diagnose(card, &dead);
	if (!rc && dead) {
		card->patience = get_jiffies_64() + RECOVER_INTERVAL;
		vouch_queue_fail(&card->queue, -EAGAIN);
		vouch_card_set_state(card, VOUCH_RECOVERING);
		rc = pci_reset_function_locked(card->pdev);
		if (card->state == VOUCH_READY)
			rc = 0;
	}
	if (rc && rc != -EAGAIN) {
		dev_err(&card->dev, "the card is gone: %d\n", rc);
		vouch_card_detach(card, VOUCH_GONE);
	}
	return rc;
}

/* The locks are only tried: removal waits for this work while holding one. */
static void card_recover(struct work_struct *work)
{
	struct vouch_card *card = container_of(to_delayed_work(work),
					       struct vouch_card, recover);
	int rc = -EAGAIN;

	if (pci_dev_trylock(card->pdev)) {
		rc = card_revive(card);
		pci_dev_unlock(card->pdev);
	}
	if (rc == -EAGAIN)
		queue_delayed_work(system_long_wq, &card->recover, HZ);
}

/**
 * vouch_card_alloc - make the structure for one function
 * @pdev: its PCI device
 *
 * Return: the card, freed by vouch_card_put(); or an ERR_PTR.
 */
struct vouch_card *vouch_card_alloc(struct pci_dev *pdev)
{
	struct vouch_card *card = kzalloc(sizeof(*card), GFP_KERNEL);
	int number;

	if (!card)
		return ERR_PTR(-ENOMEM);
	number = ida_alloc(&numbers, GFP_KERNEL);
	if (number < 0) {
		kfree(card);
		return ERR_PTR(number);
	}
	card->number = number;
	card->pdev = pdev;
	card->state = VOUCH_RECOVERING;
	init_rwsem(&card->lock);
	init_rwsem(&card->asking);
	init_waitqueue_head(&card->settled);
	INIT_DELAYED_WORK(&card->recover, card_recover);
	INIT_WORK(&card->follow, vouch_instance_changed);
	mutex_init(&card->window.lock);
	mutex_init(&card->near);
	device_initialize(&card->dev);
	card->dev.class = &vouch_class;
	card->dev.parent = &pdev->dev;
	card->dev.release = card_release;
	if (dev_set_name(&card->dev, "vouch%d", number)) {
		put_device(&card->dev);
		return ERR_PTR(-ENOMEM);
	}
	return card;
}

/**
 * vouch_card_put - drop a reference
 * @card: a struct vouch_card; typed for devm_add_action_or_reset()
 */
void vouch_card_put(void *card)
{
	put_device(&((struct vouch_card *)card)->dev);
}

/**
 * vouch_card_set_state - change the state and tell those who wait for it
 * @card: the card
 * @state: the new state; from VOUCH_GONE leads a successful attach, or on the
 *	way to one the begin of a reset or of an error's recovery
 *
 * Returns after the last command that ran in the old state has left; where
 * commands must not be waited for, they have been failed before. Context:
 * sleeps.
 */
void vouch_card_set_state(struct vouch_card *card, enum vouch_state state)
{
	scoped_guard(rwsem_write, &card->lock)
		WRITE_ONCE(card->state, state);
	wake_up_all(&card->settled);
	if (device_is_registered(&card->dev))
		sysfs_notify(&card->dev.kobj, NULL, "state");
}

static int card_check(struct vouch_card *card)
{
	u32 magic = readl(card->regs + VOUCH_REG_MAGIC);
	u32 version = readl(card->regs + VOUCH_REG_VERSION);
	u32 function = readl(card->regs + VOUCH_REG_FUNCTION);

	if (PCI_POSSIBLE_ERROR(magic) || PCI_POSSIBLE_ERROR(version))
		return -ENODEV;
	if (magic != VOUCH_MAGIC || version >> 16 != VOUCH_VERSION >> 16) {
		dev_err(&card->pdev->dev, "not a card this driver knows: magic %#x, version %#x\n",
			magic, version);
		return -EIO;
	}
	card->function = function & VOUCH_FUNCTION_NUMBER_MASK;
	card->role = (function & VOUCH_FUNCTION_ROLE_MASK) >> VOUCH_FUNCTION_ROLE_SHIFT;
	return 0;
}

/**
 * vouch_card_attach - start the queue and learn who answers
 * @card: the card, in any state but VOUCH_READY
 *
 * On success the card is VOUCH_READY and, on the host's function, this kernel
 * has been recorded; on failure it is VOUCH_GONE. Return: 0 or a negative
 * errno. Context: sleeps; probe, or after a reset.
 */
int vouch_card_attach(struct vouch_card *card)
{
	int rc = card->retired ? -ENODEV : card_check(card);

	/* What ends here needs no guard; one that is pending would hide a death. */
	cancel_delayed_work(&card->recover);
	if (!rc)
		rc = vouch_queue_start(card);
	if (!rc)
		rc = vouch_command_greet(card);
	if (rc) {
		vouch_card_detach(card, VOUCH_GONE);
		return rc;
	}
	vouch_target_attach(card);
	return 0;
}

/**
 * vouch_card_detach - take the queue away from everyone and stop it
 * @card: the card
 * @state: VOUCH_RECOVERING or VOUCH_GONE
 *
 * After this the card does no DMA, or is no bus master. Context: sleeps, for
 * as long as the time-out.
 */
void vouch_card_detach(struct vouch_card *card, enum vouch_state state)
{
	int rc;

	vouch_queue_fail(&card->queue, state == VOUCH_GONE ? -ENODEV : -EAGAIN);
	vouch_card_set_state(card, state);
	/* Whoever waits for the end of a reset does not wait for ever. */
	if (state == VOUCH_RECOVERING)
		mod_delayed_work(system_long_wq, &card->recover,
				 4 * msecs_to_jiffies(vouch_timeout_ms));
	rc = vouch_queue_stop(card);
	if (rc)
		dev_warn(&card->pdev->dev, "the card did not confirm that it stopped: %d\n", rc);
}

static int card_run_once(struct vouch_card *card, struct vouch_request *req)
{
	int rc;

	guard(rwsem_read)(&card->lock);
	rc = vouch_card_check(card) ?: vouch_target_may(card, req);
	if (rc)
		return rc;
	rc = vouch_queue_run(card, req);
	/* Here, since without the lock a removal may have unmapped its registers. */
	if (rc == -ETIMEDOUT)
		vouch_card_suspect(card);
	return rc;
}

/**
 * vouch_card_run - send a command, if the card is ready
 * @card: the card
 * @req: see vouch_queue_run()
 *
 * What appends to the host's log waits until this kernel has said what it is,
 * no longer than the time-out, and then returns -EAGAIN.
 *
 * Return: as vouch_queue_run(); -EAGAIN while recovering, -ENODEV when gone.
 * Context: sleeps.
 */
int vouch_card_run(struct vouch_card *card, struct vouch_request *req)
{
	int rc;

	/* A reset may come between the end of the wait and the lock. */
	do {
		rc = vouch_target_turn(card, req) ?: card_run_once(card, req);
	} while (rc == -ERESTART);
	return rc;
}

/**
 * vouch_card_suspect - look after a card that may be dead
 * @card: the card
 *
 * Another time-out from now the function is reset, if vouch_queue_listen() says so.
 * Return: whether its registers say that it is dead. Context: any.
 */
bool vouch_card_suspect(struct vouch_card *card)
{
	bool dead = status_is_dead(readl(card->regs + VOUCH_REG_STATUS));

	if (dead)
		mod_delayed_work(system_long_wq, &card->recover, 0);
	else
		queue_delayed_work(system_long_wq, &card->recover,
				   msecs_to_jiffies(vouch_timeout_ms));
	return dead;
}
