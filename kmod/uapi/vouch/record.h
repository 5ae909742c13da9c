/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_RECORD_H
#define _UAPI_VOUCH_RECORD_H

/*
 * Record types: X(NAME, value, name for people). 1-15 only the card writes,
 * 16-63 the driver's hooks, from 64 on user space. What each carries:
 * Documentation/formats.rst.
 */
#define VOUCH_RECORD_TYPES(X)				\
	X(POWER_ON,	   1, "power-on")		\
	X(RESET,	   2, "reset")			\
	X(ATTACH,	   3, "attach")			\
	X(DETACH,	   4, "detach")			\
	X(FIRMWARE,	   5, "card-firmware")		\
	X(ASSIGN,	   6, "assign")			\
	X(WITHDRAW,	   7, "withdraw")		\
	X(NEARLY_FULL,	   8, "nearly-full")		\
	X(KERNEL,	  16, "kernel")			\
	X(CMDLINE,	  17, "cmdline")		\
	X(MODULE_PRESENT, 18, "module-present")		\
	X(MODULE_LOAD,	  19, "module-load")		\
	X(FIRMWARE_LOAD,  20, "firmware-load")		\
	X(KEXEC_KERNEL,	  21, "kexec-kernel")		\
	X(KEXEC_INITRAMFS, 22, "kexec-initramfs")	\
	X(KEXEC_CMDLINE,  23, "kexec-cmdline")		\
	X(KEXEC_IMAGE,	  24, "kexec-image")		\
	X(KEXEC_EXEC,	  25, "kexec-exec")		\
	X(KEXEC_ABORT,	  26, "kexec-abort")		\
	X(VM_START,	  27, "vm-start")		\
	X(UNMEASURED,	  28, "unmeasured")		\
	X(KEXEC_CRASH,    29, "kexec-crash")		\
	X(KEXEC_DROP,     30, "kexec-drop")		\
	X(LIVEPATCH,      31, "livepatch")		\
	X(BPF_LOAD,       32, "bpf-load")		\
	X(TAINT,          33, "taint")			\
	X(LOCKDOWN,       34, "lockdown")		\
	X(SECURE_BOOT,    35, "secure-boot")		\
	X(MICROCODE,      36, "microcode")		\
	X(POLICY,         37, "policy")			\
	X(VM_COUNT,       38, "vm-count")		\
	X(LIVE_UPDATE,    39, "live-update")		\
	X(SLEEP,          40, "sleep")			\
	X(USER,           64, "user")			\
	X(TPM_KEY,        65, "tpm-key")		\
	X(TPM_EVENTS,     66, "tpm-events")		\
	X(TPM_QUOTE,      67, "tpm-quote")		\
	X(TPM_SIGNATURE,  68, "tpm-signature")

enum vouch_record_type {
#define VOUCH_RECORD_TYPE(name, value, text) VOUCH_REC_##name = (value),
	VOUCH_RECORD_TYPES(VOUCH_RECORD_TYPE)
#undef VOUCH_RECORD_TYPE
};

#define VOUCH_REC_CARD_LAST	15
#define VOUCH_REC_HOOK_LAST	63
#define VOUCH_REC_LAST		VOUCH_REC_TPM_SIGNATURE

#endif /* _UAPI_VOUCH_RECORD_H */
