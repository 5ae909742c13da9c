/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_KVMTEST_H
#define _VOUCH_TEST_KVMTEST_H

/* What the programs that make VMs have in common: part of each of them. */

#include <stdint.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "common.h"
#include "vmm.h"
#include "vms.h"

#define FIRST "/tmp/vmm-first"
#define SECOND "/tmp/vmm-second"

/* Content of one of these. */
static uint8_t program[16 << 20];

FIXTURE(kvm) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(kvm)
{
	if (!vmm_can_run())
		SKIP(return, "no KVM here");
	ASSERT_TRUE(vms_ready(self->card));
	self->from = attr_number(self->card, "count");
}

/* The card first, or the parameter cannot be changed. */
FIXTURE_TEARDOWN(kvm)
{
	text_write("/sys/bus/pci/rescan", "1");
	vms_ready(self->card);
	text_write(PARAMETERS "/fail_closed", "0");
	unlink(FIRST);
	unlink(SECOND);
}

static int kvm_main(int argc, char **argv)
{
	int status = vmm_main(argc, argv);

	if (status >= 0)
		return status;
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}

#endif /* _VOUCH_TEST_KVMTEST_H */
