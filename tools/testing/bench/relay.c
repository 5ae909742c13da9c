// SPDX-License-Identifier: GPL-2.0-only
/*
 * relay LISTEN CARD CONTROL: sits between a VM and one function of a card that is
 * "elsewhere", and forwards vfio-user messages with their descriptors. How it treats
 * a proximity session's rounds is a line to CONTROL: "forward NS", "eager NS", "guess",
 * "self N" or "preask N", with N the rounds of a session. NS is the way there and back:
 * half of it passes before a challenge goes on, and half before its response does. One
 * that is eager reads the response as soon as it has sent the challenge on, while the
 * guest is still on its way from the write to the read.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <vouch/regs.h>

#include "message.h"

#define SPIN_NS		200000
#define OWN_ID		0xf000	/* the VM counts from 0 and does not get that far in flight */

enum mode { FORWARD, EAGER, GUESS, SELF, PREASK };

static struct {
	int vm;
	int card;
	enum mode mode;
	uint64_t delay;
	uint32_t rounds;
	uint32_t round;
	uint64_t challenge;
	uint64_t word;
	uint16_t id;
	uint16_t read;
	bool reading;
} relay;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Sleeps are long by what the scheduler likes, so the end is waited for awake. */
static void wait_ns(uint64_t ns)
{
	const uint64_t end = now() + ns;

	if (ns > SPIN_NS) {
		uint64_t until = end - SPIN_NS;
		struct timespec t = { (time_t)(until / 1000000000), (long)(until % 1000000000) };

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	}
	while (now() < end)
		;
}

/* An access of the card by the relay itself; what else comes meanwhile goes on. */
static uint64_t card_access(uint16_t command, uint32_t flags, uint64_t offset, uint64_t value)
{
	static struct message m;

	m.head.id = OWN_ID | (++relay.id & 0xff);
	m.head.command = command;
	m.head.flags = flags;
	m.head.error = 0;
	m.access = (struct access){ .offset = offset, .count = 8, .value = value };
	m.head.size = sizeof(m.head) + (command == REGION_WRITE ? 24 : 16);
	m.n_fds = 0;
	message_send(relay.card, &m);
	while (!(flags & NO_REPLY)) {
		message_read(relay.card, &m);
		if ((m.head.flags & REPLY) && m.head.id == (OWN_ID | (relay.id & 0xff)))
			return m.access.value;
		message_send(relay.vm, &m);
	}
	return 0;
}

static uint64_t card_ask(uint64_t challenge)
{
	card_access(REGION_WRITE, NO_REPLY, VOUCH_REG_CHALLENGE, challenge);
	return card_access(REGION_READ, 0, VOUCH_REG_RESPONSE, 0);
}

static uint64_t random_word(void)
{
	uint64_t word;

	if (getrandom(&word, sizeof(word), 0) != sizeof(word))
		die("getrandom");
	return word;
}

static void answer(struct message *m, uint64_t value)
{
	m->head.flags = REPLY;
	if (m->head.command == REGION_READ) {
		m->head.size = sizeof(m->head) + 24;
		m->access.value = value;
	}
	message_send(relay.vm, m);
}

/* The word of the round to come, by a challenge of the relay's own. */
static void ask_ahead(void)
{
	const uint64_t challenge = random_word();

	relay.word = card_ask(challenge) ^ challenge;
}

static void on_challenge(struct message *m)
{
	relay.challenge = m->access.value;
	if (relay.mode == FORWARD || relay.mode == GUESS) {
		wait_ns(relay.delay / 2);
		message_send(relay.card, m);
		return;
	}
	if (!(m->head.flags & NO_REPLY))
		answer(m, 0);
	if (relay.mode == EAGER) {
		wait_ns(relay.delay / 2);
		relay.word = card_ask(relay.challenge);
		wait_ns(relay.delay / 2);
	}
	if (relay.mode == PREASK && !relay.round)
		ask_ahead();
}

static void on_response(struct message *m)
{
	switch (relay.mode) {
	case FORWARD:
		relay.read = m->head.id;
		relay.reading = true;
		message_send(relay.card, m);
		return;
	case EAGER:
		answer(m, relay.word);
		return;
	case GUESS:
		answer(m, random_word());
		card_access(REGION_READ, 0, VOUCH_REG_RESPONSE, 0);
		return;
	case SELF:
		answer(m, relay.challenge ^ random_word());
		card_ask(random_word());
		return;
	case PREASK:
		answer(m, relay.challenge ^ relay.word);
		relay.round = (relay.round + 1) % relay.rounds;
		if (relay.round)
			ask_ahead();
	}
}

static void on_vm(void)
{
	static struct message m;
	bool word;

	message_read(relay.vm, &m);
	word = !(m.head.flags & REPLY) && m.head.size >= sizeof(m.head) + 16 &&
	       m.access.region == VOUCH_BAR_REGS && m.access.count == 8;
	if (word && m.head.command == REGION_WRITE && m.access.offset == VOUCH_REG_CHALLENGE)
		on_challenge(&m);
	else if (word && m.head.command == REGION_READ && m.access.offset == VOUCH_REG_RESPONSE)
		on_response(&m);
	else
		message_send(relay.card, &m);
}

static void on_card(void)
{
	static struct message m;

	message_read(relay.card, &m);
	if (relay.reading && (m.head.flags & REPLY) && m.head.id == relay.read) {
		relay.reading = false;
		wait_ns(relay.delay / 2);
	}
	message_send(relay.vm, &m);
}

static void on_control(int listener)
{
	static const char * const modes[] = { "forward", "eager", "guess", "self", "preask" };
	char line[64] = "", name[16] = "";
	unsigned long long number = 0;
	int peer = accept(listener, NULL, NULL);

	if (peer < 0 || read(peer, line, sizeof(line) - 1) <= 0)
		die("control");
	if (sscanf(line, "%15s %llu", name, &number) < 1)
		die("control");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(name, modes[i]))
			continue;
		relay.mode = (enum mode)i;
		relay.delay = i == FORWARD || i == EAGER ? number : 0;
		relay.rounds = number ? (uint32_t)number : 1;
		relay.round = 0;
		if (write(peer, "ok\n", 3) != 3)
			die("control");
	}
	close(peer);
}

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(to.sun_path))
		exit(2);
	strcpy(to.sun_path, path);
	return to;
}

static int listen_at(const char *path)
{
	const struct sockaddr_un at = address(path);
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	if (sock < 0 || bind(sock, (const void *)&at, sizeof(at)) || listen(sock, 4))
		die(path);
	return sock;
}

int main(int argc, char **argv)
{
	struct sockaddr_un card;
	int listener, control;

	if (argc != 4)
		return 2;
	card = address(argv[2]);
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	control = listen_at(argv[3]);
	relay.card = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (relay.card < 0 || connect(relay.card, (const void *)&card, sizeof(card)))
		die(argv[2]);
	listener = listen_at(argv[1]);
	relay.vm = accept(listener, NULL, NULL);
	if (relay.vm < 0)
		die(argv[1]);
	for (;;) {
		struct pollfd fds[] = {
			{ relay.vm, POLLIN, 0 }, { relay.card, POLLIN, 0 }, { control, POLLIN, 0 },
		};

		if (poll(fds, 3, -1) < 0)
			die("poll");
		if (fds[0].revents)
			on_vm();
		if (fds[1].revents)
			on_card();
		if (fds[2].revents)
			on_control(control);
	}
}
