/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_TEST_REPORT_H
#define _VOUCH_TEST_REPORT_H

/* Files of a report of configfs-tsm; errors are -errno. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

extern const char *report_folder;

int report_open(const char *name, int flags);
int report_write(const char *name, const void *bytes, size_t len);
ssize_t report_read(const char *name, void *bytes, size_t size);
long report_generation(void);
bool report_has(const char *name);

/* Whether evidence carries the nonce that Documentation/formats.rst says. */
bool report_is_for(const uint8_t *bytes, size_t len, const void *in, size_t in_len);

#endif /* _VOUCH_TEST_REPORT_H */
