// SPDX-License-Identifier: GPL-2.0-only
/* The loop: sockets in, rings served, until a signal. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "server.h"
#include "socket.h"

/* Messages of one client before the others and the rings get their turn. */
#define MESSAGE_BUDGET	64
/* The same, between two guest commands. */
#define BETWEEN_BUDGET	8
#define EVENTS		16
#define REPORT_EVERY_NS	1000000000ULL	/* for each function */

enum source { LISTENER, CLIENT, SIGNALS, CONTROL };

static int watch(struct vouch_server *server, int op, int fd, enum source source,
		 unsigned int port, uint32_t events)
{
	struct epoll_event event = { .events = events };

	event.data.u64 = (uint64_t)source << 32 | port;
	return epoll_ctl(server->epoll, op, fd, &event) ? -errno : 0;
}

/**
 * vouch_server_open() - a server without functions
 * @server: to be initialised; @restart and @ctx are the caller's to set
 * @card: an open card
 *
 * Return: 0, or a negative errno.
 */
int vouch_server_open(struct vouch_server *server, struct vouch_card *card)
{
	sigset_t set;

	memset(server, 0, sizeof(*server));
	server->card = card;
	server->epoll = -1;
	server->signals = -1;
	vouch_control_init(&server->control);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll < 0)
		return -errno;
	server->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (server->signals < 0)
		return -errno;
	return watch(server, EPOLL_CTL_ADD, server->signals, SIGNALS, 0, EPOLLIN);
}

/**
 * vouch_server_add() - offer a function on a socket
 * @server: the server
 * @number: of the function; they are added in order, from 0
 * @path: of the socket; must outlive the server
 *
 * Return: 0, or a negative errno.
 */
int vouch_server_add(struct vouch_server *server, uint16_t number, const char *path)
{
	struct vouch_port *port = &server->ports[server->count];

	vouch_function_init(&port->function, server->card, number, &server->hold_ns);
	port->conn.fd = -1;
	port->path = path;
	port->listener = vouch_socket_listen(path);
	if (port->listener < 0)
		return port->listener;
	return watch(server, EPOLL_CTL_ADD, port->listener, LISTENER, server->count++, EPOLLIN);
}

/**
 * vouch_server_control() - test only: listen for control commands
 * @server: the server
 * @path: of the socket; must outlive the server
 *
 * Return: 0, or a negative errno.
 */
int vouch_server_control(struct vouch_server *server, const char *path)
{
	int ret = vouch_control_listen(&server->control, path);

	if (ret)
		return ret;
	return watch(server, EPOLL_CTL_ADD, server->control.listener, CONTROL, 0, EPOLLIN);
}

/**
 * vouch_server_restart() - power-cycle the card while functions stay connected
 * @server: the server
 *
 * What was acknowledged is on disk; what was not is dropped with the rings. If
 * the card does not come back the server stops.
 */
void vouch_server_restart(struct vouch_server *server)
{
	for (unsigned int i = 0; i < server->count; i++)
		vouch_queue_stop(&server->ports[i].function.queue);
	server->error = server->restart(server->ctx);
	if (server->error) {
		server->stop = true;
		return;
	}
	for (unsigned int i = 0; i < server->count; i++)
		vouch_function_restart(&server->ports[i].function);
}

/*
 * One client at a time. Another one waits to be accepted, because the first may
 * be a process that is gone and whose socket the kernel has yet to close.
 */
static int listen_on(struct vouch_server *server, unsigned int index, bool on)
{
	return watch(server, EPOLL_CTL_MOD, server->ports[index].listener, LISTENER, index,
		     on ? EPOLLIN : 0);
}

static void hang_up(struct vouch_server *server, unsigned int index)
{
	struct vouch_port *port = &server->ports[index];

	vouch_conn_close(&port->conn);
	vouch_function_disconnect(&port->function);
	listen_on(server, index, true);
}

static void welcome(struct vouch_server *server, unsigned int index)
{
	struct vouch_port *port = &server->ports[index];
	int fd;

	if (port->conn.fd >= 0)
		return;
	fd = vouch_socket_accept(port->listener);
	if (fd < 0)
		return;
	if (watch(server, EPOLL_CTL_ADD, fd, CLIENT, index, EPOLLIN) ||
	    listen_on(server, index, false)) {
		close(fd);
		return;
	}
	vouch_conn_open(&port->conn, fd);
	vouch_function_connect(&port->function);
}

