// SPDX-License-Identifier: GPL-2.0-only
/* vouch attest: ask the card and write a package for the verifier. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "near.h"
#include "probe.h"
#include "stamps.h"
#include "summary.h"

struct request {
	struct cli *cli;
	uint8_t nonce[VOUCH_NONCE_MAX];
	struct vouch_package_request package;
	const char *out_path;
	const char *key_path;
	struct vouch_key *key;
	bool ebpf;
	bool judge;
	struct policy policy;
	struct stamps *stamps;
	const char *unstamped;	/* why the stamps are the driver's, or NULL */
};

static int set_nonce(struct request *req, const char *hex)
{
	if (cli_unhex(hex, req->nonce, sizeof(req->nonce), &req->package.nonce_len) ||
	    req->package.nonce_len < VOUCH_NONCE_MIN)
		return cli_say(req->cli, CLI_USAGE, "the nonce must be %d to %d bytes of hex",
			       VOUCH_NONCE_MIN, VOUCH_NONCE_MAX);
	req->package.nonce = req->nonce;
	return CLI_GO_ON;
}

static int read_nonce(struct request *req, const char *path)
{
	char text[2 * VOUCH_NONCE_MAX + 3];
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		return cli_say(req->cli, CLI_FAILED, "cannot read %s: %m", path);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	return set_nonce(req, text);
}

static int set_subject(struct request *req, const char *text)
{
	req->package.flags &= ~(uint32_t)(VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS);
	if (!strcmp(text, "hypervisor"))
		req->package.flags |= VOUCH_ATTEST_HYPERVISOR;
	else if (!strcmp(text, "os"))
		req->package.flags |= VOUCH_ATTEST_OS;
	else if (!strcmp(text, "both"))
		req->package.flags |= VOUCH_ATTEST_HYPERVISOR | VOUCH_ATTEST_OS;
	else
		return cli_say(req->cli, CLI_USAGE, "--subject is hypervisor, os or both: %s",
			       text);
	return CLI_GO_ON;
}

static int option(struct request *req, int opt, char **argv)
{
	uint64_t ms;

	switch (opt) {
	case 'n':
		return set_nonce(req, optarg);
	case 'N':
		return read_nonce(req, optarg);
	case 'o':
		req->out_path = strcmp(optarg, "-") ? optarg : NULL;
		return CLI_GO_ON;
	case 'k':
		req->key_path = optarg;
		return CLI_GO_ON;
	case 'E':
		req->ebpf = true;
		return CLI_GO_ON;
	case 's':
		return set_subject(req, optarg);
	case 'O':
		req->package.flags |= VOUCH_ATTEST_OWN_SIGNATURE;
		return CLI_GO_ON;
	case 'L':
		req->package.no_log = true;
		return CLI_GO_ON;
	case 'P':
		req->judge = true;
		return policy_load(req->cli, optarg, &req->policy);
	case 'p':
		return near_rounds(req->cli, optarg, &req->package.rounds);
	case 't':
		if (cli_number(req->cli, optarg, UINT32_MAX, &ms))
			return CLI_USAGE;
		req->package.timeout_ms = (uint32_t)ms;
		return CLI_GO_ON;
	default:
		return cli_option(req->cli, opt, argv);
	}
}

/* --key: use the key in the file, or make one and keep it there. */
static int take_key(struct request *req)
{
	struct cli *cli = req->cli;
	int ret;

	if (!req->key_path)
		return CLI_OK;
	ret = vouch_key_load(req->key_path, &req->key);
	if (ret == -ENOENT) {
		ret = vouch_key_new(&req->key);
		if (!ret)
			ret = vouch_key_save(req->key, req->key_path);
	}
	if (ret == -EINVAL)
		return cli_say(cli, CLI_FAILED, "%s holds no P-384 private key in PEM",
			       req->key_path);
	if (ret)
		return cli_say(cli, CLI_FAILED, "cannot use %s: %s", req->key_path,
			       strerror(-ret));
	req->package.key = req->key;
	return CLI_OK;
}

static void stamp(void *ctx, struct vouch_answer *answer)
{
	struct request *req = ctx;

	if (stamps_take(req->stamps, VOUCH_OP_ATTEST, answer))
		req->unstamped = "eBPF did not see this request whole";
	else
		req->unstamped = NULL;
}

/* --ebpf: without it, or where it is not to be had, the driver's stamps do. */
static void take_stamps(struct request *req)
{
	int ret;

	if (!req->ebpf)
		return;
	ret = stamps_open(&req->stamps);
	if (ret) {
		req->unstamped = probe_error_text(ret);
		return;
	}
	req->package.stamp = stamp;
	req->package.stamp_ctx = req;
}

