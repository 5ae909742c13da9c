// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corim_encode.h"
#include "date.h"
#include "verb.h"

struct wish {
	const char *key;
	const char *out;
	const char *provider;
	const char *expires;
	bool operator_declares;
};

static int apply(struct vouch_manifest *manifest, const struct wish *wish, struct vouch_why *why)
{
	if (wish->provider) {
		free(manifest->provider);
		manifest->provider = strdup(wish->provider);
		if (!manifest->provider)
			return vouch_why(why, -ENOMEM, "out of memory");
	}
	if (wish->expires && vouch_date_parse(wish->expires, &manifest->expires))
		return vouch_why(why, -EINVAL, "--expires: not a date such as 2027-01-31");
	for (size_t i = 0; wish->operator_declares && i < manifest->count; i++)
		if (!vouch_manifest_operator(manifest->entries[i].kind))
			return vouch_why(why, -EINVAL,
					 "%s %s: an operator may declare only initramfs and cmdline",
					 vouch_ref_kind_text(manifest->entries[i].kind),
					 manifest->entries[i].name);
	return 0;
}

static int write_out(const char *path, const struct vouch_encoder *e, struct vouch_why *why)
{
	FILE *out = fopen(path, "wbe");
	bool ok;

	if (!out)
		return vouch_why(why, -errno, "%s: %s", path, strerror(errno));
	ok = fwrite(e->bytes, 1, e->len, out) == e->len;
	ok = !fclose(out) && ok;
	if (ok)
		return 0;
	unlink(path);
	return vouch_why(why, -EIO, "%s: cannot write", path);
}

static int sign(const struct vouch_manifest *manifest, const struct wish *wish,
		EVP_PKEY *key, struct vouch_why *why)
{
	struct vouch_encoder corim = { 0 }, out = { 0 };
	const char *signer = manifest->provider ? manifest->provider : "unknown";
	int err;

	err = vouch_corim_encode(&corim, manifest, why);
	if (!err)
		err = vouch_corim_sign(&out, &corim, signer, key, why);
	if (!err)
		err = write_out(wish->out, &out, why);
	if (!err)
		fprintf(stderr, "vouch-refs: %s: %zu values, %zu bytes\n", wish->out,
			manifest->count, out.len);
	vouch_encoder_free(&corim);
	vouch_encoder_free(&out);
	return err;
}

static int compile(const char *path, const struct wish *wish, struct vouch_why *why)
{
	struct vouch_manifest manifest;
	EVP_PKEY *key = NULL;
	FILE *pem;
	int err;

	err = vouch_manifest_load(&manifest, path, why);
	if (err)
		return err;
	err = apply(&manifest, wish, why);
	pem = fopen(wish->key, "re");
	if (pem) {
		key = PEM_read_PrivateKey(pem, NULL, NULL, NULL);
		fclose(pem);
	}
	if (!err && !key)
		err = vouch_why(why, -EINVAL, "%s: no private key in PEM", wish->key);
	if (!err)
		err = sign(&manifest, wish, key, why);
	EVP_PKEY_free(key);
	vouch_manifest_free(&manifest);
	return err;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "output", required_argument, NULL, 'o' },
		{ "operator", no_argument, NULL, 'O' },
		{ "provider", required_argument, NULL, 'p' },
		{ "expires", required_argument, NULL, 'e' }, { 0 },
	};
	struct vouch_why why = { 0 };
	struct wish wish = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "k:o:p:e:", options, NULL)) != -1) {
		switch (c) {
		case 'k':
			wish.key = optarg;
			break;
		case 'o':
			wish.out = optarg;
			break;
		case 'O':
			wish.operator_declares = true;
			break;
		case 'p':
			wish.provider = optarg;
			break;
		case 'e':
			wish.expires = optarg;
			break;
		default:
			return vouch_verb_usage(&vouch_verb_compile);
		}
	}
	if (argc - optind != 1 || !wish.key || !wish.out)
		return vouch_verb_usage(&vouch_verb_compile);
	return compile(argv[optind], &wish, &why) ? vouch_verb_fail(&why) : VOUCH_EXIT_OK;
}

const struct vouch_verb vouch_verb_compile = {
	.name = "compile",
	.synopsis = "--key KEY.pem [OPTION]... -o FILE.corim MANIFEST.json",
	.summary = "Sign a manifest as a CoRIM",
	.help =
	"  -k, --key KEY.pem     private key on P-384: openssl genpkey -algorithm EC\n"
	"                        -pkeyopt ec_paramgen_curve:P-384\n"
	"  -o, --output FILE     where the CoRIM goes\n"
	"  -p, --provider NAME   who states the values, instead of the manifest's\n"
	"  -e, --expires DATE    2027-01-31, instead of the manifest's\n"
	"      --operator        refuse what an operator may not declare\n",
	.run = run,
};
