// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test only: faults on request. A real card has nothing like it, and without
 * --control neither has this one.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"
#include "socket.h"

#define DELAY_MAX_MS	60000
#define LINE_WAIT_MS	1000

/**
 * vouch_control_init() - no control socket
 * @control: to be initialised
 */
void vouch_control_init(struct vouch_control *control)
{
	control->path = NULL;
	control->listener = -1;
}

/**
 * vouch_control_listen() - open the control socket
 * @control: initialised
 * @path: of the socket
 *
 * Return: 0, or a negative errno.
 */
int vouch_control_listen(struct vouch_control *control, const char *path)
{
	int fd = vouch_socket_listen(path);

	if (fd < 0)
		return fd;
	control->path = path;
	control->listener = fd;
	return 0;
}

/**
 * vouch_control_close() - close and remove the control socket
 * @control: may be closed already
 */
void vouch_control_close(struct vouch_control *control)
{
	if (control->listener < 0)
		return;
	close(control->listener);
	unlink(control->path);
	vouch_control_init(control);
}

static const char *state_of(const struct vouch_port *port)
{
	if (port->conn.fd < 0)
		return "alone";
	if (port->function.regs.status & VOUCH_STATUS_FATAL)
		return "fatal";
	return port->function.queue.running ? "ready" : "idle";
}

static void status(const struct vouch_server *server, char *text, size_t room)
{
	const struct vouch_card *card = server->card;
	int at = snprintf(text, room, "ok boot=%llu epoch=%llu attach=%u count=%llu delay-ms=%llu",
			  (unsigned long long)card->boot_count,
			  (unsigned long long)card->log.epoch.number,
			  card->log.epoch.attach, (unsigned long long)card->log.count,
			  (unsigned long long)(server->hold_ns / 1000000));

	for (unsigned int i = 0; i < server->count && at > 0 && (size_t)at < room; i++)
		at += snprintf(text + at, room - (size_t)at, " %u=%s", i,
			       state_of(&server->ports[i]));
}

static int set_delay(struct vouch_server *server, const char *number)
{
	char *end;
	unsigned long ms;

	errno = 0;
	ms = strtoul(number, &end, 10);
	if (errno || end == number || *end || ms > DELAY_MAX_MS)
		return -EINVAL;
	server->hold_ns = ms * 1000000ULL;
	return 0;
}

static void obey(struct vouch_server *server, const char *line, char *text, size_t room)
{
	static const char delay[] = "delay-ms ";

	snprintf(text, room, "ok");
	if (!strcmp(line, "status")) {
		status(server, text, room);
	} else if (!strcmp(line, "restart-core")) {
		vouch_server_restart(server);
		if (server->error)
			snprintf(text, room, "error the card did not come back: %s",
				 strerror(-server->error));
	} else if (strncmp(line, delay, strlen(delay)) ||
		   set_delay(server, line + strlen(delay))) {
		snprintf(text, room, "error commands: status, restart-core, delay-ms 0..%d",
			 DELAY_MAX_MS);
	}
}

static ssize_t read_line(int fd, char *line, size_t room)
{
	size_t len = 0;

	while (len < room - 1) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&wait, 1, LINE_WAIT_MS) <= 0)
			return -ETIMEDOUT;
		n = recv(fd, line + len, room - 1 - len, 0);
		if (n <= 0)
			return -ECONNRESET;
		len += (size_t)n;
		if (line[len - 1] == '\n') {
			line[len - 1] = '\0';
			return (ssize_t)len;
		}
	}
	return -EMSGSIZE;
}

/**
 * vouch_control_serve() - one client, one line, one answer
 * @control: with a client waiting
 * @server: what it controls
 */
void vouch_control_serve(struct vouch_control *control, struct vouch_server *server)
{
	int fd = vouch_socket_accept(control->listener);
	char line[128], text[1024];

	if (fd < 0)
		return;
	if (read_line(fd, line, sizeof(line)) > 0) {
		obey(server, line, text, sizeof(text) - 1);
		strcat(text, "\n");
		(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
	}
	close(fd);
}
