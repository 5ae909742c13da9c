// SPDX-License-Identifier: GPL-2.0-only
/* See fuse.h. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/fuse.h>

#include "fuse.h"

#define NODE 2
#define READ_MAX (128 << 10)

struct server {
	int fd;
	struct fuse_switch *state;
	const uint8_t *content;
	size_t size;
};

struct request {
	struct fuse_in_header head;
	union {
		char name[256];
		struct fuse_init_in init;
		struct fuse_read_in read;
		uint8_t room[READ_MAX + 4096];
	};
};

bool fuse_is_there(void)
{
	return !access("/dev/fuse", F_OK) || !system("chroot /proc/1/root modprobe fuse");
}

static void answer(const struct server *server, const struct request *request, int err,
		   const void *data, size_t size)
{
	struct fuse_out_header head = {
		.len = sizeof(head) + (err ? 0 : size), .error = err,
		.unique = request->head.unique,
	};
	struct iovec parts[] = { { &head, sizeof(head) }, { (void *)data, err ? 0 : size } };

	/* Who asked may be gone. */
	if (writev(server->fd, parts, 2) < 0 && errno != ENOENT)
		_exit(1);
}

static struct fuse_attr attributes(const struct server *server, uint64_t node)
{
	struct fuse_attr attr = { .ino = node, .nlink = 1, .blksize = 4096 };

	attr.mode = node == NODE ? S_IFREG | 0755 : S_IFDIR | 0755;
	attr.size = node == NODE ? server->size : 0;
	return attr;
}

static void serve_init(const struct server *server, const struct request *request)
{
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = READ_MAX, .max_write = 4096,
	};

	answer(server, request, 0, &out, sizeof(out));
}

static void serve_lookup(const struct server *server, const struct request *request)
{
	struct fuse_entry_out out = {
		.nodeid = NODE, .entry_valid = 3600, .attr_valid = 3600,
		.attr = attributes(server, NODE),
	};

	answer(server, request, strcmp(request->name, FUSE_FILE) ? -ENOENT : 0, &out,
	       sizeof(out));
}

static void serve_attributes(const struct server *server, const struct request *request)
{
	struct fuse_attr_out out = {
		.attr_valid = 3600, .attr = attributes(server, request->head.nodeid),
	};

	answer(server, request, 0, &out, sizeof(out));
}

static void serve_open(const struct server *server, const struct request *request)
{
	struct fuse_open_out out = {
		.open_flags = FOPEN_KEEP_CACHE | (server->state->direct ? FOPEN_DIRECT_IO : 0),
	};

	answer(server, request, 0, &out, sizeof(out));
}

static void serve_read(const struct server *server, const struct request *request)
{
	size_t at = request->read.offset, size = request->read.size;

	if (server->state->hold) {
		server->state->held++;
		return;
	}
	if (at > server->size)
		at = server->size;
	if (size > server->size - at)
		size = server->size - at;
	answer(server, request, 0, server->content + at, size);
}

static void serve(const struct server *server, const struct request *request)
{
	switch (request->head.opcode) {
	case FUSE_INIT:
		serve_init(server, request);
		break;
	case FUSE_LOOKUP:
		serve_lookup(server, request);
		break;
	case FUSE_GETATTR:
		serve_attributes(server, request);
		break;
	case FUSE_OPEN:
		serve_open(server, request);
		break;
	case FUSE_READ:
		serve_read(server, request);
		break;
	case FUSE_RELEASE:
		answer(server, request, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(server, request, -ENOSYS, NULL, 0);
	}
}

static void server_run(const struct server *server)
{
	static struct request request;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		ssize_t n = read(server->fd, &request, sizeof(request));

		if (n < 0 && errno != EINTR && errno != ENOENT)
			_exit(0);
		if (n >= (ssize_t)sizeof(request.head))
			serve(server, &request);
	}
}

int fuse_start(struct fuse *fuse, const uint8_t *content, size_t size)
{
	struct server server = { .content = content, .size = size };
	char options[128];

	strcpy(fuse->folder, "/tmp/fuse-XXXXXX");
	if (!mkdtemp(fuse->folder))
		return -errno;
	fuse->state = mmap(NULL, sizeof(*fuse->state), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fuse->state == MAP_FAILED)
		return -errno;
	server.state = fuse->state;
	server.fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (server.fd < 0)
		return -errno;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40755,user_id=0,group_id=0",
		 server.fd);
	if (mount("test", fuse->folder, "fuse", 0, options))
		return -errno;
	fuse->pid = fork();
	if (!fuse->pid)
		server_run(&server);
	close(server.fd);
	return fuse->pid < 0 ? -errno : 0;
}

void fuse_stop(struct fuse *fuse)
{
	if (!fuse->pid)
		return;
	/* The last descriptor: the kernel ends the connection. */
	kill(fuse->pid, SIGKILL);
	waitpid(fuse->pid, NULL, 0);
	umount2(fuse->folder, MNT_DETACH);
	rmdir(fuse->folder);
	munmap(fuse->state, sizeof(*fuse->state));
	fuse->pid = 0;
}
