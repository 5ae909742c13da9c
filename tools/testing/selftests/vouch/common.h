/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_COMMON_H
#define _VOUCH_TEST_COMMON_H

/* Finding a card's functions, and calls that every test makes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <vouch/ioctl.h>

#define CLASS "/sys/class/vouch"
#define PARAMETERS "/sys/module/vouch/parameters"

/* First function with this role: "vouchN" in @name; false if there is none. */
bool card_find(const char *role, char name[32]);
bool card_is_there(void);
int card_open(const char *name);

/* Take the function away, until the bus is scanned again: 0 or -errno. */
int card_remove(const char *name);

/* Take the module out and put it back, with its parameter for guests. */
int module_reload(void);

/* Content of an attribute without its newline; or -errno. */
int attr_read(const char *card, const char *attr, char *text, size_t size);
long long attr_number(const char *card, const char *attr);

/* By one write(2): 0 or -errno. */
int text_write(const char *path, const char *text);

/* One of the module's; or -1. */
long long parameter_number(const char *name);

/* All of them as they are now, for text_write(); returns how many. */
struct parameter {
	char path[128], text[64];
};

unsigned int parameters_save(struct parameter *saved, unsigned int room);

/* The kernel's log from now on, and whether a line of it has that in it. */
int kmsg_open(void);
bool kmsg_says(int fd, const char *text);

/* ioctl() with -errno. */
int call(int fd, unsigned long cmd, void *arg);
int card_measure(int fd, const char *name, struct vouch_ioc_measure *arg);
int card_attest(int fd, uint8_t fill, void *out, struct vouch_ioc_attest *arg);
int card_state(int fd, uint32_t log, struct vouch_ioc_log_state *arg);

/* Run in a child without CAP_SYS_ADMIN: the ioctl's result. */
int call_without_admin(int fd, unsigned long cmd, void *arg);

#endif /* _VOUCH_TEST_COMMON_H */
