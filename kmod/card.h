/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_CARD_H
#define _VOUCH_CARD_H

/*
 * One function of a card, as this driver holds it. Whoever sends a command
 * holds @lock for reading; whoever takes the queue away first fails it, which
 * wakes them, and then takes @lock for writing to see the last one leave.
 */

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <vouch/regs.h>
#include <vouch/wire.h>

#include "queue.h"

enum vouch_state {
	VOUCH_RECOVERING,	/* before the first attach, and around a reset */
	VOUCH_READY,
	VOUCH_GONE,
};

/**
 * struct vouch_window - a stretch of the log that sysfs has read last
 * @lock: one reader at a time
 * @buf: VOUCH_TRANSFER_MAX bytes, allocated when first read
 * @base: byte offset in the log of the first byte in @buf
 * @len: bytes in @buf
 * @next: number of the first record after @buf
 */
struct vouch_window {
	struct mutex lock;	/* protects the rest */
	u8 *buf;
	u64 base;
	u32 len;
	u64 next;
};

/**
 * struct vouch_card - one PCI function
 * @dev: in class vouch; its release frees all of this
 * @cdev: /dev/vouchN
 * @pdev: valid while @dev's parent is bound
 * @regs: BAR 0
 * @number: N
 * @function: the card's number for this function
 * @role: VOUCH_ROLE_*
 * @state: changes under @lock held for writing
 * @lock: see above
 * @settled: woken when @state changes
 * @queue: rings and commands in flight
 * @identity: as read at the last attach
 * @recover: resets a function that stopped answering
 * @patience: not before these jiffies
 * @asking: held for reading by who asks for evidence, for writing by who must
 *	know that its own is the last
 * @retired: removed or shut down; never attached again
 * @follow: asks which instance this is, when the card says that it changed
 * @unassigned: a guest's function that has no instance
 * @instance: of a guest's function, when last asked; then it was recorded what
 *	this kernel is
 * @recorded: since the last attach, its log has all that this kernel said then
 * @window: for the sysfs file "log"
 * @near: held by the one that has the function's proximity session
 */
struct vouch_card {
	struct device dev;
	struct cdev cdev;
	struct pci_dev *pdev;
	void __iomem *regs;
	int number;
	u16 function;
	u16 role;
	enum vouch_state state;
	struct rw_semaphore lock;
	wait_queue_head_t settled;
	struct vouch_queue queue;
	struct vouch_identity identity;
	struct delayed_work recover;
	u64 patience;
	struct rw_semaphore asking;
	bool retired;
	struct work_struct follow;
	bool unassigned;
	bool recorded;
	u8 instance[VOUCH_INSTANCE_SIZE];
	struct vouch_window window;
	struct mutex near;	/* one session; protects no data */
};

/**
 * vouch_card_check() - may commands be sent
 * @card: the caller holds its lock
 *
 * Return: 0; -EAGAIN while it recovers; -ENODEV where it is gone.
 */
static inline int vouch_card_check(const struct vouch_card *card)
{
	if (card->state == VOUCH_READY)
		return 0;
	return card->state == VOUCH_GONE ? -ENODEV : -EAGAIN;
}

static inline struct vouch_card *to_vouch_card(struct device *dev)
{
	return container_of(dev, struct vouch_card, dev);
}

struct vouch_card *vouch_card_alloc(struct pci_dev *pdev);
void vouch_card_put(void *card);
int vouch_card_attach(struct vouch_card *card);
void vouch_card_detach(struct vouch_card *card, enum vouch_state state);
void vouch_card_set_state(struct vouch_card *card, enum vouch_state state);
int vouch_card_run(struct vouch_card *card, struct vouch_request *req);
bool vouch_card_suspect(struct vouch_card *card);

/* instance.c */
int vouch_instance_look(struct vouch_card *card, bool *fresh);
void vouch_instance_changed(struct work_struct *work);

/* peer.c */
bool vouch_peer_find_host(void);
void vouch_peer_release(void);
void vouch_peer_exit(void);

/* target.c */
struct device *vouch_target_get(void);
bool vouch_target_is_host(void);
void vouch_target_set_host(void);
void vouch_target_attach(struct vouch_card *card);
void vouch_target_follow(struct vouch_card *card);
void vouch_target_detach(struct vouch_card *card);
void vouch_target_suspect(struct vouch_card *card);
int vouch_target_may(struct vouch_card *card, const struct vouch_request *req);
int vouch_target_turn(struct vouch_card *card, const struct vouch_request *req);
int vouch_target_settle(struct vouch_card *card);

/* boot.c */
bool vouch_boot_is_recorded(struct vouch_card *card);

/* chardev.c */
int vouch_chardev_init(void);
void vouch_chardev_exit(void);
int vouch_chardev_add(struct vouch_card *card);
void vouch_chardev_remove(struct vouch_card *card);

/* ioctl.c */
struct file;
long vouch_ioctl(struct file *file, unsigned int cmd, unsigned long to);

/* near.c */
struct vouch_ioc_proximity;
int vouch_near_run(struct vouch_card *card, struct vouch_ioc_proximity *arg);

/* sysfs.c */
extern const struct class vouch_class;

/* pci.c */
extern struct pci_driver vouch_pci_driver;

#endif /* _VOUCH_CARD_H */
