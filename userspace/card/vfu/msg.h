/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_MSG_H
#define VOUCH_VFU_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto.h"

/**
 * struct vouch_msg - one whole message, as received
 * @header: its header
 * @len: bytes in @body
 * @fd_count: files in @fds
 * @fds: files that came along; -1 where a handler has taken one over
 * @body: what follows the header
 */
struct vouch_msg {
	struct vfu_header header;
	size_t len;
	unsigned int fd_count;
	int fds[VFU_FDS_MAX];
	uint8_t body[VFU_BODY_MAX] __attribute__((aligned(8)));
};

/**
 * struct vouch_reply - what a handler answers
 * @error: 0, or a positive errno; then there is no body
 * @len: bytes in @body
 * @body: what follows the header
 */
struct vouch_reply {
	int error;
	size_t len;
	uint8_t body[VFU_BODY_MAX] __attribute__((aligned(8)));
};

/**
 * struct vouch_conn - framing on one connected socket
 * @fd: the socket, or -1
 * @got: bytes of @in received so far
 * @in: message that is being received
 * @out_from: first unsent byte of @out
 * @out_len: end of the unsent bytes
 * @out: replies that the socket has not taken yet
 */
struct vouch_conn {
	int fd;
	size_t got;
	struct vouch_msg in;
	size_t out_from;
	size_t out_len;
	uint8_t out[4 * VFU_MESSAGE_MAX];
};

void vouch_conn_open(struct vouch_conn *conn, int fd);
void vouch_conn_close(struct vouch_conn *conn);
int vouch_conn_receive(struct vouch_conn *conn);
int vouch_conn_reply(struct vouch_conn *conn, const struct vouch_reply *reply);
int vouch_conn_flush(struct vouch_conn *conn);
bool vouch_conn_blocked(const struct vouch_conn *conn);

int vouch_msg_take_fd(struct vouch_msg *msg, unsigned int index);
void vouch_msg_drop_fds(struct vouch_msg *msg);

#endif /* VOUCH_VFU_MSG_H */
