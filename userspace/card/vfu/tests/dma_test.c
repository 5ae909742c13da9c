// SPDX-License-Identifier: GPL-2.0-only
/* DMA ranges: replacing, cutting, forgetting, and what an access may cross. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dma.h"
#include "tap.h"

#define PAGE	4096ULL
#define PAGES	16
#define RW	(VOUCH_DMA_READ | VOUCH_DMA_WRITE)

/* A file system of the client's own may keep whoever asks it waiting. */
static bool asked_file_system;

int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);

int __wrap_fstat(int fd, struct stat *st)
{
	asked_file_system = true;
	return __real_fstat(fd, st);
}

/* Once: a client that shrinks and seals its file while the card looks at it. */
static bool shrink_before_seals;

int __real_fcntl(int fd, int command, long arg);
int __wrap_fcntl(int fd, int command, long arg);

int __wrap_fcntl(int fd, int command, long arg)
{
	if (command == F_GET_SEALS && shrink_before_seals && asked_file_system) {
		shrink_before_seals = false;
		if (ftruncate(fd, 0) || __real_fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK))
			return -1;
	}
	return __real_fcntl(fd, command, arg);
}

/* A file whose page N is filled with the byte N + 1. */
static int make_file(bool sealed)
{
	int fd = memfd_create("test", MFD_ALLOW_SEALING);
	uint8_t page[PAGE];

	for (int i = 0; i < PAGES; i++) {
		memset(page, i + 1, sizeof(page));
		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page))
			return -1;
	}
	if (sealed && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK))
		return -1;
	return fd;
}

/* The byte at @iova, or 0 when it is out of reach. */
static int at(struct vouch_dma *dma, uint64_t iova)
{
	uint8_t byte = 0;

	return vouch_dma_read(dma, iova, &byte, 1) ? 0 : byte;
}

static void test_ranges(int fd)
{
	struct vouch_dma dma = { 0 };

	OK(!vouch_dma_map(&dma, 0, PAGES * PAGE, 0, RW, fd), "map");
	OK(at(&dma, 0) == 1 && at(&dma, 16 * PAGE - 1) == 16, "first and last byte");
	OK(!at(&dma, 16 * PAGE), "nothing after the end");
	OK(!vouch_dma_unmap(&dma, 4 * PAGE, PAGE) && dma.count == 2, "a hole splits a range");
	OK(at(&dma, 4 * PAGE - 1) == 4 && !at(&dma, 4 * PAGE) && !at(&dma, 5 * PAGE - 1) &&
	   at(&dma, 5 * PAGE) == 6, "the hole is where it should be");
	OK(!vouch_dma_map(&dma, 3 * PAGE, 3 * PAGE, 10 * PAGE, RW, fd) && dma.count == 3,
	   "a map replaces what it covers");
	OK(at(&dma, 2 * PAGE) == 3 && at(&dma, 3 * PAGE) == 11 && at(&dma, 5 * PAGE) == 13 &&
	   at(&dma, 6 * PAGE) == 7, "and only that");
	OK(!vouch_dma_unmap(&dma, 1ULL << 62, 1ULL << 62) && dma.count == 3,
	   "unmapping what never was is no error");
	OK(!vouch_dma_unmap(&dma, PAGE, 1ULL << 62) && dma.count == 1 && at(&dma, 0) == 1,
	   "an unmap forgets every range inside it");
	OK(!vouch_dma_unmap(&dma, 0, UINT64_MAX) && !dma.count && !dma.files, "and the file");
	vouch_dma_clear(&dma);
}

static void test_bounds(int fd)
{
	struct vouch_dma dma = { 0 };
	uint8_t buf[2 * PAGE];

	OK(vouch_dma_map(&dma, 0, 0, 0, RW, fd) == -EINVAL, "an empty map is refused");
	OK(vouch_dma_map(&dma, UINT64_MAX, 2, 0, RW, fd) == -EINVAL, "so is one past the end");
	OK(vouch_dma_map(&dma, 0, PAGE, INT64_MAX, RW, fd) == -EINVAL, "or outside any file");
	OK(!vouch_dma_map(&dma, -PAGE, PAGE, 0, RW, fd), "the last page can be mapped");
	OK(vouch_dma_read(&dma, UINT64_MAX, buf, 2) == -EFAULT, "no access wraps around");
	OK(!vouch_dma_map(&dma, PAGE, PAGE, 0, RW, fd) &&
	   !vouch_dma_map(&dma, 2 * PAGE, PAGE, 7 * PAGE, VOUCH_DMA_READ, fd), "two neighbours");
	OK(!vouch_dma_read(&dma, 2 * PAGE - 1, buf, 2) && buf[0] == 1 && buf[1] == 8,
	   "a read crosses into the neighbour");
	OK(vouch_dma_write(&dma, 2 * PAGE - 1, buf, 2) == -EFAULT, "a write does not: read only");
	OK(vouch_dma_reachable(&dma, PAGE, PAGE) && !vouch_dma_reachable(&dma, PAGE, PAGE + 1),
	   "reachable agrees");
	OK(!vouch_dma_map(&dma, PAGE, PAGE, 0, RW, -1) && !at(&dma, PAGE),
	   "a map without a file is out of reach and replaces");
	vouch_dma_clear(&dma);
}

