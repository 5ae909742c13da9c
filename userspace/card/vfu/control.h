/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_CONTROL_H
#define VOUCH_VFU_CONTROL_H

struct vouch_server;

/**
 * struct vouch_control - test only: the control socket
 * @path: where it listens, or NULL
 * @listener: listening socket, or -1
 *
 * A client sends one line and reads one line, which starts with "ok" or
 * "error":
 *
 *	status		what the card and its functions are doing
 *	delay-ms N	hold back evidence by N ms, outside the card's own time
 *	restart-core	power-cycle the card, functions stay connected
 */
struct vouch_control {
	const char *path;
	int listener;
};

void vouch_control_init(struct vouch_control *control);
int vouch_control_listen(struct vouch_control *control, const char *path);
void vouch_control_serve(struct vouch_control *control, struct vouch_server *server);
void vouch_control_close(struct vouch_control *control);

#endif /* VOUCH_VFU_CONTROL_H */
