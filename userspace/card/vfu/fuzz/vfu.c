// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile client: messages, files and memory of its choice against the whole
 * card, core included, with storage in memory and no real cryptography.
 *
 * Input: bytes of guest memory are whatever follows the messages, repeated. A
 * message is: function and files (1 byte), command (1), length (2), body.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../server.h"

#define MEMORY		(256 * 1024)
#define IOVA		0x10000
#define JOURNAL		(128 * 1024)
#define CAPACITY	128
#define MESSAGES	256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct vouch_server server;
static struct vouch_card card;
static uint64_t journal_index[VOUCH_CARD_INDEX(CAPACITY)];
static uint8_t journal[JOURNAL];
static uint64_t journal_size, counter, ticks;
static int memory_fd = -1;
static uint8_t *memory;

static uint64_t now(void *ctx)
{
	return ticks += 1000;
}

static int randomly(void *ctx, void *buf, size_t len)
{
	memset(buf, 0x5a, len);
	return 0;
}

static int hash(void *ctx, const struct vouch_span *parts, size_t count, uint8_t *digest)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < parts[i].len; j++)
			h = (h ^ ((const uint8_t *)parts[i].data)[j]) * 0x100000001b3ULL;
	for (size_t i = 0; i < VOUCH_DIGEST_SIZE; i++)
		digest[i] = (uint8_t)(h >> (i % 8 * 8));
	return 0;
}

static int sign(void *ctx, const void *tbs, size_t len, uint8_t *signature)
{
	memset(signature, 0x11, VOUCH_SIGNATURE_SIZE);
	return 0;
}

static int append(void *ctx, const void *buf, size_t len)
{
	if (len > sizeof(journal) - journal_size)
		return -EIO;
	memcpy(journal + journal_size, buf, len);
	journal_size += len;
	return 0;
}

static int flush(void *ctx)
{
	return 0;
}

static int read_back(void *ctx, uint64_t offset, void *buf, size_t len)
{
	if (offset > journal_size || len > journal_size - offset)
		return -EIO;
	memcpy(buf, journal + offset, len);
	return 0;
}

static int journal_bytes(void *ctx, uint64_t *size)
{
	*size = journal_size;
	return 0;
}

static int truncate_to(void *ctx, uint64_t size)
{
	journal_size = size;
	return 0;
}

static int counter_read(void *ctx, uint64_t *value)
{
	*value = counter;
	return 0;
}

static int counter_advance(void *ctx, uint64_t value)
{
	counter = value;
	return 0;
}

static struct vouch_card_config config = {
	.clock.now = now,
	.crypto = { .random = randomly, .sha384 = hash, .sign = sign },
	.storage = { .append = append, .flush = flush, .read = read_back, .size = journal_bytes,
		     .truncate = truncate_to, .counter_read = counter_read,
		     .counter_advance = counter_advance },
	.alias = { "alias", 5 },
	.device = { "device", 6 },
	.alg = VOUCH_ALG_ES384,
	.functions = 2,
	.capacity = CAPACITY,
	.index = journal_index,
};

static void set_up(void)
{
	struct vouch_card_report report;

	if (memory_fd < 0) {
		memory_fd = memfd_create("fuzz", MFD_ALLOW_SEALING);
		if (ftruncate(memory_fd, MEMORY) || fcntl(memory_fd, F_ADD_SEALS, F_SEAL_SHRINK))
			abort();
		memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd, 0);
	}
	journal_size = 0;
	counter = 0;
	if (vouch_card_open(&card, &config, &report))
		abort();
	memset(&server, 0, sizeof(server));
	server.card = &card;
	server.count = config.functions;
	for (uint16_t i = 0; i < config.functions; i++) {
		struct vouch_function *f = &server.ports[i].function;

		vouch_function_init(f, &card, i, &server.hold_ns);
		vouch_function_connect(f);
	}
}

static void set(struct vouch_function *f, uint64_t at, size_t len, uint64_t value)
{
	vouch_regs_write(f, at, len, value);
}