static void test_many(int fd)
{
	struct vouch_dma dma = { 0 };
	bool good = true;

	for (uint64_t i = 0; i < 20000; i++)
		good &= !vouch_dma_map(&dma, (20000 - i) * 2 * PAGE, PAGE, i % 16 * PAGE, RW, fd);
	OK(good && dma.count == 20000, "20,000 small maps");
	OK(at(&dma, 2 * PAGE) == 19999 % 16 + 1 && !at(&dma, 3 * PAGE), "each where it should be");
	OK(!vouch_dma_unmap(&dma, 0, 1ULL << 62) && !dma.count && !dma.files, "all forgotten");
	vouch_dma_clear(&dma);
}

/* When there is no room for one more range, a hole takes the rest with it. */
static void test_no_room(int fd)
{
	struct vouch_dma dma = { 0 };
	uint64_t i = 0;

	while (!vouch_dma_map(&dma, i * 4 * PAGE, 3 * PAGE, 0, RW, fd))
		i++;
	OK(dma.count == 1 << 17, "131,072 ranges at most");
	OK(vouch_dma_unmap(&dma, PAGE, PAGE) == -ENOSPC, "then no range can be split");
	OK(at(&dma, 0) == 1 && !at(&dma, PAGE) && !at(&dma, 2 * PAGE) && at(&dma, 4 * PAGE) == 1,
	   "and what was unmapped is out of reach all the same");
	vouch_dma_clear(&dma);
}

/* An owner who shrinks the file must get an error into the card, not kill it. */
static void test_shrinking(void)
{
	struct vouch_dma dma = { 0 };
	int fd = make_file(false);

	OK(!vouch_dma_map(&dma, 0, PAGES * PAGE, 0, RW, fd) && at(&dma, PAGE) == 2,
	   "an unsealed file works");
	OK(!ftruncate(fd, PAGE) && !at(&dma, PAGE) && at(&dma, 0) == 1, "and may shrink");
	OK(!vouch_dma_publish(&dma, 8, 0x0102030405060708) && at(&dma, 8) == 8, "publish writes");
	vouch_dma_clear(&dma);
	close(fd);
}

/* Sealed is not enough: it must have been sealed before its size was taken. */
static void test_race(void)
{
	struct vouch_dma dma = { 0 };
	int fd = make_file(false);

	asked_file_system = false;
	shrink_before_seals = true;
	OK(!vouch_dma_map(&dma, 0, PAGES * PAGE, 0, RW, fd) && !shrink_before_seals,
	   "a file shrinks and is sealed during the map");
	OK(!at(&dma, 0) && !at(&dma, PAGE), "what is not there is out of reach");
	vouch_dma_clear(&dma);
	close(fd);
}

/* Huge pages can run out at any access, sealed or not. */
static void test_huge(void)
{
	struct vouch_dma dma = { 0 };
	int fd = memfd_create("huge", MFD_HUGETLB | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, 2 << 20) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)) {
		OK(true, "no huge pages # SKIP the kernel has none");
		return;
	}
	OK(vouch_dma_map(&dma, 0, PAGE, 0, RW, fd) == -EINVAL && !at(&dma, 0), "no huge pages");
	vouch_dma_clear(&dma);
	close(fd);
}

static void test_kinds(void)
{
	struct vouch_dma dma = { 0 };
	int ends[2], null = open("/dev/null", O_RDWR), other = open("/proc/self/status", O_RDONLY);

	asked_file_system = false;
	OK(!pipe(ends) && vouch_dma_map(&dma, 0, PAGE, 0, RW, ends[0]) == -EINVAL, "no pipe");
	OK(vouch_dma_map(&dma, 0, PAGE, 0, RW, null) == -EINVAL, "no device");
	OK(vouch_dma_map(&dma, 0, PAGE, 0, RW, other) == -EINVAL, "no file that is not memory");
	OK(!asked_file_system, "and their file systems are not asked");
	vouch_dma_clear(&dma);
	close(ends[0]);
	close(ends[1]);
	close(null);
	close(other);
}

int main(void)
{
	int fd = make_file(true);

	test_ranges(fd);
	test_bounds(fd);
	test_many(fd);
	test_no_room(fd);
	test_shrinking();
	test_race();
	test_huge();
	test_kinds();
	close(fd);
	return tap_done();
}
