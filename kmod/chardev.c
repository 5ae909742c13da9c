// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/vouchN: size-first ioctls (uapi/vouch/ioctl.h). An open file keeps the
 * card's memory, not its hardware: after removal each call returns ENODEV.
 */

#include <linux/fs.h>

#include "card.h"

#define MINORS	(MINORMASK + 1)

static dev_t first_dev;

/* The cdev, which the file holds, holds the card's device. */
static int card_open(struct inode *inode, struct file *file)
{
	file->private_data = container_of(inode->i_cdev, struct vouch_card, cdev);
	return nonseekable_open(inode, file);
}

static const struct file_operations card_fops = {
	.owner = THIS_MODULE,
	.open = card_open,
	.unlocked_ioctl = vouch_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/**
 * vouch_chardev_add - show the card to user space: /dev/vouchN and sysfs
 * @card: the card, attached
 *
 * Context: probe, sleeps.
 * Return: 0 or a negative errno.
 */
int vouch_chardev_add(struct vouch_card *card)
{
	if (card->number >= MINORS)
		return -ENOSPC;
	card->dev.devt = first_dev + card->number;
	cdev_init(&card->cdev, &card_fops);
	card->cdev.owner = THIS_MODULE;
	return cdev_device_add(&card->cdev, &card->dev);
}

/**
 * vouch_chardev_remove - take it away again
 * @card: the card, its commands failed, so that readers of sysfs return
 *
 * Context: process context, sleeps until readers of sysfs have left.
 */
void vouch_chardev_remove(struct vouch_card *card)
{
	cdev_device_del(&card->cdev, &card->dev);
}

/**
 * vouch_chardev_init - reserve device numbers, once for the module
 *
 * Context: the module's init function.
 */
int vouch_chardev_init(void)
{
	return alloc_chrdev_region(&first_dev, 0, MINORS, "vouch");
}

/**
 * vouch_chardev_exit - give them back
 *
 * Context: the module's exit function.
 */
void vouch_chardev_exit(void)
{
	unregister_chrdev_region(first_dev, MINORS);
}
