// SPDX-License-Identifier: GPL-2.0-only
/* See patch.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common.h"
#include "kernel.h"
#include "patch.h"

#define HELD "/proc/vouch_held"
#define SECONDS 120

void module_path(const char *name, char *path, size_t size)
{
	const char *folder = getenv("VOUCH_TEST_MODULES");
	char own[256] = "";
	struct utsname uts;

	uname(&uts);
	if (!folder && readlink("/proc/self/exe", own, sizeof(own) - 1) > 0) {
		*strrchr(own, '/') = 0;
		snprintf(path, size, "%s/../../testmod/%s/livepatch/%s.ko", own, uts.release,
			 name);
		return;
	}
	snprintf(path, size, "%s/livepatch/%s.ko", folder ?: ".", name);
}

int module_load(const char *name, const char *options)
{
	char path[512];
	int fd, rc;

	module_path(name, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = syscall(SYS_finit_module, fd, options, 0) ? -errno : 0;
	close(fd);
	return rc;
}

bool module_is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK);
}

static void patch_file(const char *name, const char *file, char *path, size_t size)
{
	snprintf(path, size, "/sys/kernel/livepatch/%s/%s", name, file);
}

char patch_read(const char *name, const char *file)
{
	char path[128], value = 0;

	patch_file(name, file, path, sizeof(path));
	content_read(path, &value, 1);
	return value;
}

int patch_write(const char *name, const char *file, const char *value)
{
	char path[128];
	int fd, rc;

	patch_file(name, file, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

bool patch_settles(const char *name, char enabled)
{
	for (int i = 0; i < SECONDS * 10; i++) {
		if (patch_read(name, "transition") != '1' &&
		    patch_read(name, "enabled") == enabled)
			return true;
		usleep(100000);
	}
	return false;
}

void held_release(void)
{
	int fd = open(HELD, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "1", 1) < 0)
		perror(HELD);
	close(fd);
}

pid_t held_start(void)
{
	char path[64], stack[4096], byte;
	pid_t pid = fork();

	if (!pid) {
		int fd = open(HELD, O_RDONLY);

		_exit(read(fd, &byte, 1) < 0);
	}
	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	for (int i = 0; i < SECONDS * 10; i++) {
		ssize_t len = content_read(path, stack, sizeof(stack) - 1);

		if (len > 0 && memmem(stack, len, "held_wait", strlen("held_wait")))
			return pid;
		usleep(100000);
	}
	return -1;
}
