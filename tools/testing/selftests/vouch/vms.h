/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_VMS_H
#define _VOUCH_TEST_VMS_H

/* How many VMs there were, as the log has it. */

#include <stdbool.h>
#include <stdint.h>
#include <vouch/wire.h>

struct vms {
	uint64_t started;
	uint64_t ended;
	char name[VOUCH_NAME_MAX + 1];
};

/* Wait until the host's function is ready; its name in @card. */
bool vms_ready(char card[32]);

/* The last count from record @from on; waits for one. */
bool vms_told(char card[32], uint64_t from, struct vms *vms);

/* As the card is told after a reset of the function. */
bool vms_now(char card[32], struct vms *vms);

#endif /* _VOUCH_TEST_VMS_H */
