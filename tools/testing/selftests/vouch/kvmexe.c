// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM may exchange the file that it runs, when nothing of the old one is
 * mapped any more, for one that it has opened for neither reading nor writing.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kvmtest.h"
#include "log.h"

#define NEITHER 3	/* as in open(2): for ioctl(2) alone */

/* The same content at the same place, of no file; this very text is part of it. */
static bool anonymous(unsigned long start, unsigned long end, int protection)
{
	size_t size = end - start;
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED)
		return false;
	memcpy(copy, (const void *)start, size);
	return !mprotect(copy, size, protection) &&
	       mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)start) !=
	       MAP_FAILED;
}

static bool leave_executable(void)
{
	char maps[16384] = "", path[256] = "", *line, *save = NULL;
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t got, size = 0;

	while ((got = read(fd, maps + size, sizeof(maps) - 1 - size)) > 0)
		size += got;
	close(fd);
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return false;
	for (line = strtok_r(maps, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long start, end;
		char mode[5];

		if (!strstr(line, path) || sscanf(line, "%lx-%lx %4s", &start, &end, mode) != 3)
			continue;
		if (!anonymous(start, end, (mode[0] == 'r' ? PROT_READ : 0) |
			       (mode[1] == 'w' ? PROT_WRITE : 0) |
			       (mode[2] == 'x' ? PROT_EXEC : 0)))
			return false;
	}
	return true;
}

/* In a child; 0, or the errno of KVM_CREATE_VM; 255 where that was not reached. */
static int vm_of(const char *path)
{
	int fd = open(path, NEITHER), kvm = open("/dev/kvm", O_RDWR);

	if (fd < 0 || kvm < 0 || !leave_executable() ||
	    prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0))
		return 255;
	return ioctl(kvm, KVM_CREATE_VM, 0) < 0 ? errno : 0;
}

static int vm_run(const char *path)
{
	pid_t child = fork();
	int status = 0;

	if (!child)
		_exit(vm_of(path));
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST_F(kvm, not_to_be_read)
{
	struct record record;

	ASSERT_GT(vmm_make(FIRST, program, sizeof(program)), 0);
	EXPECT_EQ(0, vm_run(FIRST));
	EXPECT_EQ(0, log_find(self->card, self->from, VOUCH_REC_VM_START, &record));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_UNMEASURED, &record));
	EXPECT_STREQ("vm-start 'vmm-first': -EACCES", record.name);

	ASSERT_EQ(0, text_write(PARAMETERS "/fail_closed", "1"));
	EXPECT_EQ(EPERM, vm_run(FIRST));
}

int main(int argc, char **argv)
{
	return kvm_main(argc, argv);
}
