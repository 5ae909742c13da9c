// SPDX-License-Identifier: GPL-2.0-only
/* VMs: the executables that make them, and how many there were. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kernel.h"
#include "kvmtest.h"
#include "log.h"

#define MANY 64	/* contents of users that are recorded between two attaches */

static int powers_of_two(uint64_t after, uint64_t until)
{
	int n = 0;

	for (uint64_t power = 1; power <= until; power *= 2)
		n += power > after;
	return n;
}

TEST_F(kvm, counts)
{
	struct vms before, after;
	struct record record;
	struct vmm vmm;
	char name[64];
	uint64_t from;

	ASSERT_GT(vmm_make(FIRST, program, sizeof(program)), 0);
	ASSERT_TRUE(vms_now(self->card, &before));
	from = attr_number(self->card, "count");
	ASSERT_EQ(0, vmm_start(&vmm, FIRST, 3, 0));
	EXPECT_EQ(0, vmm_run(FIRST, 6, 0));
	/* None for each VM. */
	EXPECT_EQ(powers_of_two(before.started, before.started + 9),
		  log_find(self->card, from, VOUCH_REC_VM_COUNT, &record));

	ASSERT_TRUE(vms_now(self->card, &after));
	EXPECT_EQ(before.started + 9, after.started);
	EXPECT_EQ(before.ended + 6, after.ended);
	snprintf(name, sizeof(name), "%llu started, %llu running",
		 (unsigned long long)after.started,
		 (unsigned long long)(after.started - after.ended));
	EXPECT_EQ(0, strncmp(name, after.name, strlen(name)));

	vmm_end(&vmm);
	ASSERT_TRUE(vms_now(self->card, &after));
	EXPECT_EQ(before.started + 9, after.started);
	EXPECT_EQ(before.ended + 9, after.ended);
}

TEST_F(kvm, not_made)
{
	struct vms before, after;

	ASSERT_GT(vmm_make(FIRST, program, sizeof(program)), 0);
	ASSERT_TRUE(vms_now(self->card, &before));
	EXPECT_EQ(-EINVAL, vmm_run(FIRST, 1, 0xff));
	ASSERT_TRUE(vms_now(self->card, &after));
	EXPECT_EQ(before.started, after.started);
	EXPECT_EQ(before.ended, after.ended);
}

/* Recorded once for each content, whatever it is called. */
TEST_F(kvm, content)
{
	struct record record;
	ssize_t len = vmm_make(FIRST, program, sizeof(program));

	ASSERT_GT(len, 0);
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ("vmm-first", record.name);
	EXPECT_TRUE(log_measured(&record, program, len));
	ASSERT_EQ(0, system("cp " FIRST " " SECOND));
	EXPECT_EQ(0, vmm_run(SECOND, 2, 0));
	EXPECT_EQ(0, vmm_run(FIRST, 2, 0));
	EXPECT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));

	len = vmm_make(SECOND, program, sizeof(program));
	ASSERT_GT(len, 0);
	EXPECT_EQ(0, vmm_run(SECOND, 1, 0));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ("vmm-second", record.name);
	EXPECT_TRUE(log_measured(&record, program, len));
}

/* What has no file is measured all the same, and what begins with #! is not. */
TEST_F(kvm, memory_and_script)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct record record;
	char path[64];
	int fd;

	ASSERT_GT(len, 0);
	ASSERT_EQ(0, unlink(FIRST));
	fd = content_file("vmm", program, len);
	ASSERT_GE(fd, 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), fd);
	EXPECT_EQ(0, vmm_run(path, 1, 0));
	close(fd);
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ("memfd:vmm", record.name);
	EXPECT_TRUE(log_measured(&record, program, len));

	len = vmm_make(FIRST, program, sizeof(program));
	ASSERT_GT(len, 0);
	fd = open(SECOND, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	ASSERT_GT(dprintf(fd, "#!%s %s\n", FIRST, VMM_SCRIPT), 0);
	close(fd);
	EXPECT_EQ(0, vmm_run(SECOND, 1, 0));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ("vmm-first", record.name);
	EXPECT_TRUE(log_measured(&record, program, len));
}

/* In place, with the size and the times that it had. */
TEST_F(kvm, changed)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct record record;
	struct stat was;
	int fd;

	ASSERT_GT(len, 0);
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	fd = open(FIRST, O_WRONLY | O_CLOEXEC);
	ASSERT_EQ(0, fstat(fd, &was));
	program[len - 1] ^= 1;
	ASSERT_EQ(1, pwrite(fd, program + len - 1, 1, len - 1));
	ASSERT_EQ(0, futimens(fd, (struct timespec[]){ was.st_atim, was.st_mtim }));
	close(fd);
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_TRUE(log_measured(&record, program, len));
}

