/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_HEX_H
#define VOUCH_REFS_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * vouch_hex_encode() - bytes as lower-case hexadecimal
 * @bytes: what
 * @len: how many
 * @text: returns 2 * @len characters and a NUL
 */
void vouch_hex_encode(const uint8_t *bytes, size_t len, char *text);

/**
 * vouch_hex_decode() - exactly this many bytes from hexadecimal
 * @text: NUL-terminated
 * @bytes: returns @len bytes
 * @len: how many
 *
 * Return: whether @text is 2 * @len hexadecimal digits and nothing else.
 */
bool vouch_hex_decode(const char *text, uint8_t *bytes, size_t len);

#endif /* VOUCH_REFS_HEX_H */
