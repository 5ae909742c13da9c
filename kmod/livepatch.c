// SPDX-License-Identifier: GPL-2.0-only
/*
 * Livepatches: what is put into force and taken out of it. What somebody asks
 * for is recorded first and may be refused; what has come of it is recorded
 * when it is so.
 *
 * A transition ends under klp_mutex, and the card is told right there, so that
 * the log has the kernel's order. Module loads wait for klp_mutex, for as long
 * as the card may take; nothing that the card waits for takes it.
 */

#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/livepatch.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "event.h"
#include "hook.h"
#include "measure.h"
#include "patches.h"
#include "policy.h"

static int patch_enable(struct klp_patch *patch);
static void patch_complete(void);
static ssize_t patch_switch(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *text, size_t size);
static ssize_t patch_force(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *text, size_t size);

/* A kernel that calls them otherwise does not get past the compiler. */
static_assert(__same_type(patch_enable, klp_enable_patch));
static_assert(__same_type(&patch_switch, ((struct kobj_attribute *)0)->store));

VOUCH_HOOK_DEFINE(vouch_patch_enable_hook, "klp_enable_patch", patch_enable);
VOUCH_HOOK_DEFINE(vouch_patch_complete_hook, "klp_complete_transition", patch_complete);
/* More than one function has the name: vouch_livepatch_init() finds these. */
VOUCH_HOOK_DEFINE(vouch_patch_switch_hook, "livepatch:enabled_store", patch_switch);
VOUCH_HOOK_DEFINE(vouch_patch_force_hook, "livepatch:force_store", patch_force);

/* Of the kernel, not exported. */
static struct klp_patch *const *transition;
static struct list_head *patches;
static struct mutex *klp_lock;

static void step_name(char name[VOUCH_NAME_MAX + 1], const char *step, const char *module)
{
	snprintf(name, VOUCH_NAME_MAX + 1, "%s %s", step, module);
}

/* May it happen? */
static int step_write(const struct module *mod, const char *step)
{
	char name[VOUCH_NAME_MAX + 1];
	struct vouch_patch patch;

	vouch_patch_find(mod, &patch);
	step_name(name, step, mod->name);
	return vouch_event_write(VOUCH_REC_LIVEPATCH, patch.hashed ? patch.digest : NULL,
				 name, patch.number, NULL);
}

/* It has happened. */
static void step_tell(const struct module *mod, const char *step)
{
	char name[VOUCH_NAME_MAX + 1];
	struct vouch_patch patch;

	vouch_patch_find(mod, &patch);
	step_name(name, step, mod->name);
	vouch_event_tell(VOUCH_REC_LIVEPATCH, patch.hashed ? patch.digest : NULL, name,
			 patch.number);
}

static bool is_in_transition(const struct klp_patch *patch)
{
	return transition && READ_ONCE(*transition) == patch;
}

/*
 * In the init function of the patch's module. It counts as being in force from
 * before its record is written: a card that is bound now is told of it twice
 * rather than never.
 */
static int patch_enable(struct klp_patch *patch)
{
	const struct module *mod;
	int err = 0;

	vouch_hook_enter();
	mod = patch ? patch->mod : NULL;
	if (mod)
		err = vouch_patch_keep(mod, NULL, VOUCH_NO_REF);
	if (mod && !err) {
		vouch_patch_switch(mod, true);
		err = step_write(mod, "enable");
		if (err)
			vouch_patch_switch(mod, false);
	}
	if (!err) {
		err = static_call(vouch_patch_enable_hook_original)(patch);
		/* Where it came to a transition that has been told. */
		if (err && mod && vouch_patch_switch(mod, false))
			step_tell(mod, "unpatched");
	}
	vouch_hook_leave();
	return err;
}

/* Those below a patch that replaces are out of force, and not freed yet. */
static void replaced_tell(const struct klp_patch *by)
{
	const struct klp_patch *patch;

	list_for_each_entry(patch, patches, list) {
		if (patch == by)
			return;
		vouch_patch_switch(patch->mod, false);
		step_tell(patch->mod, "replaced");
	}
}

/* Under klp_mutex, which keeps the patch. */
static void patch_complete(void)
{
	const struct klp_patch *patch;

	vouch_hook_enter();
	patch = transition ? *transition : NULL;
	static_call(vouch_patch_complete_hook_original)();
	if (patch && patch->enabled) {
		step_tell(patch->mod, "patched");
		if (patch->replace && patches)
			replaced_tell(patch);
	} else if (patch) {
		vouch_patch_switch(patch->mod, false);
		step_tell(patch->mod, "unpatched");
	}
	vouch_hook_leave();
}