static int listen_to(struct vouch_port *port, int budget)
{
	static struct vouch_reply reply;
	int ret = vouch_conn_flush(&port->conn);

	for (int i = 0; i < budget && !ret && !vouch_conn_blocked(&port->conn); i++) {
		ret = vouch_conn_receive(&port->conn);
		if (ret <= 0)
			return ret;
		vouch_dispatch(&port->function, &port->conn.in, &reply);
		ret = vouch_conn_reply(&port->conn, &reply);
	}
	return ret;
}

static void on_client(struct vouch_server *server, unsigned int index, int budget)
{
	struct vouch_port *port = &server->ports[index];
	uint32_t events;

	if (port->conn.fd < 0)
		return;
	if (listen_to(port, budget)) {
		hang_up(server, index);
		return;
	}
	events = vouch_conn_blocked(&port->conn) ? EPOLLOUT : EPOLLIN;
	if (watch(server, EPOLL_CTL_MOD, port->conn.fd, CLIENT, index, events))
		hang_up(server, index);
}

static void on_event(struct vouch_server *server, uint64_t tag)
{
	unsigned int index = (unsigned int)tag;

	switch ((enum source)(tag >> 32)) {
	case LISTENER:
		welcome(server, index);
		break;
	case CLIENT:
		on_client(server, index, MESSAGE_BUDGET);
		break;
	case SIGNALS:
		server->stop = true;
		break;
	case CONTROL:
		vouch_control_serve(&server->control, server);
		break;
	}
}

/**
 * vouch_server_listen() - take a few messages of each client, between two commands
 * @server: the server
 * @wait: for how long, while there is none
 *
 * Whoever calls finds functions stopped, reset or without a client afterwards.
 *
 * Return: 0 or less when nothing came.
 */
int vouch_server_listen(struct vouch_server *server, const struct timespec *wait)
{
	struct epoll_event events[EVENTS];
	int n = epoll_pwait2(server->epoll, events, EVENTS, wait, NULL);

	for (int i = 0; i < n; i++)
		if (events[i].data.u64 >> 32 == CLIENT)
			on_client(server, (unsigned int)events[i].data.u64, BETWEEN_BUDGET);
	return n;
}

/*
 * A guest decides when its function stops. It must not thereby fill the log of
 * whoever runs the card, nor keep the card waiting for one who reads nothing.
 */
static void report(struct vouch_server *server)
{
	const uint64_t now = vouch_card_now(server->card);
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };

	for (unsigned int i = 0; i < server->count; i++) {
		struct vouch_port *port = &server->ports[i];
		struct vouch_function *f = &port->function;

		if (!f->why || (port->reported && now - port->reported < REPORT_EVERY_NS))
			continue;
		if (poll(&room, 1, 0) > 0)
			fprintf(stderr, "vouch-cardd: function %u stopped: %s\n", i, f->why);
		f->why = NULL;
		port->reported = now;
	}
}

/**
 * vouch_server_run() - serve until SIGTERM or SIGINT
 * @server: with function 0 added
 *
 * Return: 0, or a negative errno if the card could not go on.
 */
int vouch_server_run(struct vouch_server *server)
{
	struct epoll_event events[EVENTS];

	while (!server->stop) {
		int n = epoll_wait(server->epoll, events, EVENTS, vouch_serve_wait(server));

		if (n < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < n && !server->stop; i++)
			on_event(server, events[i].data.u64);
		if (!server->stop)
			vouch_serve(server);
		/* A card that did not come back has no clock either. */
		if (!server->error)
			report(server);
	}
	return server->error;
}

/**
 * vouch_server_close() - leave every client and remove the sockets
 * @server: the card stays open
 */
void vouch_server_close(struct vouch_server *server)
{
	for (unsigned int i = 0; i < server->count; i++) {
		struct vouch_port *port = &server->ports[i];

		vouch_conn_close(&port->conn);
		vouch_irq_clear(&port->function.irq);
		vouch_dma_clear(&port->function.dma);
		close(port->listener);
		unlink(port->path);
	}
	vouch_control_close(&server->control);
	if (server->signals >= 0)
		close(server->signals);
	if (server->epoll >= 0)
		close(server->epoll);
}
