/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

/* vfio-user messages, with the descriptors that go along; see the protocol's page. */

#include <stddef.h>
#include <stdint.h>

#define REGION_READ	9
#define REGION_WRITE	10
#define REPLY		0x01
#define NO_REPLY	0x10

#define FDS_MAX		16
#define BODY_MAX	(2 << 20)

struct access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	uint64_t value;
};

/* Whoever reads one sends it on, or closes its descriptors. */
struct message {
	struct {
		uint16_t id;
		uint16_t command;
		uint32_t size;
		uint32_t flags;
		uint32_t error;
	} head;
	union {
		struct access access;
		uint8_t body[BODY_MAX];
	};
	int fds[FDS_MAX];
	size_t n_fds;
};

/* Both end the process when the other side is gone or talks nonsense. */
void message_read(int sock, struct message *m);
void message_send(int sock, struct message *m);

#endif /* BENCH_MESSAGE_H */