/*
 * Without klp_mutex: of two that write at once, one may get another step than
 * the one that is recorded here. What comes of it is recorded as it is.
 */
static ssize_t patch_switch(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *text, size_t size)
{
	const struct klp_patch *patch = container_of(kobj, struct klp_patch, kobj);
	ssize_t rc = 0;
	bool on;

	vouch_hook_enter();
	if (!kstrtobool(text, &on) && on != READ_ONCE(patch->enabled)) {
		if (is_in_transition(patch))
			rc = step_write(patch->mod, "reverse");
		else if (!on)
			rc = step_write(patch->mod, "disable");
	}
	if (!rc)
		rc = static_call(vouch_patch_switch_hook_original)(kobj, attr, text, size);
	vouch_hook_leave();
	return rc;
}

static ssize_t patch_force(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *text, size_t size)
{
	const struct klp_patch *patch = container_of(kobj, struct klp_patch, kobj);
	ssize_t rc = 0;
	bool force;

	vouch_hook_enter();
	if (!kstrtobool(text, &force) && force && is_in_transition(patch))
		rc = step_write(patch->mod, "force");
	if (!rc)
		rc = static_call(vouch_patch_force_hook_original)(kobj, attr, text, size);
	vouch_hook_leave();
	return rc;
}

/* What is behind a file in each patch's folder in sysfs, or 0. */
static unsigned long attribute_store(const char *name)
{
	const struct kobj_type *type =
		(const struct kobj_type *)vouch_hook_lookup("klp_ktype_patch");

	if (!type || !type->default_groups || !type->default_groups[0])
		return 0;
	for (struct attribute **at = type->default_groups[0]->attrs; *at; at++)
		if (!strcmp((*at)->name, name))
			return (unsigned long)container_of(*at, struct kobj_attribute,
							   attr)->store;
	return 0;
}

/**
 * vouch_livepatch_init() - find what the kernel does not export
 *
 * Context: after vouch_hook_init(), before the hooks are placed.
 */
void vouch_livepatch_init(void)
{
	transition = (struct klp_patch *const *)vouch_hook_lookup("klp_transition_patch");
	patches = (struct list_head *)vouch_hook_lookup("klp_patches");
	klp_lock = (struct mutex *)vouch_hook_lookup("klp_mutex");
	vouch_patch_switch_hook.address = attribute_store("enabled");
	vouch_patch_force_hook.address = attribute_store("force");
}

/**
 * vouch_livepatch_find() - remember the patches that are in force already
 *
 * Context: process context, sleeps; once the hooks are placed.
 * Return: 0 or -ENOMEM.
 */
int vouch_livepatch_find(void)
{
	const struct klp_patch *patch;
	int err;

	if (!patches || !klp_lock)
		return 0;
	guard(mutex)(klp_lock);
	list_for_each_entry(patch, patches, list) {
		err = vouch_patch_keep(patch->mod, NULL, VOUCH_NO_REF);
		if (err)
			return err;
		vouch_patch_switch(patch->mod, true);
	}
	return 0;
}

/**
 * vouch_livepatch_present() - record every patch that is in force
 *
 * Context: process context, sleeps; after each attach. Takes no lock of the
 * kernel's: who holds it may be waiting for the caller's records.
 * Return: 0; -EPERM if the host must not go on; or -EIO where the card failed.
 */
int vouch_livepatch_present(void)
{
	char module[MODULE_NAME_LEN], name[VOUCH_NAME_MAX + 1];
	struct vouch_patch patch;
	u64 number, at = 0;
	int err = 0;

	if (!transition || !patches || !klp_lock)
		return vouch_event_unmeasured(VOUCH_REC_LIVEPATCH, "(present)", -ENOENT);
	if (!vouch_policy_measures(VOUCH_REC_LIVEPATCH))
		return 0;
	while (!err && vouch_patch_next(&at, &patch, module)) {
		step_name(name, "present", module);
		err = vouch_event_write(VOUCH_REC_LIVEPATCH,
					patch.hashed ? patch.digest : NULL, name,
					VOUCH_NO_REF, &number);
		/* A card that fails now is not waited for with every one. */
		if (!err && number == VOUCH_NO_REF)
			err = -EIO;
	}
	return err;
}
