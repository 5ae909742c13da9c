// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/corim.h"
#include "date.h"
#include "file.h"
#include "verb.h"

static int explain(const char *path, int err)
{
	const char *text = strerror(-err);

	if (err == -EKEYREJECTED)
		text = "not signed by this key, or altered since";
	else if (err == -EBADMSG)
		text = "not a signed CoRIM of vouch's profile, or damaged";
	else if (err == -EILSEQ)
		text = "not encoded deterministically";
	fprintf(stderr, "vouch-refs: %s: %s\n", path, text);
	return err == -EKEYREJECTED ? VOUCH_EXIT_REFUSED : VOUCH_EXIT_TROUBLE;
}

static int judge(const char *path, const struct vouch_corim_info *info)
{
	uint64_t now = time(NULL);
	char date[VOUCH_DATE_SIZE];

	printf("%s: signature good, %zu values\n", path, info->added);
	if (info->ignored)
		printf("%zu values ignored: an operator may not declare them\n", info->ignored);
	if (info->not_before > now) {
		vouch_date_format(info->not_before, date);
		printf("not valid before %s\n", date);
		return VOUCH_EXIT_REFUSED;
	}
	if (!info->not_after)
		return VOUCH_EXIT_OK;
	vouch_date_format(info->not_after, date);
	printf("%s %s\n", info->not_after < now ? "expired" : "expires", date);
	return info->not_after < now ? VOUCH_EXIT_REFUSED : VOUCH_EXIT_OK;
}

static int check(const char *path, const struct vouch_corim_signer *signer)
{
	struct vouch_refs *refs = vouch_refs_new();
	struct vouch_corim_info info;
	struct vouch_why why = { 0 };
	struct vouch_file file;
	int err;

	snprintf(why.where, sizeof(why.where), "%.120s: ", path);
	if (!refs)
		vouch_why(&why, -ENOMEM, "out of memory");
	if (!refs || vouch_file_read(&file, path, &why)) {
		vouch_refs_free(refs);
		return vouch_verb_fail(&why);
	}
	err = vouch_corim_load(refs, file.bytes, file.len, signer, 1, &info);
	free(file.bytes);
	vouch_refs_free(refs);
	return err ? explain(path, err) : judge(path, &info);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "operator", no_argument, NULL, 'O' }, { 0 },
	};
	struct vouch_corim_signer signer = { 0 };
	FILE *pem;
	int c, code;

	while ((c = getopt_long(argc, argv, "k:", options, NULL)) != -1) {
		if (c == 'k')
			signer.name = optarg;
		else if (c == 'O')
			signer.operator_declared = true;
		else
			return vouch_verb_usage(&vouch_verb_check);
	}
	if (argc - optind != 1 || !signer.name)
		return vouch_verb_usage(&vouch_verb_check);
	pem = fopen(signer.name, "re");
	if (pem) {
		signer.key = PEM_read_PUBKEY(pem, NULL, NULL, NULL);
		fclose(pem);
	}
	if (!signer.key) {
		fprintf(stderr, "vouch-refs: %s: no public key in PEM\n", signer.name);
		return VOUCH_EXIT_TROUBLE;
	}
	code = check(argv[optind], &signer);
	EVP_PKEY_free(signer.key);
	return code;
}

const struct vouch_verb vouch_verb_check = {
	.name = "check",
	.synopsis = "--key PUBLIC.pem [--operator] FILE.corim",
	.summary = "Check who signed a CoRIM, and whether it is still valid",
	.help =
	"  -k, --key PUBLIC.pem   public key of the one who should have signed\n"
	"      --operator         the key is an operator's: count what is ignored\n\n"
	"Exit code: 0 good, 1 not signed by this key or expired, 2 not readable.\n",
	.run = run,
};
