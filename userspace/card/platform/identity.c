// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "identity.h"

/**
 * vouch_firmware_digest - measure the firmware
 * @path: of its file, or NULL for the running program
 * @digest: returns SHA-384
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_firmware_digest(const char *path, uint8_t digest[VOUCH_DIGEST_SIZE],
			  struct vouch_why *why)
{
	const int fd = open(path ? path : "/proc/self/exe", O_RDONLY | O_CLOEXEC);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t buf[16384];
	ssize_t n = -1;
	bool ok;

	ok = fd >= 0 && ctx && EVP_DigestInit_ex(ctx, EVP_sha384(), NULL);
	while (ok && (n = read(fd, buf, sizeof(buf))) > 0)
		ok = EVP_DigestUpdate(ctx, buf, (size_t)n);
	ok = ok && !n && EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	if (fd >= 0)
		close(fd);
	return ok ? 0 : vouch_why(why, -EIO, "cannot measure the firmware %s: %s",
				  path ? path : "/proc/self/exe", strerror(errno));
}

/**
 * vouch_identity_free - release keys and certificates
 * @keys: as vouch_identity_load() returned them
 */
void vouch_identity_free(struct vouch_identity_keys *keys)
{
	X509_free(keys->alias_cert);
	EVP_PKEY_free(keys->alias);
	X509_free(keys->device_cert);
	EVP_PKEY_free(keys->device);
	*keys = (struct vouch_identity_keys) { 0 };
}

static int load_device(struct vouch_identity_keys *keys, const char *state,
		       struct vouch_why *why)
{
	char path[VOUCH_PATH_SIZE];
	int ret = vouch_path_join(path, state, "/device.key");

	if (ret)
		return vouch_why(why, ret, "%s: name too long", state);
	keys->device = vouch_key_load(path, why);
	if (!keys->device)
		return -ENOKEY;
	ret = vouch_path_join(path, state, "/device.crt");
	if (!ret)
		ret = vouch_certificate_load(path, &keys->device_cert, why);
	if (ret == -ENOENT)
		return vouch_why(why, -ENOKEY,
				 "%s: the device key is not certified: make a request, have a CA sign it, install the certificate",
				 state);
	return ret ? ret : vouch_certificate_suits(keys->device_cert, keys->device, why);
}

/* A new firmware gets a new key: the old one vouched for something else. */
static int renew_alias(struct vouch_identity_keys *keys, const char *key_path,
		       const char *cert_path, const uint8_t *firmware, struct vouch_why *why)
{
	X509_free(keys->alias_cert);
	EVP_PKEY_free(keys->alias);
	keys->alias_cert = NULL;
	keys->alias = vouch_key_create(key_path, why);
	if (!keys->alias)
		return -EIO;
	keys->alias_cert = vouch_alias_certify(keys->alias, firmware, keys->device_cert,
					       keys->device);
	if (!keys->alias_cert)
		return vouch_why(why, -ENOMEM, "cannot certify the alias key");
	return vouch_certificate_store(cert_path, keys->alias_cert, why);
}

/**
 * vouch_identity_load - load keys and certificates, making the alias at need
 * @keys: returns them; to be released even after a failure
 * @state: state folder
 * @firmware: SHA-384 of the firmware that runs
 * @why: receives the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_identity_load(struct vouch_identity_keys *keys, const char *state,
			const uint8_t *firmware, struct vouch_why *why)
{
	char key_path[VOUCH_PATH_SIZE], cert_path[VOUCH_PATH_SIZE];
	int ret;

	*keys = (struct vouch_identity_keys) { 0 };
	ret = load_device(keys, state, why);
	if (ret)
		return ret;
	if (vouch_path_join(key_path, state, "/alias.key") ||
	    vouch_path_join(cert_path, state, "/alias.crt"))
		return vouch_why(why, -ENAMETOOLONG, "%s: name too long", state);
	if (!access(key_path, F_OK) && !access(cert_path, F_OK)) {
		keys->alias = vouch_key_load(key_path, why);
		if (!keys->alias)
			return -EBADMSG;
		ret = vouch_certificate_load(cert_path, &keys->alias_cert, why);
		if (ret)
			return ret;
		if (!vouch_alias_suits(keys->alias_cert, keys->alias, firmware,
				       keys->device_cert, keys->device))
			return 0;
	}
	return renew_alias(keys, key_path, cert_path, firmware, why);
}
