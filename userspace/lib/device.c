// SPDX-License-Identifier: GPL-2.0-only
/* Finding and opening /dev/vouchN. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "private.h"

#define CLASS	"/sys/class/vouch"
#define PREFIX	"vouch"

struct vouch_device {
	const struct vouch_device_ops *ops;
	void *ctx;
};

static int node_ioctl(void *ctx, unsigned long request, void *arg)
{
	const int *fd = ctx;

	return ioctl(*fd, request, arg) < 0 ? -errno : 0;
}

static void node_close(void *ctx)
{
	const int *fd = ctx;

	close(*fd);
	free(ctx);
}

static const struct vouch_device_ops node_ops = {
	.ioctl = node_ioctl,
	.close = node_close,
};

/**
 * vouch_device_new() - a device whose requests go to @ops
 * @ops: must outlive the device
 * @ctx: passed to each operation; closed with the device
 * @out: the device; vouch_device_close() frees it
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_device_new(const struct vouch_device_ops *ops, void *ctx, struct vouch_device **out)
{
	struct vouch_device *dev = malloc(sizeof(*dev));

	if (!dev)
		return -ENOMEM;
	dev->ops = ops;
	dev->ctx = ctx;
	*out = dev;
	return 0;
}

static int role_of(const char *root, int number)
{
	char path[PATH_MAX], text[16] = "";
	FILE *file;
	int role = -ENODEV;

	snprintf(path, sizeof(path), "%s" CLASS "/" PREFIX "%d/role", root, number);
	file = fopen(path, "re");
	if (!file)
		return -ENODEV;
	if (fgets(text, sizeof(text), file)) {
		text[strcspn(text, "\n")] = '\0';
		if (!strcmp(text, vouch_role_name(VOUCH_ROLE_HOST)))
			role = VOUCH_ROLE_HOST;
		else if (!strcmp(text, vouch_role_name(VOUCH_ROLE_GUEST)))
			role = VOUCH_ROLE_GUEST;
	}
	fclose(file);
	return role;
}

static int number_of(const char *name)
{
	char *end;
	long number;

	if (strncmp(name, PREFIX, strlen(PREFIX)))
		return -1;
	name += strlen(PREFIX);
	if (*name < '0' || *name > '9')
		return -1;
	number = strtol(name, &end, 10);
	return *end || number > INT_MAX ? -1 : (int)number;
}

/**
 * vouch_device_find() - look a device up in sysfs
 * @root: prefix of /sys, empty for the running system
 * @number: the one wanted, or VOUCH_ANY_DEVICE for the lowest
 * @role: VOUCH_ROLE_*, or -1 for either
 *
 * Return: its number; -ENOSYS if the module is not loaded, -ENXIO if there is
 * no such device.
 */
int vouch_device_find(const char *root, int number, int role)
{
	int best = -ENXIO, found;
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s" CLASS, root);
	dir = opendir(path);
	if (!dir)
		return -ENOSYS;
	while ((entry = readdir(dir))) {
		found = number_of(entry->d_name);
		if (found < 0 || (number != VOUCH_ANY_DEVICE && found != number))
			continue;
		if (role >= 0 && role_of(root, found) != role)
			continue;
		if (best < 0 || found < best)
			best = found;
	}
	closedir(dir);
	return best;
}

static int open_found(int number, struct vouch_device **out)
{
	char path[32];
	int *fd, ret;

	if (number < 0)
		return number;
	fd = malloc(sizeof(*fd));
	if (!fd)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/dev/" PREFIX "%d", number);
	*fd = open(path, O_RDWR | O_CLOEXEC);
	if (*fd < 0) {
		ret = -errno;
		free(fd);
		return ret;
	}
	ret = vouch_device_new(&node_ops, fd, out);
	if (ret)
		node_close(fd);
	return ret;
}

/**
 * vouch_device_open() - open a device by number
 * @number: N of /dev/vouchN, or VOUCH_ANY_DEVICE for the lowest
 * @out: the device; vouch_device_close() frees it
 *
 * Return: 0; -ENOSYS if the module is not loaded, -ENXIO if there is no such
 * device, -EACCES without permission, or another negative errno of open(2).
 */
int vouch_device_open(int number, struct vouch_device **out)
{
	return open_found(vouch_device_find("", number, -1), out);
}

/**
 * vouch_device_open_role() - open the lowest device of one role
 * @role: VOUCH_ROLE_*
 * @out: the device; vouch_device_close() frees it
 *
 * Return: as vouch_device_open().
 */
int vouch_device_open_role(unsigned int role, struct vouch_device **out)
{
	return open_found(vouch_device_find("", VOUCH_ANY_DEVICE, (int)role), out);
}

/* vouch_device_close() - close and free; NULL is fine */
void vouch_device_close(struct vouch_device *dev)
{
	if (dev && dev->ops->close)
		dev->ops->close(dev->ctx);
	free(dev);
}

int vouch_device_call(struct vouch_device *dev, unsigned long request, void *arg)
{
	return dev->ops->ioctl(dev->ctx, request, arg);
}

uint64_t vouch_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
