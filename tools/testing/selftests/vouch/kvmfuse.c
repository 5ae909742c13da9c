// SPDX-License-Identifier: GPL-2.0-only
/* VMs of a process whose executable is on a file system that stops answering. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kvm.h>

#include <kselftest_harness.h>

#include "common.h"
#include "fuse.h"
#include "log.h"
#include "vmm.h"
#include "vms.h"

#define FIRST "/tmp/vmm-first"
#define STALL "--stall"

static uint8_t program[16 << 20];

FIXTURE(kvmfuse) {
	char card[32];
	char path[64];
	struct fuse fuse;
	ssize_t len;		/* of both programs */
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(kvmfuse)
{
	if (!vmm_can_run())
		SKIP(return, "no KVM here");
	if (!fuse_is_there())
		SKIP(return, "this kernel lacks FUSE");
	ASSERT_TRUE(vms_ready(self->card));
	self->len = vmm_make(FIRST, program, sizeof(program));
	ASSERT_GT(self->len, 0);
	/* Of the same length, and not the same. */
	program[self->len - 1] ^= 1;
	ASSERT_EQ(0, fuse_start(&self->fuse, program, self->len));
	program[self->len - 1] ^= 1;
	snprintf(self->path, sizeof(self->path), "%s/" FUSE_FILE, self->fuse.folder);
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(kvmfuse)
{
	fuse_stop(&self->fuse);
	text_write(PARAMETERS "/fail_closed", "0");
	unlink(FIRST);
}

/* What an attach finds, when the server does not answer any more. */
static void found(struct __test_metadata *_metadata, struct _test_data_kvmfuse *self,
		  uint64_t from)
{
	struct record record;

	ASSERT_TRUE(log_wait(self->card, from, VOUCH_REC_VM_START, 1, &record));
	EXPECT_EQ(0, strncmp("(running) vmm-first", record.name, 19));
	EXPECT_TRUE(log_measured(&record, program, self->len));
	ASSERT_TRUE(log_wait(self->card, from, VOUCH_REC_UNMEASURED, 1, &record));
	EXPECT_STREQ("vm-start '(running) vmm-fuse': -EINPROGRESS", record.name);
}

TEST_F_TIMEOUT(kvmfuse, silent, 200)
{
	struct vmm slow, quick;
	struct record record;
	struct vms vms;
	uint64_t from;

	self->fuse.state->direct = true;
	ASSERT_EQ(0, vmm_start(&slow, self->path, 2, 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ(FUSE_FILE, record.name);
	program[self->len - 1] ^= 1;
	EXPECT_TRUE(log_measured(&record, program, self->len));
	program[self->len - 1] ^= 1;
	ASSERT_EQ(0, vmm_start(&quick, FIRST, 1, 0));

	self->fuse.state->hold = true;
	from = attr_number(self->card, "count");
	ASSERT_TRUE(vms_now(self->card, &vms));
	EXPECT_GE(vms.started - vms.ended, 3);
	found(_metadata, self, from);

	from = attr_number(self->card, "count");
	ASSERT_EQ(0, module_reload());
	ASSERT_TRUE(vms_ready(self->card));
	ASSERT_TRUE(vms_told(self->card, from, &vms));
	EXPECT_STREQ("3 started, 3 running, 3 found", vms.name);
	found(_metadata, self, from);
	fuse_stop(&self->fuse);
	vmm_end(&quick);
	vmm_end(&slow);
}

/* It runs, and nobody can be refused: then it counts as not recorded. */
TEST_F_TIMEOUT(kvmfuse, silent_closed, 100)
{
	struct record record;
	struct vms vms;
	struct vmm vmm;
	long long lost;

	ASSERT_EQ(0, vmm_start(&vmm, self->path, 1, 0));
	lost = parameter_number("unrecorded");
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	self->from = attr_number(self->card, "count");
	ASSERT_TRUE(vms_now(self->card, &vms));
	ASSERT_TRUE(log_wait(self->card, self->from, VOUCH_REC_UNMEASURED, 1, &record));
	EXPECT_STREQ("vm-start '(running) vmm-fuse': -EINPROGRESS", record.name);
	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "0"));
	EXPECT_EQ(lost + 1, parameter_number("unrecorded"));
	vmm_end(&vmm);
}

/* A thread of the VMM that is stalled. */
struct stalled {
	pthread_t thread;
	int go[2];
	const char *path;
};

static void stalled_wait(struct stalled *stalled)
{
	char byte;

	while (read(stalled->go[0], &byte, 1) < 0)
		;
}

/* Keeps a page of the file locked. */
static void *stalled_read(void *stalled)
{
	char byte;
	int fd = open(((struct stalled *)stalled)->path, O_RDONLY | O_CLOEXEC);

	stalled_wait(stalled);
	pread(fd, &byte, 1, 0);
	return NULL;
}

/* Waits for that page, and lets nobody else change the process's mappings. */
static void *stalled_map(void *stalled)
{
	int fd;

	stalled_wait(stalled);
	fd = open(((struct stalled *)stalled)->path, O_RDONLY | O_CLOEXEC);
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	return NULL;
}

/* Waits for the mappings, when the VM is made but on no list yet. */
static void *stalled_make(void *stalled)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	stalled_wait(stalled);
	ioctl(kvm, KVM_CREATE_VM, 0);
	return NULL;
}

