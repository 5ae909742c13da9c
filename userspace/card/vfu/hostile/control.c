// SPDX-License-Identifier: GPL-2.0-only
/* The shim's own control socket: one client, one line, one answer. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../socket.h"
#include "hostile.h"

#define LINE_WAIT_MS	1000

static void obey(const char *line, char *text, size_t room)
{
#define NAME(name, text) [HOSTILE_##name] = (text),
	static const char *const names[] = { HOSTILE_COUNTERS(NAME) };
#undef NAME
	int at = snprintf(text, room, "ok");
	unsigned int i;

	if (!strcmp(line, "heal"))
		hostile.mode = HOSTILE_HEAL;
	else if (!strcmp(line, "attack"))
		hostile.mode = HOSTILE_ATTACK;
	else if (strcmp(line, "status"))
		snprintf(text, room, "error commands: status, heal, attack");
	for (i = 0; !strcmp(line, "status") && i < HOSTILE_COUNTED; i++)
		at += snprintf(text + at, room - (size_t)at, " %s=%llu", names[i],
			       (unsigned long long)hostile.count[i]);
}

static void serve(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char line[64], text[512];
	ssize_t len;

	if (poll(&wait, 1, LINE_WAIT_MS) <= 0)
		return;
	len = recv(fd, line, sizeof(line) - 1, 0);
	if (len <= 0)
		return;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	obey(line, text, sizeof(text) - 1);
	strcat(text, "\n");
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void *run(void *ctx)
{
	const int listener = *(int *)ctx;
	struct pollfd wait = { .fd = listener, .events = POLLIN };

	for (;;) {
		int fd;

		if (poll(&wait, 1, -1) < 0)
			continue;
		fd = vouch_socket_accept(listener);
		if (fd < 0)
			continue;
		serve(fd);
		close(fd);
	}
	return NULL;
}

/**
 * hostile_control_start() - answer on a socket
 * @path: of the socket
 *
 * Return: 0, or a negative errno.
 */
int hostile_control_start(const char *path)
{
	static int listener;
	pthread_t thread;

	listener = vouch_socket_listen(path);
	if (listener < 0)
		return listener;
	return -pthread_create(&thread, NULL, run, &listener);
}