/* By a store that a file system in memory does not see. */
TEST_F(kvm, changed_unseen)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct record record;
	volatile uint8_t *map;
	int fd;

	ASSERT_GT(len, 0);
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	fd = open(FIRST, O_RDWR | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	ASSERT_NE(MAP_FAILED, (void *)map);
	program[len - 1] = map[len - 1] ^ 1;
	map[len - 1] = program[len - 1];
	munmap((void *)map, len);
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_TRUE(log_measured(&record, program, len));
}

/* A deleted file's content is still there to be measured; in each epoch anew. */
TEST_F(kvm, running_at_attach)
{
	ssize_t len = vmm_make(FIRST, program, sizeof(program));
	struct record record;
	struct vms vms;
	struct vmm vmm;
	uint64_t from;

	ASSERT_GT(len, 0);
	ASSERT_EQ(0, vmm_start(&vmm, FIRST, 2, 0));
	unlink(FIRST);
	from = attr_number(self->card, "count");
	ASSERT_TRUE(vms_now(self->card, &vms));
	EXPECT_GE(vms.started - vms.ended, 2);
	ASSERT_TRUE(log_wait(self->card, from, VOUCH_REC_VM_START, 1, &record));
	EXPECT_EQ(0, strncmp("(running) vmm-first", record.name, 19));
	EXPECT_TRUE(log_measured(&record, program, len));
	vmm_end(&vmm);
}

/* A content of users, of which there is none yet. Its VM is of no type: that is soon over. */
static int run_as_users(ssize_t *len)
{
	*len = vmm_make(FIRST, program, sizeof(program));
	return *len < 0 || chown(FIRST, 65534, 65534) ? -1 : vmm_run(FIRST, 1, 0xff);
}

/* Who may make VMs must not be able to fill the log, nor hide in the crowd. */
TEST_F_TIMEOUT(kvm, many, 280)
{
	struct record record;
	struct vms vms;
	uint64_t from;
	ssize_t len;
	int kmsg;

	from = attr_number(self->card, "count");
	ASSERT_TRUE(vms_now(self->card, &vms));
	ASSERT_EQ(-EINVAL, run_as_users(&len));
	ASSERT_EQ(0, system("cp -p " FIRST " " SECOND));
	for (int i = 1; i < MANY; i++)
		ASSERT_EQ(-EINVAL, run_as_users(&len));
	ASSERT_EQ(MANY, log_find(self->card, from, VOUCH_REC_VM_START, &record));
	EXPECT_TRUE(log_measured(&record, program, len));
	from = record.number + 1;
	EXPECT_EQ(0, log_find(self->card, from, VOUCH_REC_UNMEASURED, &record));

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(-EINVAL, run_as_users(&len));
	ASSERT_EQ(0, vmm_run(SECOND, 1, 0));
	EXPECT_EQ(0, log_find(self->card, from, VOUCH_REC_VM_START, &record));
	ASSERT_EQ(1, log_find(self->card, from, VOUCH_REC_UNMEASURED, &record));
	EXPECT_STREQ("vm-start: 64 files of users are recorded, no more until the next attach",
		     record.name);

	kmsg = kmsg_open();
	ASSERT_GE(kmsg, 0);
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	EXPECT_EQ(-EPERM, run_as_users(&len));
	EXPECT_TRUE(kmsg_says(kmsg, "vouch: refused vm-start 'vmm-first': cannot be recorded"));
	EXPECT_EQ(0, vmm_run(SECOND, 1, 0));
	close(kmsg);
	/* Not what users could not have made. */
	len = vmm_make(FIRST, program, sizeof(program));
	EXPECT_EQ(0, vmm_run(FIRST, 1, 0));
	ASSERT_EQ(1, log_find(self->card, from, VOUCH_REC_VM_START, &record));
	EXPECT_TRUE(log_measured(&record, program, len));
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "0"));

	ASSERT_TRUE(vms_now(self->card, &vms));
	from = attr_number(self->card, "count");
	EXPECT_EQ(-EINVAL, run_as_users(&len));
	EXPECT_EQ(1, log_find(self->card, from, VOUCH_REC_VM_START, &record));
}

int main(int argc, char **argv)
{
	return kvm_main(argc, argv);
}