/* PROGRAM --stall FILE: each byte of the input lets another thread go. */
static int stall_main(const char *path)
{
	void *(*const jobs[])(void *) = { stalled_read, stalled_map, stalled_make };
	struct stalled threads[3];
	char byte;

	for (int i = 0; i < 3; i++) {
		threads[i].path = path;
		if (pipe(threads[i].go) ||
		    pthread_create(&threads[i].thread, NULL, jobs[i], &threads[i]))
			return 1;
	}
	/* Page faults would wait for the mappings, too. */
	mlockall(MCL_CURRENT);
	for (int i = 0; read(STDIN_FILENO, &byte, 1) == 1; i++)
		if (i < 3 && write(threads[i].go[1], &byte, 1) != 1)
			return 1;
	return 0;
}

/* Wait until a thread of it is in that function of the kernel's. */
static bool stalled_in(pid_t pid, const char *function)
{
	char command[128];

	snprintf(command, sizeof(command), "cat /proc/%d/task/*/stack | grep -q %s", pid,
		 function);
	for (int i = 0; i < 600; i++) {
		if (!system(command))
			return true;
		usleep(100000);
	}
	return false;
}

static bool stalled_held(const struct fuse *fuse)
{
	for (int i = 0; i < 600 && !fuse->state->held; i++)
		usleep(100000);
	return fuse->state->held;
}

/* Its record is of the epoch before, and no list of VMs has it. */
TEST_F_TIMEOUT(kvmfuse, reset_while_made, 200)
{
	struct record record;
	struct vms vms;
	pid_t pid;
	int go[2];

	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	self->fuse.state->hold = true;
	pid = fork();
	if (!pid) {
		dup2(go[0], STDIN_FILENO);
		execl(FIRST, FIRST, STALL, self->path, NULL);
		_exit(1);
	}
	ASSERT_EQ(1, write(go[1], "r", 1));
	ASSERT_TRUE(stalled_held(&self->fuse));
	self->fuse.state->direct = true;
	ASSERT_EQ(1, write(go[1], "m", 1));
	ASSERT_TRUE(stalled_in(pid, "invalidate_inode_pages2"));
	ASSERT_EQ(1, write(go[1], "v", 1));
	ASSERT_TRUE(stalled_in(pid, "mmu_notifier_register"));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	EXPECT_STREQ("vmm-first", record.name);

	self->from = attr_number(self->card, "count");
	ASSERT_TRUE(vms_now(self->card, &vms));
	EXPECT_TRUE(log_wait(self->card, self->from, VOUCH_REC_VM_START, 1, &record));
	EXPECT_EQ(0, strncmp("(running) vmm-first", record.name, 19));
	EXPECT_TRUE(log_measured(&record, program, self->len));

	fuse_stop(&self->fuse);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(go[0]);
	close(go[1]);
}

int main(int argc, char **argv)
{
	int status = vmm_main(argc, argv);

	if (argc == 3 && !strcmp(argv[1], STALL))
		return stall_main(argv[2]);
	if (status >= 0)
		return status;
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
