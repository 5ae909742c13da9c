/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_DATE_H
#define VOUCH_REFS_DATE_H

#include <stdint.h>

#define VOUCH_DATE_SIZE	32

/**
 * vouch_date_parse() - a point in time, UTC
 * @text: ``2027-01-31`` or ``2027-01-31T12:00:00Z``
 * @seconds: returns seconds since 1970, above 0
 *
 * Return: 0, or -EINVAL.
 */
int vouch_date_parse(const char *text, int64_t *seconds);

/**
 * vouch_date_format() - the second form that vouch_date_parse() reads
 * @seconds: since 1970
 * @text: returns the text, NUL-terminated
 */
void vouch_date_format(int64_t seconds, char text[VOUCH_DATE_SIZE]);

#endif /* VOUCH_REFS_DATE_H */
