// SPDX-License-Identifier: GPL-2.0-only
/* Hashing, and writing user records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

int vouch_sha384(const void *buf, size_t len, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	return EVP_Digest(buf, len, digest, NULL, EVP_sha384(), NULL) == 1 ? 0 : -ENOMEM;
}

static int hash_stream(EVP_MD_CTX *md, FILE *file, uint8_t *digest)
{
	uint8_t buf[16384];
	size_t got;

	if (EVP_DigestInit_ex2(md, EVP_sha384(), NULL) != 1)
		return -ENOMEM;
	while ((got = fread(buf, 1, sizeof(buf), file)))
		if (EVP_DigestUpdate(md, buf, got) != 1)
			return -ENOMEM;
	if (ferror(file))
		return errno ? -errno : -EIO;
	return EVP_DigestFinal_ex(md, digest, NULL) == 1 ? 0 : -ENOMEM;
}

/**
 * vouch_measure_file() - SHA-384 over the rest of a file
 * @file: read to its end
 * @digest: result
 *
 * Return: 0 or the negative errno of the read.
 */
int vouch_measure_file(FILE *file, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int ret;

	if (!md)
		return -ENOMEM;
	ret = hash_stream(md, file, digest);
	EVP_MD_CTX_free(md);
	return ret;
}

/**
 * vouch_measure() - append a record of type user
 * @dev: open device; needs CAP_SYS_ADMIN
 * @name: UTF-8, 1 to VOUCH_NAME_MAX bytes
 * @digest: what was measured
 * @number: returns the record's number; may be NULL
 * @record: returns the record's digest; may be NULL
 *
 * When it returns 0 the record is durable.
 *
 * Return: 0, -EINVAL for a bad name, or the request's errno.
 */
int vouch_measure(struct vouch_device *dev, const char *name,
		  const uint8_t digest[VOUCH_DIGEST_SIZE], uint64_t *number,
		  uint8_t record[VOUCH_DIGEST_SIZE])
{
	struct vouch_ioc_measure arg = {
		.size = sizeof(arg),
		.name = (uintptr_t)name,
	};
	size_t len = strlen(name);
	int ret;

	if (!len || len > VOUCH_NAME_MAX)
		return -EINVAL;
	arg.name_len = (uint32_t)len;
	memcpy(arg.digest, digest, sizeof(arg.digest));
	ret = vouch_device_call(dev, VOUCH_IOC_MEASURE, &arg);
	if (ret)
		return ret;
	if (number)
		*number = arg.number;
	if (record)
		memcpy(record, arg.record, sizeof(arg.record));
	return 0;
}

/**
 * vouch_record_append() - append a record of any type that user space writes
 * @dev: open device; needs CAP_SYS_ADMIN
 * @rec: its type, measured, name, data and ref; the rest is ignored
 * @number: returns the record's number; may be NULL
 *
 * When it returns 0 the record is durable.
 *
 * Return: 0, -EINVAL for what is too long or not user space's to write, or the
 * request's errno.
 */
int vouch_record_append(struct vouch_device *dev, const struct vouch_record *rec,
			uint64_t *number)
{
	struct vouch_ioc_record arg = {
		.size = sizeof(arg),
		.flags = rec->measured ? VOUCH_APPEND_DIGEST : 0,
		.type = rec->type,
		.name = (uintptr_t)rec->name,
		.name_len = (uint16_t)rec->name_len,
		.data = (uintptr_t)rec->data,
		.data_len = (uint16_t)rec->data_len,
		.ref = rec->ref,
	};
	int ret;

	if (rec->name_len > VOUCH_NAME_MAX || rec->data_len > VOUCH_DATA_MAX)
		return -EINVAL;
	if (rec->measured)
		memcpy(arg.digest, rec->measured, sizeof(arg.digest));
	ret = vouch_device_call(dev, VOUCH_IOC_RECORD, &arg);
	if (!ret && number)
		*number = arg.number;
	return ret;
}
