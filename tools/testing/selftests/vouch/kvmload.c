// SPDX-License-Identifier: GPL-2.0-only
/* VMs, when KVM, this module or the card comes and goes. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "kvmtest.h"
#include "log.h"

TEST_F(kvm, running_before_the_module)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct record record;
	struct vms vms;
	struct vmm vmm;
	uint64_t from;

	ASSERT_GT(len, 0);
	ASSERT_EQ(0, vmm_start(&vmm, FIRST, 3, 0));
	ASSERT_EQ(0, module_reload());
	ASSERT_TRUE(vms_ready(self->card));
	ASSERT_GT(log_find(self->card, self->from, VOUCH_REC_KERNEL, &record), 0);
	from = record.number;
	ASSERT_TRUE(vms_told(self->card, from, &vms));
	EXPECT_STREQ("3 started, 3 running, 3 found", vms.name);
	EXPECT_EQ(3, vms.started);
	EXPECT_EQ(0, vms.ended);
	ASSERT_TRUE(log_wait(self->card, from, VOUCH_REC_VM_START, 1, &record));
	EXPECT_EQ(0, strncmp("(running) vmm-first", record.name, 19));
	EXPECT_TRUE(log_measured(&record, program, len));
	EXPECT_EQ(0, log_find(self->card, from, VOUCH_REC_UNMEASURED, &record));

	vmm_end(&vmm);
	ASSERT_TRUE(vms_now(self->card, &vms));
	EXPECT_EQ(3, vms.started);
	EXPECT_EQ(3, vms.ended);
}

/* Then it comes after the module, which it may have done before as well. */
TEST_F(kvm, kvm_goes_and_comes)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct vms before, gone, after;
	struct record record;

	ASSERT_GT(len, 0);
	ASSERT_TRUE(vms_now(self->card, &before));
	EXPECT_EQ(0, vmm_run(FIRST, 3, 0));
	self->from = attr_number(self->card, "count");
	if (system("chroot /proc/1/root sh -c 'rmmod kvm_amd kvm || rmmod kvm_intel kvm'"))
		SKIP(return, "KVM cannot be unloaded here");
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_COUNT, &record));
	ASSERT_TRUE(vms_told(self->card, self->from, &gone));
	EXPECT_EQ(before.started + 3, gone.started);
	EXPECT_EQ(before.ended + 3, gone.ended);

	ASSERT_TRUE(vmm_can_run());
	ASSERT_EQ(0, access("/dev/kvm", F_OK));
	len = vmm_make(SECOND, program, sizeof(program));
	self->from = attr_number(self->card, "count");
	EXPECT_EQ(0, vmm_run(SECOND, 1, 0));
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_TRUE(log_measured(&record, program, len));
	ASSERT_TRUE(vms_now(self->card, &after));
	EXPECT_EQ(gone.started + 2, after.started);
	EXPECT_EQ(gone.ended + 2, after.ended);
}

TEST_F(kvm, card_away)
{
	struct record record;
	struct vmm vmm;
	int kmsg;

	ASSERT_GT(vmm_make(FIRST, program, sizeof(program)), 0);
	ASSERT_GT(vmm_make(SECOND, program, sizeof(program)), 0);
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	EXPECT_EQ(0, vmm_start(&vmm, FIRST, 1, 0));
	kmsg = kmsg_open();
	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, card_remove(self->card));
	EXPECT_EQ(-EPERM, vmm_run(SECOND, 1, 0));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused vm-start 'vmm-second': cannot be recorded"));
	/* One that is in the log, too. */
	EXPECT_EQ(-EPERM, vmm_run(FIRST, 1, 0));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused vm-start 'vmm-first': cannot be recorded"));
	close(kmsg);
	vmm_end(&vmm);

	ASSERT_EQ(0, system("echo 1 > /sys/bus/pci/rescan"));
	ASSERT_TRUE(vms_ready(self->card));
	self->from = attr_number(self->card, "count");
	EXPECT_EQ(0, vmm_run(SECOND, 1, 0));
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	EXPECT_EQ(2, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
}

/* It starts, is counted, and is told once there is a card. */
TEST_F(kvm, card_away_open)
{
	long long lost = parameter_number("unrecorded");
	struct record record;
	char name[64];

	ASSERT_GT(vmm_make(FIRST, program, sizeof(program)), 0);
	ASSERT_EQ(0, card_remove(self->card));
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	EXPECT_LT(lost, parameter_number("unrecorded"));

	ASSERT_EQ(0, text_write("/sys/bus/pci/rescan", "1"));
	ASSERT_TRUE(vms_ready(self->card));
	ASSERT_GE(log_find(self->card, self->from, VOUCH_REC_UNMEASURED, &record), 1);
	snprintf(name, sizeof(name), "%lld not recorded, first: vm-start 'vmm-first': -ENODEV",
		 parameter_number("unrecorded") - lost);
	EXPECT_STREQ(name, record.name);
}

int main(int argc, char **argv)
{
	return kvm_main(argc, argv);
}
