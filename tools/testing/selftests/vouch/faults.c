// SPDX-License-Identifier: GPL-2.0-only
/* faults ACTION STEP [FILE PCI-ADDRESS [PARAMETERS]]: does one thing again and again, each
 * time with another of the kernel's allocations failing for it (fail-nth of
 * CONFIG_FAULT_INJECTION), every STEP-th, until none is left that could fail.
 * Prints what came of it, and fails where an errno is not -ENOMEM or where the
 * same thing does not work afterwards.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "nth.h"

#define INIT	500	/* more than the module's init function allocates */
#define PCI	"/sys/bus/pci"

static char card[32];
static const char *file, *address, *parameters = "";
static int request_fd;
static uint8_t out[VOUCH_TRANSFER_MAX];
static unsigned int steps, failed;

static int do_open(void)
{
	int fd = card_open(card);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int do_certs(void)
{
	struct vouch_ioc_certs arg = {
		.size = sizeof(arg), .out = (uintptr_t)out, .out_len = sizeof(out),
	};

	return call(request_fd, VOUCH_IOC_CERTS, &arg);
}

static int do_attest(void)
{
	struct vouch_ioc_attest arg;

	return card_attest(request_fd, 1, out, &arg);
}

static int do_log_read(void)
{
	struct vouch_ioc_log_read arg = {
		.size = sizeof(arg), .out = (uintptr_t)out, .out_len = sizeof(out),
	};

	return call(request_fd, VOUCH_IOC_LOG_READ, &arg);
}

static int do_append(void)
{
	struct vouch_ioc_measure arg;

	return card_measure(request_fd, "under fire", &arg);
}

static int do_sysfs(void)
{
	char path[64];
	int fd, rc;

	snprintf(path, sizeof(path), CLASS "/%s/log", card);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	rc = fd < 0 || read(fd, out, sizeof(out)) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

static int do_insmod(void)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	rc = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return rc;
}

/* After an attach VMs are looked for, which the module waits for. */
static int do_rmmod(void)
{
	for (int tries = 1000; syscall(SYS_delete_module, "vouch", O_NONBLOCK); tries--) {
		if (errno != EAGAIN || !tries)
			return -errno;
		usleep(10000);
	}
	return 0;
}

static int do_probe(void)
{
	return text_write(PCI "/drivers_probe", address);
}

static bool bound(void)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/devices/%s/driver", address);
	return !access(path, F_OK);
}

static int override(const char *driver)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/devices/%s/driver_override", address);
	return text_write(path, driver);
}

static int complain(const char *what, unsigned int n, int rc)
{
	printf("%s, allocation %u: %s\n", what, n, rc ? strerror(-rc) : "0");
	return 1;
}

static int count(const char *what, unsigned int n, int rc)
{
	steps++;
	failed += rc == -ENOMEM;
	return rc && rc != -ENOMEM ? complain(what, n, rc) : 0;
}

static int request(const char *what, int (*act)(void), unsigned int step)
{
	unsigned int n = 1;
	int rc;

	for (; nth_under(n, act, &rc); n += step) {
		if (count(what, n, rc))
			return 1;
		rc = act();
		if (rc)
			return complain("the same afterwards", n, rc);
	}
	if (rc)
		return complain("with nothing failing", n, rc);
	/* All of them: what one falls back on fails too. */
	if (count(what, 0, nth_all(act)))
		return 1;
	rc = act();
	return rc ? complain("the same afterwards", 0, rc) : 0;
}

static int away(void)
{
	int rc = override("none");

	if (!rc)
		rc = do_rmmod();
	if (!rc)
		rc = do_insmod();
	return rc ?: override("\n");
}

/* Whether it says so or not: it is bound, or it is not and can be later. */
static int probe(unsigned int step)
{
	unsigned int n = 1;
	int rc = away();

	while (!rc && nth_under(n, do_probe, &rc)) {
		if (rc && rc != -ENOMEM && rc != -EINVAL)
			return complain("probe", n, rc);
		count("probe", n, bound() ? 0 : -ENOMEM);
		rc = bound() ? away() : 0;
		n += step;
	}
	if (rc || !bound())
		return complain("with nothing failing", n, rc ?: -ENODEV);
	return 0;
}

/* Most of what a load allocates is the kernel's own, and comes before. */
static int insmod(unsigned int step)
{
	unsigned int n, last;
	int rc;

	rc = override("none") ?: do_rmmod();
	if (rc)
		return complain("before", 0, rc);
	last = nth_of(do_insmod, &rc);
	for (n = last; !rc && n > 0 && n + INIT > last; n -= step < n ? step : n) {
		rc = do_rmmod();
		if (rc)
			return complain("rmmod", n, rc);
		nth_under(n, do_insmod, &rc);
		if (count("insmod", n, rc))
			return 1;
		rc = rc ? do_insmod() : 0;
	}
	if (rc)
		return complain("the same afterwards", n, rc);
	return override("\n") ?: do_probe();
}

static int rmmod(unsigned int step)
{
	unsigned int n = 1;
	int rc;

	for (; nth_under(n, do_rmmod, &rc); n += step) {
		if (rc)
			return complain("rmmod", n, rc);
		count("rmmod", n, rc);
		rc = do_insmod();
		if (rc)
			return complain("insmod", n, rc);
	}
	return rc ? complain("with nothing failing", n, rc) : do_insmod();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*act)(void);
	} requests[] = {
		{ "open", do_open }, { "certs", do_certs }, { "attest", do_attest },
		{ "log-read", do_log_read }, { "append", do_append }, { "sysfs", do_sysfs }, { }
	};
	unsigned int step = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	const char *what = argv[1];
	int rc = 2;

	if (!step || !nth_open())
		return 2;
	if (argc >= 5) {
		file = argv[3];
		address = argv[4];
		parameters = argc > 5 ? argv[5] : "";
		rc = !strcmp(what, "probe") ? probe(step) : !strcmp(what, "insmod") ? insmod(step) :
		     !strcmp(what, "rmmod") ? rmmod(step) : 2;
	} else if (card_find("host", card)) {
		request_fd = card_open(card);
		for (size_t i = 0; requests[i].name; i++)
			if (!strcmp(what, requests[i].name))
				rc = request(what, requests[i].act, step);
	}
	printf("%s: %u allocations failed, %u of them ended it\n", what, steps, failed);
	return rc;
}
