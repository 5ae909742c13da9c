/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_VMM_H
#define _VOUCH_TEST_VMM_H

/* Processes that make VMs: copies of the test program itself. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Argument that makes it the interpreter of a script. */
#define VMM_SCRIPT "--script"

struct vmm {
	pid_t pid;
	int in;		/* it ends when this is closed */
};

/* /dev/kvm is there, or its modules can be loaded. */
int vmm_can_run(void);

/* At @path, this program with a tail that no other has; its length or -1. */
ssize_t vmm_make(const char *path, uint8_t *content, size_t size);

/* Run @path until it has made @n VMs of that type; 0 or its -errno. */
int vmm_start(struct vmm *vmm, const char *path, unsigned int n, unsigned long type);
void vmm_end(struct vmm *vmm);

/* vmm_start() and vmm_end() */
int vmm_run(const char *path, unsigned int n, unsigned long type);

/* For main(): -1 if it was not started as a VMM, or its exit status. */
int vmm_main(int argc, char **argv);

#endif /* _VOUCH_TEST_VMM_H */
