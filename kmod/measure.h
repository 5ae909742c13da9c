/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_MEASURE_H
#define _VOUCH_MEASURE_H

/* What the measuring files know of one another. */

#include <linux/types.h>

struct vouch_hook;

/* file.c */
extern struct vouch_hook vouch_file_read_hook;
extern struct vouch_hook vouch_file_open_hook;
extern struct vouch_hook vouch_data_load_hook;

/* kexec.c */
extern struct vouch_hook vouch_kexec_cmdline_hook;
extern struct vouch_hook vouch_kexec_loaded_hook;
extern struct vouch_hook vouch_kexec_jump_hook;
int vouch_kexec_init(void);
void vouch_kexec_begin(u64 kernel);
int vouch_kexec_present(void);

/* kvm.c */
int vouch_kvm_coming(void);
void vouch_kvm_going(void);
void vouch_kvm_forget(void);
extern struct vouch_hook vouch_kvm_start_hook;

/* hooks.c */
int vouch_hooks_report(void);

/* module.c */
int vouch_module_init(void);
void vouch_module_exit(void);
void vouch_module_measured(void);
int vouch_module_present(void);

#endif /* _VOUCH_MEASURE_H */
