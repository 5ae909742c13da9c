/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_SOCKET_H
#define VOUCH_VFU_SOCKET_H

int vouch_socket_listen(const char *path);
int vouch_socket_accept(int listener);

#endif /* VOUCH_VFU_SOCKET_H */
