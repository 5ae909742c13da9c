/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_UTF8_H
#define VOUCH_VERIFY_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * vouch_utf8_is() - is this UTF-8 without NUL?
 * @bytes: the text, not terminated
 * @len: bytes there
 *
 * Refuses overlong forms, surrogates and what lies beyond U+10FFFF.
 *
 * Return: whether it is.
 */
bool vouch_utf8_is(const uint8_t *bytes, size_t len);

#endif /* VOUCH_VERIFY_UTF8_H */
