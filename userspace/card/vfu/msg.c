// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framing: a stream of bytes and files becomes whole messages, and replies go
 * back. Nothing here blocks, and nothing grows: a client that does not read
 * its replies is not read either.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msg.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the protocol is little endian");

/**
 * vouch_conn_open() - begin framing on a connected socket
 * @conn: to be initialised
 * @fd: non-blocking stream socket, owned from now on
 */
void vouch_conn_open(struct vouch_conn *conn, int fd)
{
	conn->fd = fd;
	conn->got = 0;
	conn->in.fd_count = 0;
	conn->out_from = 0;
	conn->out_len = 0;
}

/**
 * vouch_conn_close() - close the socket and what came over it
 * @conn: may be closed already
 */
void vouch_conn_close(struct vouch_conn *conn)
{
	if (conn->fd < 0)
		return;
	vouch_msg_drop_fds(&conn->in);
	close(conn->fd);
	conn->fd = -1;
}

/**
 * vouch_msg_take_fd() - take over a file that came with a message
 * @msg: the message
 * @index: which
 *
 * Return: the file, which the caller closes, or -1 if there is none.
 */
int vouch_msg_take_fd(struct vouch_msg *msg, unsigned int index)
{
	int fd;

	if (index >= msg->fd_count)
		return -1;
	fd = msg->fds[index];
	msg->fds[index] = -1;
	return fd;
}

/**
 * vouch_msg_drop_fds() - close every file that no handler took
 * @msg: the message
 */
void vouch_msg_drop_fds(struct vouch_msg *msg)
{
	for (unsigned int i = 0; i < msg->fd_count; i++)
		if (msg->fds[i] >= 0)
			close(msg->fds[i]);
	msg->fd_count = 0;
}

static int keep_fds(struct vouch_msg *msg, struct cmsghdr *cmsg)
{
	size_t count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	const unsigned char *data = CMSG_DATA(cmsg);
	int ret = 0;

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, data + i * sizeof(int), sizeof(fd));
		if (msg->fd_count < VFU_FDS_MAX) {
			msg->fds[msg->fd_count++] = fd;
		} else {
			close(fd);
			ret = -EPROTO;
		}
	}
	return ret;
}

/*
 * Files belong to the first byte of their message. Headers are therefore read
 * by themselves: the kernel never joins bytes from before such a byte to it,
 * but does join those after it.
 */
static ssize_t receive_header(struct vouch_conn *conn)
{
	union {
		char buf[CMSG_SPACE(VFU_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {
		.iov_base = (uint8_t *)&conn->in.header + conn->got,
		.iov_len = sizeof(conn->in.header) - conn->got,
	};
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n = recvmsg(conn->fd, &mh, MSG_CMSG_CLOEXEC);
	int ret = 0;

	if (n < 0)
		return -errno;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&mh); c; c = CMSG_NXTHDR(&mh, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			ret = keep_fds(&conn->in, c) ?: ret;
	if (ret || (mh.msg_flags & MSG_CTRUNC))
		return -EPROTO;
	return n;
}

static ssize_t receive_body(struct vouch_conn *conn)
{
	size_t have = conn->got - sizeof(conn->in.header);
	ssize_t n = recv(conn->fd, conn->in.body + have, conn->in.len - have, 0);

	return n < 0 ? -errno : n;
}

static int check_header(struct vouch_msg *msg)
{
	if (msg->header.size < sizeof(msg->header) || msg->header.size > VFU_MESSAGE_MAX)
		return -EPROTO;
	if (msg->header.flags & VFU_FLAG_TYPE)
		return -EPROTO;	/* we ask nothing, so nobody replies */
	msg->len = msg->header.size - sizeof(msg->header);
	return 0;
}

/**
 * vouch_conn_receive() - go on receiving a message
 * @conn: an open connection
 *
 * Return: 1 when conn->in is a whole message, to be answered or dropped with
 * vouch_conn_reply(); 0 when there is nothing more now; a negative errno when
 * the client is gone or not to be understood.
 */
int vouch_conn_receive(struct vouch_conn *conn)
{
	struct vouch_msg *msg = &conn->in;

	for (;;) {
		bool in_header = conn->got < sizeof(msg->header);
		ssize_t n;

		if (!in_header && conn->got == msg->header.size)
			return 1;
		n = in_header ? receive_header(conn) : receive_body(conn);
		if (n == -EAGAIN || n == -EWOULDBLOCK)
			return 0;
		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n ? (int)n : -ECONNRESET;
		conn->got += (size_t)n;
		if (in_header && conn->got == sizeof(msg->header) && check_header(msg))
			return -EPROTO;
	}
}

/**
 * vouch_conn_reply() - answer the message in conn->in, and be ready for the next
 * @conn: an open connection, not blocked
 * @reply: the answer; not sent if the client asked for none
 *
 * Return: 0, or a negative errno when the connection has broken.
 */
int vouch_conn_reply(struct vouch_conn *conn, const struct vouch_reply *reply)
{
	struct vfu_header header = conn->in.header;
	size_t len = reply->error ? 0 : reply->len;

	vouch_msg_drop_fds(&conn->in);
	conn->got = 0;
	if (header.flags & VFU_FLAG_NO_REPLY)
		return 0;
	header.size = (uint32_t)(sizeof(header) + len);
	header.flags = VFU_FLAG_REPLY | (reply->error ? VFU_FLAG_ERROR : 0);
	header.error = (uint32_t)reply->error;
	if (header.size > sizeof(conn->out) - conn->out_len)
		return -ENOBUFS;
	memcpy(conn->out + conn->out_len, &header, sizeof(header));
	memcpy(conn->out + conn->out_len + sizeof(header), reply->body, len);
	conn->out_len += header.size;
	return vouch_conn_flush(conn);
}

/**
 * vouch_conn_flush() - send what is waiting
 * @conn: an open connection
 *
 * Return: 0 also when some still waits, or a negative errno.
 */
int vouch_conn_flush(struct vouch_conn *conn)
{
	while (conn->out_from < conn->out_len) {
		ssize_t n = send(conn->fd, conn->out + conn->out_from,
				 conn->out_len - conn->out_from, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		conn->out_from += (size_t)n;
	}
	conn->out_from = 0;
	conn->out_len = 0;
	return 0;
}

/**
 * vouch_conn_blocked() - whether replies wait, so that no message may be read
 * @conn: a connection
 */
bool vouch_conn_blocked(const struct vouch_conn *conn)
{
	return conn->out_len > 0;
}
