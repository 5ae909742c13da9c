/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_SERVER_H
#define VOUCH_VFU_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "control.h"
#include "function.h"

/*
 * A host's command that waits is served after at most this many commands of
 * guests, all of them together (Documentation/card-interface.rst).
 */
#define VOUCH_SERVE_GUESTS	4

/**
 * struct vouch_port - one function's socket
 * @path: where it listens
 * @listener: listening socket
 * @conn: the one client
 * @function: what the client drives
 * @reported: card clock when it was last said why the function stopped
 */
struct vouch_port {
	const char *path;
	int listener;
	struct vouch_conn conn;
	struct vouch_function function;
	uint64_t reported;
};

/**
 * struct vouch_server - all functions of a card, and the loop that serves them
 * @card: an open card
 * @restart: power-cycles @card; 0 or a negative errno
 * @ctx: passed to @restart
 * @hold_ns: test only: how long evidence is held back
 * @epoll: everything that is waited for
 * @signals: SIGTERM and SIGINT
 * @stop: leave the loop
 * @error: why, if the card cannot go on
 * @turn: the guest function to be served first
 * @count: of @ports
 * @ports: @ports[0] is the host's
 * @control: test only: control socket
 */
struct vouch_server {
	struct vouch_card *card;
	int (*restart)(void *ctx);
	void *ctx;
	uint64_t hold_ns;
	int epoll;
	int signals;
	bool stop;
	int error;
	unsigned int turn;
	unsigned int count;
	struct vouch_port ports[VOUCH_CARD_FUNCTIONS];
	struct vouch_control control;
};

int vouch_server_open(struct vouch_server *server, struct vouch_card *card);
int vouch_server_add(struct vouch_server *server, uint16_t number, const char *path);
int vouch_server_control(struct vouch_server *server, const char *path);
int vouch_server_run(struct vouch_server *server);
void vouch_server_close(struct vouch_server *server);
void vouch_server_restart(struct vouch_server *server);
int vouch_server_listen(struct vouch_server *server, const struct timespec *wait);

void vouch_serve(struct vouch_server *server);
int vouch_serve_wait(const struct vouch_server *server);

#endif /* VOUCH_VFU_SERVER_H */
