/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_PATCHES_H
#define _VOUCH_PATCHES_H

#include <linux/module.h>
#include <vouch/wire.h>

/**
 * struct vouch_patch - a livepatch module and what the log says about it
 * @node: in the list of them
 * @mod: which; gone from the list before it goes
 * @serial: counts them
 * @on: it is in force, or on its way there or back
 * @hashed: @digest is of the content that was loaded
 * @digest: as in its module-load record
 * @number: of that record, or VOUCH_NO_REF
 */
struct vouch_patch {
	struct list_head node;
	const struct module *mod;
	u64 serial;
	bool on;
	bool hashed;
	u8 digest[VOUCH_DIGEST_SIZE];
	u64 number;
};

int vouch_patch_keep(const struct module *mod, const u8 *digest, u64 number);
void vouch_patch_forget(const struct module *mod);
bool vouch_patch_switch(const struct module *mod, bool on);
void vouch_patch_find(const struct module *mod, struct vouch_patch *patch);
bool vouch_patch_next(u64 *after, struct vouch_patch *patch, char name[MODULE_NAME_LEN]);
void vouch_patch_exit(void);

#endif /* _VOUCH_PATCHES_H */
