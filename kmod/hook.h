/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_HOOK_H
#define _VOUCH_HOOK_H

#include <linux/ftrace.h>
#include <linux/static_call.h>

/**
 * struct vouch_hook - one kernel function that is replaced by a wrapper
 * @symbol: its name, "module:name" for one that lives in a module
 * @wrapper: runs instead, in the caller's context, and may sleep
 * @key: of the static call by which @wrapper reaches the original
 * @tramp: of the same static call
 * @ops: what ftrace knows about it
 * @address: of the function, where its name is not the only one of its kind; or 0
 * @error: why it could not be placed, or 0
 */
struct vouch_hook {
	const char *symbol;
	void *wrapper;
	struct static_call_key *key;
	void *tramp;
	struct ftrace_ops ops;
	unsigned long address;
	int error;
};

/*
 * Defines hook @_hook, and static_call(_hook##_original) for its wrapper.
 *
 * A static call, because it is a direct branch: an indirect one would trap
 * under IBT, which seals functions that nothing points at.
 */
#define VOUCH_HOOK_DEFINE(_hook, _symbol, _wrapper)			\
	DEFINE_STATIC_CALL_NULL(_hook##_original, _wrapper);		\
	struct vouch_hook _hook = {					\
		.symbol = (_symbol),					\
		.wrapper = (_wrapper),					\
		.key = &STATIC_CALL_KEY(_hook##_original),		\
		.tramp = STATIC_CALL_TRAMP_ADDR(_hook##_original),	\
	}

int vouch_hook_init(void);
void vouch_hook_drain(void);
unsigned long vouch_hook_lookup(const char *symbol);
int vouch_hook_install(struct vouch_hook *hook);
void vouch_hook_remove(struct vouch_hook *hook);

void vouch_hook_enter(void);
void vouch_hook_leave(void);

#endif /* _VOUCH_HOOK_H */
