// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process with a card in a real folder is killed at each of its writes, half
 * of the bytes written. The linker puts the functions below in the way of the
 * platform's system calls (--wrap).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "tap.h"

ssize_t __real_pwrite(int fd, const void *buf, size_t len, off_t offset);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_ftruncate(int fd, off_t len);
int __real_rename(const char *from, const char *to);
ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t offset);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_rename(const char *from, const char *to);

/* Calls until death; -1: immortal. */
static long fuse = -1;
static unsigned int part;	/* eighths of a write that still happen */

static bool dying(void)
{
	return fuse >= 0 && !fuse--;
}

ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t offset)
{
	if (dying()) {
		if (__real_pwrite(fd, buf, len * part / 8, offset) < 0)
			_exit(3);
		_exit(9);
	}
	return __real_pwrite(fd, buf, len, offset);
}

int __wrap_fsync(int fd)
{
	if (dying())
		_exit(9);
	return __real_fsync(fd);
}

int __wrap_fdatasync(int fd)
{
	if (dying())
		_exit(9);
	return __real_fdatasync(fd);
}

int __wrap_ftruncate(int fd, off_t len)
{
	if (dying())
		_exit(9);
	return __real_ftruncate(fd, len);
}

int __wrap_rename(const char *from, const char *to)
{
	if (dying())
		_exit(9);
	return __real_rename(from, to);
}

static struct vouch_platform platform;
static struct vouch_card card;

/* Two single records, then two in one commit; tells what was acknowledged. */
static int life(const struct folder *folder, int tell)
{
	const struct vouch_platform_options options = folder_options(folder);
	uint8_t done[2][sizeof(struct vouch_appended)];
	struct vouch_card_report report;
	struct vouch_why why;
	int i;

	if (vouch_platform_open(&platform, &options, &why) ||
	    vouch_card_open(&card, &platform.config, &report) || vouch_card_attach(&card, 0))
		return 2;
	for (i = 0; i < 2; i++)
		if (folder_append(&card, "single", done[0]) || vouch_card_commit(&card) ||
		    write(tell, done[0], sizeof(done[0])) != sizeof(done[0]))
			return 2;
	if (folder_append(&card, "batch", done[0]) || folder_append(&card, "batch", done[1]) ||
	    vouch_card_commit(&card) || write(tell, done, sizeof(done)) != sizeof(done))
		return 2;
	return vouch_card_close(&card) ? 2 : 0;
}

static int kill_at(const struct folder *folder, long call, uint8_t *told, size_t *told_len)
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		abort();
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid) {
		close(fds[0]);
		fuse = call;
		_exit(life(folder, fds[1]));
	}
	close(fds[1]);
	*told_len = 0;
	while ((n = read(fds[0], told + *told_len, 1024 - *told_len)) > 0)
		*told_len += (size_t)n;
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Is each acknowledged record in the journal with its number and digest? */
static const char *kept(const struct folder *folder, const uint8_t *told, size_t told_len)
{
	const struct vouch_platform_options options = folder_options(folder);
	static uint8_t out[VOUCH_TRANSFER_MAX];
	const struct vouch_cmd read_all = { .opcode = VOUCH_OP_LOG_READ,
					    .out_len = VOUCH_TRANSFER_MAX };
	struct vouch_card_report report;
	struct vouch_card_reply reply;
	const char *error = NULL;
	struct vouch_why why;
	size_t at;

	if (vouch_platform_open(&platform, &options, &why)) {
		printf("# %s\n", why.text);
		return "the platform does not open";
	}
	if (vouch_card_open(&card, &platform.config, &report)) {
		vouch_platform_explain(&report, -1, &why);
		printf("# %s\n", why.text);
		error = "the card does not open";
	} else if (vouch_card_attach(&card, 0)) {
		error = "the card cannot go on";
	}
	if (!error)
		vouch_card_execute(&card, 0, &read_all, NULL, 0, out, sizeof(out), 1, &reply);
	for (at = 0; !error && at < told_len; at += sizeof(struct vouch_appended))
		if (!memmem(out, reply.cpl.out_len, told + at + 8, VOUCH_DIGEST_SIZE))
			error = "an acknowledged record is gone";
	if (!error && vouch_card_close(&card))
		error = "the card does not close";
	vouch_platform_close(&platform);
	return error;
}

/* Killed while it is being made, a card is either not there yet or whole. */
static bool whole(const struct folder *folder)
{
	char counter[FOLDER_PATH + 16];
	uint8_t id[VOUCH_CARD_ID_SIZE];
	struct vouch_counter open_counter;
	struct vouch_why why;
	int ret = vouch_platform_create(folder->state, &why);

	snprintf(counter, sizeof(counter), "%s.counter", folder->state);
	if ((ret && ret != -EEXIST) || vouch_platform_card_id(folder->state, id, &why) ||
	    vouch_counter_open(&open_counter, counter, id)) {
		printf("# making it again: %d, %s\n", ret, why.text);
		return false;
	}
	vouch_counter_close(&open_counter);
	return true;
}

static void test_making(const struct folder *folder)
{
	unsigned int broken = 0;
	int status = -1;
	long call;

	for (call = 0; status && call < 50; call++) {
		struct vouch_why why;
		pid_t pid;

		folder_run("rm -rf %s %s.counter*", folder->state, folder->state);
		part = (unsigned int)call % 8;
		fflush(NULL);
		pid = fork();
		if (!pid) {
			fuse = call;
			_exit(vouch_platform_create(folder->state, &why) ? 2 : 0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			abort();
		broken += !whole(folder);
	}
	IS(broken, 0, "killed while it is made, a card can still be made");
	OK(!status && call > 5, "at any of its writes");
}

int main(void)
{
	unsigned int failed = 0, acknowledged = 0;
	struct folder folder;
	long call = 0;
	int ended;

	folder_make(&folder);
	folder_certify(&folder);
	folder_run("cp -a %s %s/fresh; cp %s.counter %s/fresh.counter", folder.state, folder.root,
		   folder.state, folder.root);
	do {
		uint8_t told[1024];
		const char *error;
		size_t len;

		folder_run("rm -rf %s; cp -a %s/fresh %s; cp %s/fresh.counter %s.counter",
			   folder.state, folder.root, folder.state, folder.root, folder.state);
		part = (unsigned int)call % 8;
		ended = kill_at(&folder, call, told, &len);
		error = ended == 9 || !ended ? kept(&folder, told, len) : "the child failed";
		acknowledged += (unsigned int)(len / sizeof(struct vouch_appended));
		if (error) {
			failed++;
			printf("# killed at call %ld: %s\n", call, error);
		}
		call++;
	} while (ended && call < 200 && failed < 10);
	IS(failed, 0, "killed at any write, each acknowledged record is there");
	OK(!ended && call > 30, "each write was reached");
	OK(acknowledged > 10, "records were acknowledged before");
	printf("# %ld calls, %u acknowledgements\n", call, acknowledged);
	test_making(&folder);
	folder_remove(&folder);
	return tap_done();
}
