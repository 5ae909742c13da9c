/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef VOUCH_CARD_LE_H
#define VOUCH_CARD_LE_H

/* Little endian integers, at any alignment, on any processor. */

#include <stdint.h>
#include <string.h>

#include <vouch/wire.h>

static inline uint64_t vouch_le_load(const void *from, unsigned int bytes)
{
	const uint8_t *p = from;
	uint64_t v = 0;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		memcpy(&v, from, bytes);
		return v;
	}
	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static inline void vouch_le_store(void *to, uint64_t v, unsigned int bytes)
{
	uint8_t *p = to;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		memcpy(to, &v, bytes);
		return;
	}
	for (; bytes--; v >>= 8)
		*p++ = (uint8_t)v;
}

static inline uint16_t vouch_le16(__le16 v)
{
	return (uint16_t)vouch_le_load(&v, sizeof(v));
}

static inline uint32_t vouch_le32(__le32 v)
{
	return (uint32_t)vouch_le_load(&v, sizeof(v));
}

static inline uint64_t vouch_le64(__le64 v)
{
	return vouch_le_load(&v, sizeof(v));
}

static inline __le16 vouch_to_le16(uint16_t v)
{
	__le16 le;

	vouch_le_store(&le, v, sizeof(le));
	return le;
}

static inline __le32 vouch_to_le32(uint32_t v)
{
	__le32 le;

	vouch_le_store(&le, v, sizeof(le));
	return le;
}

static inline __le64 vouch_to_le64(uint64_t v)
{
	__le64 le;

	vouch_le_store(&le, v, sizeof(le));
	return le;
}

#endif /* VOUCH_CARD_LE_H */
