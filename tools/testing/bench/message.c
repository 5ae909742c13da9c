// SPDX-License-Identifier: GPL-2.0-only
/* See message.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

static void take_fds(struct message *m, struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);

	m->n_fds = 0;
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return;
	m->n_fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(m->fds, CMSG_DATA(c), m->n_fds * sizeof(int));
}

void message_read(int sock, struct message *m)
{
	char control[CMSG_SPACE(sizeof(m->fds))];
	struct iovec iov = { &m->head, sizeof(m->head) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	size_t len;

	if (recvmsg(sock, &msg, MSG_WAITALL) != sizeof(m->head))
		exit(0);
	take_fds(m, &msg);
	len = m->head.size - sizeof(m->head);
	if (m->head.size < sizeof(m->head) || len > BODY_MAX)
		exit(1);
	if (len && recv(sock, m->body, len, MSG_WAITALL) != (ssize_t)len)
		exit(0);
}

void message_send(int sock, struct message *m)
{
	char control[CMSG_SPACE(sizeof(m->fds))] = { 0 };
	struct iovec iov[] = {
		{ &m->head, sizeof(m->head) }, { m->body, m->head.size - sizeof(m->head) },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t sent;

	if (m->n_fds) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(m->n_fds * sizeof(int));
		*CMSG_FIRSTHDR(&msg) = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(m->n_fds * sizeof(int)),
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), m->fds, m->n_fds * sizeof(int));
	}
	/* Blocking, and less than a socket's buffer holds but for maps, which are small. */
	sent = sendmsg(sock, &msg, MSG_NOSIGNAL);
	if (sent != (ssize_t)m->head.size)
		exit(sent < 0 && errno == EPIPE ? 0 : 1);
	for (size_t i = 0; i < m->n_fds; i++)
		close(m->fds[i]);
	m->n_fds = 0;
}