static int summarize(struct request *req, const struct vouch_package_summary *sum)
{
	/* Standard output is the package, unless --out took that elsewhere. */
	FILE *to = req->out_path ? req->cli->out : req->cli->err;

	if (req->unstamped)
		fprintf(req->cli->err, "vouch: bus stamps are the driver's: %s\n", req->unstamped);
	return cli_print_summary(req->cli, to, sum,
				 req->ebpf && !req->unstamped ? "ebpf" : "driver",
				 req->judge ? &req->policy : NULL);
}

static int write_to_path(struct request *req, struct vouch_device *dev,
			 struct vouch_package_summary *sum)
{
	struct cli_file to;
	int ret;

	if (cli_file_open(req->cli, &to, req->out_path))
		return CLI_FAILED;
	ret = vouch_package_write(dev, &req->package, vouch_write_file, to.file, sum);
	if (ret)
		cli_fail(req->cli, VOUCH_STEP_ATTEST, ret);
	return cli_file_close(req->cli, &to, !ret);
}

static int write_package(struct request *req, struct vouch_device *dev)
{
	struct vouch_package_summary sum;
	int ret;

	if (req->out_path) {
		if (write_to_path(req, dev, &sum))
			return CLI_FAILED;
		return summarize(req, &sum);
	}
	ret = vouch_package_write(dev, &req->package, vouch_write_file, req->cli->out, &sum);
	if (ret)
		return cli_fail(req->cli, VOUCH_STEP_ATTEST, ret);
	if (fflush(req->cli->out))
		return cli_say(req->cli, CLI_FAILED, "cannot write the package: %m");
	return summarize(req, &sum);
}

static int attest(struct request *req)
{
	struct vouch_device *dev;
	int code;

	if (!req->package.nonce)
		return cli_say(req->cli, CLI_USAGE,
			       "a nonce is needed: the verifier gives you one");
	if (!req->out_path && isatty(fileno(req->cli->out)))
		return cli_say(req->cli, CLI_USAGE,
			       "a package is no text: use --out FILE, or a pipe");
	code = take_key(req);
	if (code)
		return code;
	code = cli_open(req->cli, &dev);
	if (code)
		return code;
	if (!req->package.rounds)
		req->package.rounds = req->policy.rounds;
	take_stamps(req);
	code = write_package(req, dev);
	stamps_close(req->stamps);
	vouch_device_close(dev);
	return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "nonce", required_argument, NULL, 'n' },
		{ "nonce-file", required_argument, NULL, 'N' },
		{ "out", required_argument, NULL, 'o' },
		{ "key", required_argument, NULL, 'k' },
		{ "ebpf", no_argument, NULL, 'E' },
		{ "subject", required_argument, NULL, 's' },
		{ "proximity", optional_argument, NULL, 'p' },
		{ "policy", required_argument, NULL, 'P' },
		{ "own-signature", no_argument, NULL, 'O' },
		{ "no-log", no_argument, NULL, 'L' },
		{ "timeout", required_argument, NULL, 't' },
		CLI_OPTIONS
	};
	struct request req = { .cli = cli };
	int opt, code;

	while ((opt = getopt_long(argc, argv, ":hjo:", options, NULL)) != -1) {
		code = option(&req, opt, argv);
		if (code != CLI_GO_ON)
			return code;
	}
	if (optind < argc)
		return cli_say(cli, CLI_USAGE, "unexpected argument: %s", argv[optind]);
	code = attest(&req);
	vouch_key_free(req.key);
	return code;
}

const struct cli_verb cli_attest = {
	.name = "attest",
	.args = "--nonce HEX|--nonce-file FILE [--out FILE] [OPTION...]",
	.brief = "ask the card, and write a package for the verifier",
	.help = "  --nonce HEX        what the verifier gave you, 8 to 64 bytes\n"
		"  --nonce-file FILE  the same, in a file\n"
		"  --out FILE         where the package goes (default -, standard output)\n"
		"  --key FILE         sign with this P-384 key (PEM); made if it is missing;\n"
		"                     without it, each package has a fresh key\n"
		"  --ebpf             bus stamps from eBPF; the driver's where it cannot be used\n"
		"  --subject WHAT     attest the hypervisor, the os (this VM's own) or both;\n"
		"                     default: all that this function has\n"
		"  --proximity[=N]    bound how far the card is, in N rounds (default 128)\n"
		"  --policy FILE      judge time and distance here, too; exit 3 if too long or far\n"
		"  --own-signature    do not share the card's signature with others\n"
		"  --no-log           evidence only; the history can then not be verified\n"
		"  --timeout MS       how long the card may take\n"
		"  --json             the summary as one JSON object\n",
	.run = run,
};
