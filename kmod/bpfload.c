// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF programs that can change what the kernel does, as user space gave them.
 * Recorded before the verifier has judged them and rewrites them: one that it
 * refuses is in the log too.
 */

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/security.h>

#include "compat.h"
#include "digest.h"
#include "event.h"
#include "hook.h"
#include "measure.h"

static int bpf_load(VOUCH_BPF_LOAD_PARAMETERS);

/* A kernel that calls it otherwise does not get past the compiler. */
static_assert(__same_type(bpf_load, security_bpf_prog_load));

VOUCH_HOOK_DEFINE(vouch_bpf_load_hook, "security_bpf_prog_load", bpf_load);

static bool overrides_return(const struct bpf_prog *prog)
{
	for (u32 i = 0; i < prog->len; i++) {
		const struct bpf_insn *insn = &prog->insnsi[i];

		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
		    insn->imm == BPF_FUNC_override_return)
			return true;
	}
	return false;
}

/* NULL for a program that can only look, or act on packets and sockets. */
static const char *bpf_type(const struct bpf_prog *prog)
{
	switch (prog->type) {
	case BPF_PROG_TYPE_LSM:
		return "lsm";
	case BPF_PROG_TYPE_STRUCT_OPS:
		return "struct_ops";
	case BPF_PROG_TYPE_EXT:
		return "ext";
	case BPF_PROG_TYPE_TRACING:
		return prog->expected_attach_type == BPF_MODIFY_RETURN ?
			"modify_return" : NULL;
	case BPF_PROG_TYPE_KPROBE:
		return overrides_return(prog) ? "kprobe" : NULL;
	default:
		return NULL;
	}
}

static int bpf_record(const struct bpf_prog *prog, const char *type)
{
	char name[32 + BPF_OBJ_NAME_LEN];
	u8 digest[VOUCH_DIGEST_SIZE];
	int err;

	snprintf(name, sizeof(name), "%s %s", type, prog->aux->name);
	err = vouch_digest_buffer(prog->insnsi, bpf_prog_insn_size(prog), digest);
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_BPF_LOAD, name, err);
	return vouch_event_write(VOUCH_REC_BPF_LOAD, digest, name, VOUCH_NO_REF, NULL);
}

static int bpf_load(VOUCH_BPF_LOAD_PARAMETERS)
{
	const char *type;
	int err;

	vouch_hook_enter();
	err = static_call(vouch_bpf_load_hook_original)(VOUCH_BPF_LOAD_ARGUMENTS);
	type = bpf_type(prog);
	if (!err && type && vouch_event_armed())
		err = bpf_record(prog, type);
	vouch_hook_leave();
	return err;
}
