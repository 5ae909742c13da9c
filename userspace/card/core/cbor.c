// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT
#include <string.h>

#include <cbor/arrays.h>
#include <cbor/encoding.h>

#include "cbor.h"

static void wrote(struct vouch_cbor *w, size_t len)
{
	w->len += len;
	w->full |= !len;
}

static unsigned char *at(const struct vouch_cbor *w)
{
	return w->buf + w->len;
}

static size_t left(const struct vouch_cbor *w)
{
	return w->full ? 0 : w->cap - w->len;
}

void vouch_cbor_uint(struct vouch_cbor *w, uint64_t value)
{
	wrote(w, cbor_encode_uint(value, at(w), left(w)));
}

void vouch_cbor_int(struct vouch_cbor *w, int64_t value)
{
	if (value >= 0)
		vouch_cbor_uint(w, (uint64_t)value);
	else
		wrote(w, cbor_encode_negint((uint64_t)(-1 - value), at(w), left(w)));
}

static void raw(struct vouch_cbor *w, const void *data, size_t len)
{
	if (!len)
		return;
	if (len > left(w)) {
		w->full = true;
		return;
	}
	memcpy(at(w), data, len);
	w->len += len;
}

void vouch_cbor_bytes(struct vouch_cbor *w, const void *data, size_t len)
{
	wrote(w, cbor_encode_bytestring_start(len, at(w), left(w)));
	raw(w, data, len);
}

void vouch_cbor_text(struct vouch_cbor *w, const char *text, size_t len)
{
	wrote(w, cbor_encode_string_start(len, at(w), left(w)));
	raw(w, text, len);
}

void vouch_cbor_array(struct vouch_cbor *w, size_t items)
{
	wrote(w, cbor_encode_array_start(items, at(w), left(w)));
}

void vouch_cbor_map(struct vouch_cbor *w, size_t pairs)
{
	wrote(w, cbor_encode_map_start(pairs, at(w), left(w)));
}

void vouch_cbor_tag(struct vouch_cbor *w, uint64_t tag)
{
	wrote(w, cbor_encode_tag(tag, at(w), left(w)));
}

void vouch_cbor_null(struct vouch_cbor *w)
{
	wrote(w, cbor_encode_null(at(w), left(w)));
}
