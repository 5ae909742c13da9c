// SPDX-License-Identifier: GPL-2.0-only
/* See vmm.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/kvm.h>

#include "kernel.h"
#include "vmm.h"

#define OPTION "--make-vms"

/* The modules are outside of the folder that the tests run in, if that is a chroot. */
int vmm_can_run(void)
{
	return !access("/dev/kvm", F_OK) ||
	       !system("grep -qw svm /proc/cpuinfo && v=amd || v=intel; "
		       "chroot /proc/1/root modprobe kvm-$v");
}

ssize_t vmm_make(const char *path, uint8_t *content, size_t size)
{
	ssize_t len = content_read("/proc/self/exe", content, size - sizeof(struct timespec));
	struct timespec now;
	int fd;

	if (len <= 0)
		return -1;
	clock_gettime(CLOCK_REALTIME, &now);
	memcpy(content + len, &now, sizeof(now));
	len += sizeof(now);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (write(fd, content, len) != len)
		len = -1;
	close(fd);
	return len;
}

static int make_vms(int in, int out, unsigned int n, unsigned long type)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int err = kvm < 0 ? errno : 0;
	char byte;

	while (!err && n--)
		if (ioctl(kvm, KVM_CREATE_VM, type) < 0)
			err = errno;
	if (write(out, &err, sizeof(err)) != sizeof(err))
		return 1;
	while (read(in, &byte, 1) > 0)
		;
	return 0;
}

int vmm_main(int argc, char **argv)
{
	/* PROGRAM --script SCRIPT and the rest */
	if (argc == 6 && !strcmp(argv[1], VMM_SCRIPT)) {
		argv += 2;
		argc -= 2;
	}
	if (argc != 4 || strcmp(argv[1], OPTION))
		return -1;
	return make_vms(STDIN_FILENO, STDOUT_FILENO, strtoul(argv[2], NULL, 0),
			strtoul(argv[3], NULL, 0));
}

static void vmm_exec(const char *path, unsigned int n, unsigned long type, int in, int out)
{
	char number[16], kind[32];

	snprintf(number, sizeof(number), "%u", n);
	snprintf(kind, sizeof(kind), "%lu", type);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execl(path, path, OPTION, number, kind, NULL);
	_exit(1);
}

int vmm_start(struct vmm *vmm, const char *path, unsigned int n, unsigned long type)
{
	int in[2], out[2], err = EPIPE;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return -errno;
	vmm->in = in[1];
	vmm->pid = fork();
	if (!vmm->pid)
		vmm_exec(path, n, type, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	if (vmm->pid < 0 || read(out[0], &err, sizeof(err)) != sizeof(err))
		err = EPIPE;
	close(out[0]);
	return -err;
}

void vmm_end(struct vmm *vmm)
{
	close(vmm->in);
	waitpid(vmm->pid, NULL, 0);
}

int vmm_run(const char *path, unsigned int n, unsigned long type)
{
	struct vmm vmm;
	int err = vmm_start(&vmm, path, n, type);

	vmm_end(&vmm);
	return err;
}
