// SPDX-License-Identifier: GPL-2.0-only
/* See common.h. Knows no test harness. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

static int text_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	if (n && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return n;
}

static long long number_read(const char *path)
{
	char text[64], *end;
	long long value;

	if (text_read(path, text, sizeof(text)) <= 0)
		return -1;
	value = strtoll(text, &end, 10);
	return *end ? -1 : value;
}

int attr_read(const char *card, const char *attr, char *text, size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), CLASS "/%s/%s", card, attr);
	return text_read(path, text, size);
}

long long attr_number(const char *card, const char *attr)
{
	char path[256];

	snprintf(path, sizeof(path), CLASS "/%s/%s", card, attr);
	return number_read(path);
}

long long parameter_number(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	return number_read(path);
}

int card_remove(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), CLASS "/%s/device/remove", name);
	return text_write(path, "1");
}

int module_reload(void)
{
	/* One that lies about is the one under test. */
	return system("g=$(cat " PARAMETERS "/guests); chroot /proc/1/root sh -c \"rmmod vouch; "
		      "if [ -e /vouch.ko ]; then insmod /vouch.ko guests=$g; "
		      "else modprobe vouch guests=$g; fi\"");
}

bool card_find(const char *role, char name[32])
{
	DIR *dir = opendir(CLASS);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char text[32];

		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= 32)
			continue;
		found = attr_read(entry->d_name, "role", text, sizeof(text)) > 0 &&
			!strcmp(text, role);
		if (found)
			memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool card_is_there(void)
{
	char name[32];

	return card_find("host", name) || card_find("guest", name);
}

int card_open(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int text_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done;

	if (fd < 0)
		return -errno;
	done = write(fd, text, strlen(text));
	done = done < 0 ? -errno : 0;
	close(fd);
	return done;
}

unsigned int parameters_save(struct parameter *saved, unsigned int room)
{
	DIR *dir = opendir(PARAMETERS);
	struct dirent *entry;
	unsigned int n = 0;

	while (dir && n < room && (entry = readdir(dir))) {
		struct parameter *each = &saved[n];
		ssize_t size;
		int fd;

		if (entry->d_type != DT_REG)
			continue;
		snprintf(each->path, sizeof(each->path), PARAMETERS "/%.63s", entry->d_name);
		fd = open(each->path, O_RDONLY | O_CLOEXEC);
		size = fd < 0 ? -1 : read(fd, each->text, sizeof(each->text) - 1);
		close(fd);
		if (size <= 0)
			continue;
		each->text[size] = 0;
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	lseek(fd, 0, SEEK_END);
	return fd;
}

bool kmsg_says(int fd, const char *text)
{
	char line[8192];
	ssize_t n;

	while ((n = read(fd, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		line[n < 0 ? 0 : n] = '\0';
		if (strstr(line, text))
			return true;
	}
	return false;
}

int call(int fd, unsigned long cmd, void *arg)
{
	int rc = ioctl(fd, cmd, arg);

	return rc < 0 ? -errno : rc;
}

int card_measure(int fd, const char *name, struct vouch_ioc_measure *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->size = sizeof(*arg);
	arg->name = (uintptr_t)name;
	arg->name_len = strlen(name);
	memset(arg->digest, 0x5a, sizeof(arg->digest));
	return call(fd, VOUCH_IOC_MEASURE, arg);
}

int card_attest(int fd, uint8_t fill, void *out, struct vouch_ioc_attest *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->size = sizeof(*arg);
	arg->out = (uintptr_t)out;
	arg->out_len = VOUCH_EVIDENCE_MAX;
	memset(arg->nonce, fill, sizeof(arg->nonce));
	return call(fd, VOUCH_IOC_ATTEST, arg);
}

int card_state(int fd, uint32_t log, struct vouch_ioc_log_state *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->size = sizeof(*arg);
	arg->log = log;
	return call(fd, VOUCH_IOC_LOG_STATE, arg);
}

static int drop_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return -1;
	data[0].effective &= ~(1U << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &head, data);
}

int call_without_admin(int fd, unsigned long cmd, void *arg)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(drop_admin() ? 255 : -call(fd, cmd, arg));
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}
