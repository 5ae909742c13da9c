// SPDX-License-Identifier: GPL-2.0-only
/* Unix sockets: listen and accept. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket.h"

/* A socket that nobody listens on was left by a card that was killed. */
static bool abandoned(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool refused;

	if (fd < 0)
		return false;
	refused = connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) &&
		  errno == ECONNREFUSED;
	close(fd);
	return refused;
}

static int bind_to(int fd, const struct sockaddr_un *addr)
{
	if (!bind(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		return 0;
	if (errno != EADDRINUSE || !abandoned(addr))
		return -EADDRINUSE;
	unlink(addr->sun_path);
	return bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) ? -errno : 0;
}

/**
 * vouch_socket_listen() - listen on a path
 * @path: of the socket; one that was left behind is replaced
 *
 * Return: a non-blocking socket, or a negative errno.
 */
int vouch_socket_listen(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, ret;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	ret = bind_to(fd, &addr);
	if (!ret && listen(fd, 4))
		ret = -errno;
	if (ret) {
		close(fd);
		return ret;
	}
	return fd;
}

/**
 * vouch_socket_accept() - take a connection
 * @listener: from vouch_socket_listen()
 *
 * Return: a non-blocking socket, or a negative errno.
 */
int vouch_socket_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	return fd < 0 ? -errno : fd;
}
