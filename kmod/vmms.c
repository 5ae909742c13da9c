// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the log has of VMMs since the last attach: each content once.
 *
 * Who may open /dev/kvm decides what goes there, and a log is never emptied. So
 * only so many do in an epoch. None of them is forgotten before it ends: two that
 * take turns would fill the log.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "event.h"
#include "kvm.h"
#include "measure.h"
#include "record.h"

struct vmm {
	struct hlist_node by_key;
	struct hlist_node by_digest;
	struct vouch_vmm_key key;
	u8 digest[VOUCH_DIGEST_SIZE];
};

/* Users must not use up what the system's own programs need. */
struct vmm_room {
	const char *whose;
	unsigned int max;
	unsigned int taken;
	bool told;
};

static DEFINE_MUTEX(vmm_lock);	/* protects all of these */
static DEFINE_HASHTABLE(keys, 6);
static DEFINE_HASHTABLE(digests, 6);
static struct vmm_room system_room = { .whose = "root", .max = 1024 };
static struct vmm_room user_room = { .whose = "users", .max = 64 };
static unsigned int vmm_epoch;	/* that they are of */

static atomic_t epoch = ATOMIC_INIT(0);

static void vmms_free(void)
{
	struct hlist_node *next;
	struct vmm *vmm;
	int i;

	hash_init(keys);
	hash_for_each_safe(digests, i, next, vmm, by_digest)
		kfree(vmm);
	hash_init(digests);
}

/* Called with the lock held. */
static void vmms_renew(void)
{
	unsigned int now = atomic_read(&epoch);

	if (vmm_epoch == now)
		return;
	vmms_free();
	system_room.taken = 0;
	user_room.taken = 0;
	system_room.told = false;
	user_room.told = false;
	vmm_epoch = now;
}

static u32 digest_hash(const u8 *digest)
{
	return get_unaligned_le32(digest);
}

static struct vmm *vmm_find(const u8 *digest)
{
	struct vmm *vmm;

	hash_for_each_possible(digests, vmm, by_digest, digest_hash(digest))
		if (!memcmp(vmm->digest, digest, sizeof(vmm->digest)))
			return vmm;
	return NULL;
}

static void vmm_key_set(struct vmm *vmm, const struct vouch_vmm_key *key)
{
	hash_del(&vmm->by_key);
	vmm->key = *key;
	hash_add(keys, &vmm->by_key, key->inode);
}

/**
 * vouch_vmms_have() - is this file's content in the log
 * @key: of it
 *
 * Context: process context, sleeps at most for the driver's time-out for each
 * caller of the others.
 * Return: whether it is, since the last attach.
 */
bool vouch_vmms_have(const struct vouch_vmm_key *key)
{
	struct vmm *vmm;

	guard(mutex)(&vmm_lock);
	vmms_renew();
	hash_for_each_possible(keys, vmm, by_key, key->inode)
		if (!memcmp(&vmm->key, key, sizeof(*key)))
			return true;
	return false;
}

/* The last record that it has. Called with the lock held. */
static void room_tell(struct vmm_room *room)
{
	char text[VOUCH_NAME_MAX + 1];

	if (room->told)
		return;
	room->told = true;
	scnprintf(text, sizeof(text),
		  "vm-start: %u files of %s are recorded, no more until the next attach",
		  room->max, room->whose);
	pr_warn("%s\n", text);
	vouch_event_tell(VOUCH_REC_UNMEASURED, NULL, text, VOUCH_NO_REF);
}

static int room_gone(struct vmm_room *room, const char *name)
{
	if (vouch_fail_closed)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, name, -EDQUOT);
	room_tell(room);
	return 0;
}

static int vmm_add(struct vmm_room *room, const u8 *digest, const char *name,
		   const struct vouch_vmm_key *key)
{
	struct vmm *vmm = kzalloc(sizeof(*vmm), GFP_KERNEL);
	u64 number;
	int err;

	if (!vmm)
		return vouch_event_unmeasured(VOUCH_REC_VM_START, name, -ENOMEM);
	err = vouch_event_write(VOUCH_REC_VM_START, digest, name, VOUCH_NO_REF, &number);
	if (err || number == VOUCH_NO_REF) {
		kfree(vmm);
		return err;
	}
	room->taken++;
	memcpy(vmm->digest, digest, sizeof(vmm->digest));
	hash_add(digests, &vmm->by_digest, digest_hash(digest));
	vmm_key_set(vmm, key);
	return 0;
}

/**
 * vouch_vmms_add() - record a content, if the log does not have it
 * @system: whether only root could have made it
 * @digest: VOUCH_DIGEST_SIZE bytes
 * @name: of its file
 * @key: of its file
 *
 * Context: process context, sleeps at most for the driver's time-out for each
 * caller.
 * Return: 0 if it may make VMs, -EPERM if it must not.
 */
int vouch_vmms_add(bool system, const u8 *digest, const char *name,
		   const struct vouch_vmm_key *key)
{
	struct vmm_room *room = system ? &system_room : &user_room;
	struct vmm *vmm;

	guard(mutex)(&vmm_lock);
	vmms_renew();
	vmm = vmm_find(digest);
	if (vmm) {
		vmm_key_set(vmm, key);
		return 0;
	}
	return room->taken < room->max ? vmm_add(room, digest, name, key) :
					 room_gone(room, name);
}

/**
 * vouch_vmms_take() - room for a record of one that could not be measured
 *
 * That of users, whose file ever it is: whoever runs it can see to it that it
 * cannot be read.
 *
 * Context: process context, sleeps at most for the driver's time-out for each
 * caller.
 * Return: whether there is; if not, the log says so.
 */
bool vouch_vmms_take(void)
{
	guard(mutex)(&vmm_lock);
	vmms_renew();
	if (user_room.taken < user_room.max) {
		user_room.taken++;
		return true;
	}
	room_tell(&user_room);
	return false;
}

/**
 * vouch_vmms_forget() - record each executable again, in a new epoch
 *
 * Takes no lock: who holds it may be waiting for the caller's records.
 *
 * Context: any.
 */
void vouch_vmms_forget(void)
{
	atomic_inc(&epoch);
}

/**
 * vouch_vmms_exit() - nothing is measured any more
 *
 * Context: the module's exit function.
 */
void vouch_vmms_exit(void)
{
	vmms_free();
}
