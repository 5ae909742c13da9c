/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_MEASURE_H
#define _VOUCH_MEASURE_H

/* What the measuring files know of one another. */

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

#include "compat.h"

struct vouch_hook;

/* firmware.c */
#if IS_ENABLED(CONFIG_FW_LOADER)
extern struct vouch_hook vouch_firmware_hook;
bool vouch_firmware_followed(void);
#else
static inline bool vouch_firmware_followed(void) { return false; }
#endif
#ifdef CONFIG_FW_LOADER_SYSFS
extern struct vouch_hook vouch_firmware_sysfs_hook;
const char *vouch_firmware_written(void);
#else
static inline const char *vouch_firmware_written(void) { return NULL; }
#endif

/* file.c */
extern struct vouch_hook vouch_file_read_hook;
extern struct vouch_hook vouch_file_open_hook;
extern struct vouch_hook vouch_data_load_hook;

#ifdef CONFIG_BPF_SYSCALL
/* bpfload.c */
extern struct vouch_hook vouch_bpf_load_hook;
#endif

#ifdef CONFIG_KEXEC_CORE
/* kexec.c */
extern struct vouch_hook vouch_kexec_segment_hook;
extern struct vouch_hook vouch_kexec_free_hook;
void vouch_kexec_init(void);
void vouch_kexec_read(u16 type, const u8 *digest, u64 number);
int vouch_kexec_present(void);

/* kload.c */
void vouch_kload_renew(void);

/* kjump.c */
extern struct vouch_hook vouch_kjump_hook;
extern struct vouch_hook vouch_kjump_panic_hook;
extern struct vouch_hook vouch_kjump_oops_hook;
void vouch_kjump_attach(void);
void vouch_kjump_exit(void);
#else
static inline void vouch_kexec_init(void) { }
static inline void vouch_kexec_read(u16 type, const u8 *digest, u64 number) { }
static inline int vouch_kexec_present(void) { return 0; }
static inline void vouch_kload_renew(void) { }
static inline void vouch_kjump_attach(void) { }
static inline void vouch_kjump_exit(void) { }
#endif

#ifdef CONFIG_LIVEPATCH
/* livepatch.c */
extern struct vouch_hook vouch_patch_enable_hook;
extern struct vouch_hook vouch_patch_complete_hook;
extern struct vouch_hook vouch_patch_switch_hook;
extern struct vouch_hook vouch_patch_force_hook;
void vouch_livepatch_init(void);
int vouch_livepatch_find(void);
int vouch_livepatch_present(void);
#else
static inline void vouch_livepatch_init(void) { }
static inline int vouch_livepatch_find(void) { return 0; }
static inline int vouch_livepatch_present(void) { return 0; }
#endif

#if IS_ENABLED(CONFIG_KVM)
/* kvm.c */
extern struct vouch_hook vouch_kvm_start_hook;
extern struct vouch_hook vouch_kvm_end_hook;
int vouch_kvm_coming(void);
void vouch_kvm_going(void);
void vouch_kvm_attach(void);
void vouch_kvm_exit(void);

/* vmms.c */
void vouch_vmms_forget(void);

/* vmcount.c */
void vouch_vmcount_tell(bool again);
#else
static inline int vouch_kvm_coming(void) { return -ENOENT; }
static inline void vouch_kvm_going(void) { }
static inline void vouch_kvm_attach(void) { }
static inline void vouch_kvm_exit(void) { }
static inline void vouch_vmms_forget(void) { }
static inline void vouch_vmcount_tell(bool again) { }
#endif

/* hooks.c */
int vouch_hooks_report(void);

/* platform.c */
int vouch_platform_record(u64 *number);

/* state.c */
bool vouch_state_is_followed(void);
void vouch_state_init(void);
void vouch_state_exit(void);
int vouch_state_record(void);
void vouch_state_tell(void);

#ifdef CONFIG_DEBUG_FS
/* probes.c */
extern struct vouch_hook vouch_probes_hook;
#endif

/* sleep.c */
int vouch_sleep_init(void);
void vouch_sleep_exit(void);

#ifdef CONFIG_LIVEUPDATE
/* liveupdate.c */
int vouch_liveupdate_init(void);
void vouch_liveupdate_exit(void);
int vouch_liveupdate_report(void);

/* step.c */
int vouch_step_flush(void);
#else
static inline int vouch_liveupdate_init(void) { return 0; }
static inline void vouch_liveupdate_exit(void) { }
static inline int vouch_liveupdate_report(void) { return 0; }
static inline int vouch_step_flush(void) { return 0; }
#endif

#ifdef VOUCH_KHO
/* kho.c */
void vouch_kho_init(void);
void vouch_kho_exit(void);
void vouch_kho_announce(const u8 *image, u64 number);
void vouch_kho_retract(void);
void vouch_kho_compare(u64 kernel);
#else
static inline void vouch_kho_init(void) { }
static inline void vouch_kho_exit(void) { }
static inline void vouch_kho_announce(const u8 *image, u64 number) { }
static inline void vouch_kho_retract(void) { }
static inline void vouch_kho_compare(u64 kernel) { }
#endif

/* module.c */
int vouch_module_init(void);
void vouch_module_exit(void);
void vouch_module_measured(const u8 *digest, u64 number);
int vouch_module_present(void);

#endif /* _VOUCH_MEASURE_H */
