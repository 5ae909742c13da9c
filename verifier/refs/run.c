// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

static int spawn(const char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	if (out >= 0)
		err = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
				   environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* Reads to the end, so that the program never waits for us. */
static int take(int fd, char *out, size_t room)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, out + len, room - len)) > 0) {
		len += n;
		if (len == room)
			return -EIO;
	}
	if (n < 0)
		return -errno;
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

static int finish(const char *name, pid_t pid, struct vouch_why *why)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return vouch_why(why, -errno, "%s: %s", name, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return vouch_why(why, -EIO, "%s failed", name);
	return 0;
}

int vouch_run(const char *const *argv, char *out, size_t room, struct vouch_why *why)
{
	int pipe_fds[2] = { -1, -1 };
	int err, taken = 0;
	pid_t pid;

	if (out && pipe2(pipe_fds, O_CLOEXEC))
		return vouch_why(why, -errno, "%s: %s", argv[0], strerror(errno));
	err = spawn(argv, pipe_fds[1], &pid);
	if (out)
		close(pipe_fds[1]);
	if (!err && out)
		taken = take(pipe_fds[0], out, room);
	if (out)
		close(pipe_fds[0]);
	if (err)
		return vouch_why(why, -err, "%s: cannot start it: %s", argv[0], strerror(err));
	err = finish(argv[0], pid, why);
	if (!err && taken)
		err = vouch_why(why, taken, "%s: unexpected output", argv[0]);
	return err;
}