/* Half of all inputs begin where a driver is: rings running, a full queue. */
static void start(struct vouch_function *f)
{
	const uint16_t command = PCI_COMMAND_MASTER;

	f->greeted = true;
	vouch_dma_map(&f->dma, IOVA, MEMORY, 0, VOUCH_DMA_READ | VOUCH_DMA_WRITE, memory_fd);
	vouch_pci_write(&f->pci, PCI_COMMAND, &command, sizeof(command));
	set(f, VOUCH_REG_QSIZE, 4, 16);
	set(f, VOUCH_REG_SQ_BASE, 8, IOVA);
	set(f, VOUCH_REG_CQ_BASE, 8, IOVA + 0x1000);
	set(f, VOUCH_REG_CONTROL, 4, VOUCH_CONTROL_ENABLE);
	set(f, VOUCH_REG_SQ_TAIL, 4, 15);
}

static int make_fd(unsigned int kind)
{
	switch (kind) {
	case 1:
		return dup(memory_fd);
	case 2:
		return eventfd(0, 0);
	case 3:
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	default:
		return -1;
	}
}

static size_t next_message(struct vouch_msg *msg, const uint8_t *data, size_t size)
{
	size_t len;

	memset(&msg->header, 0, sizeof(msg->header));
	msg->header.command = data[1];
	len = (size_t)(data[2] | data[3] << 8) % sizeof(msg->body);
	if (len > size - 4)
		len = size - 4;
	memcpy(msg->body, data + 4, len);
	msg->len = len;
	msg->fd_count = 0;
	for (unsigned int i = 0; i < (data[0] >> 1 & 3); i++)
		msg->fds[msg->fd_count++] = make_fd(data[0] >> 3 & 3);
	return 4 + len;
}

/* The same bytes as a stream, through the framing. */
static void as_stream(const uint8_t *data, size_t size)
{
	static struct vouch_conn conn;
	static struct vouch_reply reply;
	struct vouch_function *f = &server.ports[0].function;
	int ends[2], ret;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends))
		abort();
	vouch_conn_open(&conn, ends[0]);
	(void)!send(ends[1], data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	for (int i = 0; i < MESSAGES; i++) {
		ret = vouch_conn_receive(&conn);
		if (ret <= 0)
			break;
		vouch_dispatch(f, &conn.in, &reply);
		if (vouch_conn_reply(&conn, &reply) || vouch_conn_blocked(&conn))
			break;
	}
	vouch_conn_close(&conn);
	close(ends[1]);
}

static void as_messages(const uint8_t *data, size_t size)
{
	static struct vouch_msg msg;
	static struct vouch_reply reply;

	for (int i = 0; i < MESSAGES && size >= 4; i++) {
		struct vouch_function *f = &server.ports[data[0] & 1].function;
		size_t used = next_message(&msg, data, size);

		vouch_dispatch(f, &msg, &reply);
		vouch_msg_drop_fds(&msg);
		vouch_serve(&server);
		if (reply.len > sizeof(reply.body) || vouch_serve_wait(&server) > 60000)
			abort();
		data += used;
		size -= used;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	config.batch = data[0] & 0x40 ? VOUCH_BATCH_ALWAYS :
		       data[0] & 0x20 ? VOUCH_BATCH_AUTO : VOUCH_BATCH_OFF;
	config.batch_wait = 1000;
	set_up();
	for (size_t at = 0; at < MEMORY / 4; at += size)
		memcpy(memory + at, data, size < MEMORY / 4 - at ? size : MEMORY / 4 - at);
	for (unsigned int i = 0; i < server.count; i++)
		if (data[0] & 1U << i)
			start(&server.ports[i].function);
	vouch_serve(&server);
	if (data[0] & 0x80)
		as_stream(data + 1, size - 1);
	else
		as_messages(data + 1, size - 1);
	for (unsigned int i = 0; i < server.count; i++)
		vouch_function_disconnect(&server.ports[i].function);
	vouch_card_close(&card);
	return 0;
}
