// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a VM that is no VM, across a live update, in two stages as in
 * the kernel's own selftests:
 *
 *	liveupdate hold SESSION TOKEN MIB	preserve it; a child keeps the session
 *	liveupdate take SESSION TOKEN MIB	get it back, compare it, finish
 *	liveupdate mute SESSION TOKEN MIB	preserve it in a call that fails all the same,
 *						and give it up
 *
 * For the scripts: prints "ok", or what went wrong and where.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* <linux/liveupdate.h>, which is newer than what Debian 13 has. */
struct session_arg {
	uint32_t size;
	int32_t fd;
	uint8_t name[64];
};

struct file_arg {
	uint32_t size;
	int32_t fd;
	uint64_t token;
};

struct finish_arg {
	uint32_t size;
	uint32_t reserved;
};

#define CREATE_SESSION		_IO(0xba, 0x00)
#define RETRIEVE_SESSION	_IO(0xba, 0x01)
#define PRESERVE_FD		_IO(0xba, 0x40)
#define RETRIEVE_FD		_IO(0xba, 0x41)
#define FINISH			_IO(0xba, 0x42)

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

/* No two words are equal, nor equal from one session to another. */
static uint64_t word(uint64_t token, uint64_t i)
{
	uint64_t x = (i + 1) * 0x9e3779b97f4a7c15 ^ token;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	return x ^ x >> 31;
}

static int session_get(unsigned long how, const char *name)
{
	struct session_arg arg = { .size = sizeof(arg) };
	int device = open("/dev/liveupdate", O_RDWR);
	int rc;

	if (device < 0)
		return -1;
	snprintf((char *)arg.name, sizeof(arg.name), "%s", name);
	rc = ioctl(device, how, &arg);
	close(device);
	return rc ? -1 : arg.fd;
}

/* Memory as of a VM: a session, and a file with what word() says. Returns 0 or 1. */
static int make(const char *name, uint64_t token, size_t size, int *session, int *fd)
{
	uint64_t *memory;

	*session = session_get(CREATE_SESSION, name);
	*fd = memfd_create("vm", 0);
	if (*session < 0)
		return fail("session");
	if (*fd < 0 || ftruncate(*fd, (off_t)size))
		return fail("memfd");
	memory = mmap(NULL, size, PROT_WRITE, MAP_SHARED, *fd, 0);
	if (memory == MAP_FAILED)
		return fail("mmap");
	for (size_t i = 0; i < size / sizeof(*memory); i++)
		memory[i] = word(token, i);
	return 0;
}

static int hold(const char *name, uint64_t token, size_t size)
{
	struct file_arg arg = { .size = sizeof(arg), .token = token };
	int session;

	if (make(name, token, size, &session, &arg.fd))
		return 1;
	if (ioctl(session, PRESERVE_FD, &arg))
		return fail("preserve");
	puts("ok");
	fflush(stdout);
	if (fork())
		return 0;
	setsid();
	for (int i = 0; i < 3; i++)
		close(i);
	for (;;)
		pause();
}

/* The kernel preserves the file and then finds that it cannot answer. */
static int mute(const char *name, uint64_t token, size_t size)
{
	struct file_arg *arg = mmap(NULL, sizeof(*arg), PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int session;

	if (arg == MAP_FAILED)
		return fail("mmap");
	*arg = (struct file_arg){ .size = sizeof(*arg), .token = token };
	if (make(name, token, size, &session, &arg->fd))
		return 1;
	if (mprotect(arg, sizeof(*arg), PROT_READ))
		return fail("mprotect");
	if (!ioctl(session, PRESERVE_FD, arg) || errno != EFAULT)
		return fail("preserve was answered");
	puts("ok");
	return 0;
}

static int take(const char *name, uint64_t token, size_t size)
{
	struct file_arg arg = { .size = sizeof(arg), .token = token };
	struct finish_arg finish = { .size = sizeof(finish) };
	int session = session_get(RETRIEVE_SESSION, name);
	const uint64_t *memory;

	if (session < 0)
		return fail("session");
	if (ioctl(session, RETRIEVE_FD, &arg))
		return fail("retrieve");
	if (lseek(arg.fd, 0, SEEK_END) != (off_t)size)
		return fail("size");
	memory = mmap(NULL, size, PROT_READ, MAP_SHARED, arg.fd, 0);
	if (memory == MAP_FAILED)
		return fail("mmap");
	for (size_t i = 0; i < size / sizeof(*memory); i++)
		if (memory[i] != word(token, i)) {
			printf("differs at %zu\n", i * sizeof(*memory));
			return 1;
		}
	if (ioctl(session, FINISH, &finish))
		return fail("finish");
	puts("ok");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const char *session, uint64_t token, size_t size);
} stages[] = { { "hold", hold }, { "take", take }, { "mute", mute } };

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 5 && i < sizeof(stages) / sizeof(stages[0]); i++)
		if (!strcmp(argv[1], stages[i].name))
			return stages[i].run(argv[2], strtoull(argv[3], NULL, 0),
					     strtoull(argv[4], NULL, 0) << 20);
	fprintf(stderr, "liveupdate hold|take|mute SESSION TOKEN MIB\n");
	return 2;
}
