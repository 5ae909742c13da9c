/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_PLATFORM_WHY_H
#define VOUCH_PLATFORM_WHY_H

/**
 * struct vouch_why - what went wrong, for people
 * @text: one line without a newline; empty when there is nothing to say
 */
struct vouch_why {
	char text[384];
};

int vouch_why(struct vouch_why *why, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* VOUCH_PLATFORM_WHY_H */
