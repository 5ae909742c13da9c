// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules that are there: what was loaded before the card was, by name and
 * build-id. Their content is measured when it is loaded (file.c).
 */

#include <linux/elf.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "event.h"
#include "hook.h"
#include "measure.h"
#include "patches.h"
#include "policy.h"
#include "record.h"

#define BUILD_ID_NOTE 3
#define BUILD_ID_MAX 64

struct present {
	char name[MODULE_NAME_LEN];
	u8 id[BUILD_ID_MAX];
	size_t id_len;
};

/*
 * Tasks whose module was measured and is on its way to the notifier. A slot
 * that two tasks share costs a superfluous record, never a missing one.
 */
#define MEASURED_BITS 6
struct measured {
	const struct task_struct *task;
	bool hashed;
	u8 digest[VOUCH_DIGEST_SIZE];
	u64 number;
};

static struct measured measured[1 << MEASURED_BITS];
static DEFINE_SPINLOCK(measured_lock);

/* Of the kernel, not exported. */
static struct list_head *modules;

/**
 * vouch_module_measured() - the current task's module has been dealt with
 * @digest: of its content, or NULL
 * @number: of its record, or VOUCH_NO_REF
 *
 * What reaches the notifier without this was read before there was a card.
 *
 * Context: the task that loads it, process context.
 */
void vouch_module_measured(const u8 *digest, u64 number)
{
	struct measured *slot = &measured[hash_ptr(current, MEASURED_BITS)];

	guard(spinlock)(&measured_lock);
	slot->task = current;
	slot->hashed = digest;
	slot->number = number;
	if (digest)
		memcpy(slot->digest, digest, sizeof(slot->digest));
}

static bool module_was_measured(struct measured *how)
{
	struct measured *slot = &measured[hash_ptr(current, MEASURED_BITS)];

	guard(spinlock)(&measured_lock);
	*how = *slot;
	if (how->task != current)
		return false;
	slot->task = NULL;
	return true;
}

/* KASAN keeps bytes between a module's constants from being read. */
static noinline __no_sanitize_address bool is_build_id(const struct elf32_note *note)
{
	const char *name = (const char *)(note + 1);

	return note->n_namesz == 4 && note->n_type == BUILD_ID_NOTE &&
	       name[0] == 'G' && name[1] == 'N' && name[2] == 'U' && !name[3];
}

/*
 * The note with the build-id, of which the module keeps no pointer, is in its
 * read-only data.
 */
static size_t module_build_id(const struct module *mod, u8 *id)
{
	const struct module_memory *mem = &mod->mem[MOD_RODATA];
	const size_t head = sizeof(struct elf32_note) + 4;

	for (size_t at = 0; at + head <= mem->size; at += 4) {
		const struct elf32_note *note = mem->base + at;

		if (!is_build_id(note))
			continue;
		if (!note->n_descsz || note->n_descsz > BUILD_ID_MAX ||
		    note->n_descsz > mem->size - at - head)
			continue;
		memcpy(id, mem->base + at + head, note->n_descsz);
		return note->n_descsz;
	}
	return 0;
}

static void present_fill(struct present *present, const struct module *mod)
{
	strscpy(present->name, mod->name, sizeof(present->name));
	present->id_len = module_build_id(mod, present->id);
}

static int present_write(const struct present *present, u64 *number)
{
	return vouch_event_write_id(VOUCH_REC_MODULE_PRESENT, present->name, present->id,
				    present->id_len, number);
}

/* Returns how many there are, and fills in as many as fit. */
static size_t present_list(struct present *list, size_t room)
{
	const struct module *mod;
	size_t n = 0;

	guard(rcu)();
	list_for_each_entry_rcu(mod, modules, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		if (n < room)
			present_fill(&list[n], mod);
		n++;
	}
	return n;
}

/**
 * vouch_module_present() - record every module that is there
 *
 * One that is on its way is caught by the notifier, or was measured.
 *
 * Context: process context, sleeps; after vouch_event_arm().
 * Return: 0 or a negative errno.
 */
int vouch_module_present(void)
{
	size_t room = present_list(NULL, 0) + 16;
	u64 number;
	int err = 0;

	while (vouch_policy_measures(VOUCH_REC_MODULE_PRESENT)) {
		struct present *list __free(kvfree) =
			kvcalloc(room, sizeof(*list), GFP_KERNEL);
		size_t n;

		if (!list)
			return -ENOMEM;
		n = present_list(list, room);
		if (n > room) {
			room = n + 16;
			continue;
		}
		for (size_t i = 0; !err && i < n; i++) {
			err = present_write(&list[i], &number);
			/* A card that fails now is not waited for with every one. */
			if (!err && number == VOUCH_NO_REF)
				err = -EIO;
		}
		return err;
	}
	return 0;
}

static int module_coming(struct module *mod)
{
	struct present present;
	struct measured how;
	bool was_measured = module_was_measured(&how);
	int err;

	if (!strcmp(mod->name, "kvm")) {
		err = vouch_kvm_coming();
		if (err)
			err = vouch_event_unmeasured(VOUCH_REC_VM_START, "(all)", err);
		if (err)
			return err;
	}
	if (!was_measured && vouch_event_armed()) {
		present_fill(&present, mod);
		err = present_write(&present, NULL);
		if (err)
			return err;
	}
	if (!is_livepatch_module(mod))
		return 0;
	if (!was_measured)
		return vouch_patch_keep(mod, NULL, VOUCH_NO_REF);
	return vouch_patch_keep(mod, how.hashed ? how.digest : NULL, how.number);
}

static int module_notify(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *mod = data;
	bool is_kvm = !strcmp(mod->name, "kvm");
	int err = 0;

	if (state == MODULE_STATE_COMING)
		err = module_coming(mod);
	if (state == MODULE_STATE_GOING)
		vouch_patch_forget(mod);
	/* Who refuses is not told that the module goes. */
	if (is_kvm && (err || state == MODULE_STATE_GOING)) {
		vouch_kvm_going();
		vouch_vmcount_tell(false);
	}
	return notifier_from_errno(err);
}

static struct notifier_block notifier = { .notifier_call = module_notify };

/* The list is a ring that this module is in: any other symbol is not on it. */
static bool list_is_ours(const struct list_head *head)
{
	const struct list_head *at;

	guard(rcu)();
	for (at = rcu_dereference(list_next_rcu(&THIS_MODULE->list)); at != &THIS_MODULE->list;
	     at = rcu_dereference(list_next_rcu(at)))
		if (at == head)
			return true;
	return false;
}

/**
 * vouch_module_init() - follow modules, and KVM among them
 *
 * Context: process context, sleeps; in this module's init function.
 * Return: 0 or a negative errno.
 */
int vouch_module_init(void)
{
	int err;

	modules = (struct list_head *)vouch_hook_lookup("modules");
	if (!modules || !list_is_ours(modules))
		return -ENOENT;
	err = register_module_notifier(&notifier);
	if (err)
		return err;
	err = vouch_kvm_coming();
	if (err && err != -ENOENT && vouch_fail_closed) {
		unregister_module_notifier(&notifier);
		return err;
	}
	return 0;
}

/**
 * vouch_module_exit() - no more of that
 *
 * Context: the module's exit function.
 */
void vouch_module_exit(void)
{
	unregister_module_notifier(&notifier);
	vouch_kvm_going();
}
