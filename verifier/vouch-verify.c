// SPDX-License-Identifier: GPL-2.0-only
/* vouch-verify: is this package authentic? Works offline. */
#include "vouch-verify.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VERSION "1"

static const char usage[] =
"usage: vouch-verify --root FILE --policy FILE --refs FILE... --nonce HEX [PACKAGE]\n"
"\n"
"Says whether a package shows the history of an authentic host.\n"
"\n"
"  --root FILE        certificate of the third party that certified the card, PEM\n"
"  --policy FILE      what is demanded, JSON\n"
"  --refs FILE        signed reference values, CoRIM; may be repeated\n"
"  --subject WHAT     who must be attested: hypervisor (the default), os or both\n"
"  --nonce HEX        the nonce that the package must answer\n"
"  --nonce-file FILE  the same, hexadecimal in a file\n"
"  --package FILE     the package, - for standard input (the default)\n"
"  --outblob FILE, --auxblob FILE\n"
"                     instead of it a report of configfs-tsm; the nonce is its inblob\n"
"  --time TIME        judge validity as of then: 2026-01-31T12:00:00Z\n"
"  --state FILE       remember each card there; report regress and fork\n"
"  --strict           warnings make the exit status 1\n"
"  --json             print everything as JSON\n"
"  --history HOW      brief (the default), table (every record) or none\n"
"  --split DIR        also write the parts of the package into a folder\n"
"  --help, --version\n"
"\n"
"Exit status: 0 AUTHENTIC, 1 NOT AUTHENTIC, 2 COULD NOT TELL.\n";

enum {
	OPT_ROOT = 256, OPT_POLICY, OPT_REFS, OPT_NONCE, OPT_NONCE_FILE, OPT_PACKAGE, OPT_TIME,
	OPT_STATE, OPT_STRICT, OPT_JSON, OPT_HISTORY, OPT_SPLIT, OPT_SUBJECT, OPT_HELP, OPT_VERSION,
	OPT_OUTBLOB, OPT_AUXBLOB,
};

static const struct option long_options[] = {
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "refs", required_argument, NULL, OPT_REFS },
	{ "nonce", required_argument, NULL, OPT_NONCE },
	{ "nonce-file", required_argument, NULL, OPT_NONCE_FILE },
	{ "package", required_argument, NULL, OPT_PACKAGE },
	{ "outblob", required_argument, NULL, OPT_OUTBLOB },
	{ "auxblob", required_argument, NULL, OPT_AUXBLOB },
	{ "time", required_argument, NULL, OPT_TIME },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "history", required_argument, NULL, OPT_HISTORY },
	{ "split", required_argument, NULL, OPT_SPLIT },
	{ "subject", required_argument, NULL, OPT_SUBJECT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

void tool_fail(const char *format, ...)
{
	va_list args;

	fputs("vouch-verify: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(TOOL_FAILED);
}

static int64_t parse_time(const char *text)
{
	struct tm tm = { .tm_sec = 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (!end || *end)
		tool_fail("--time %s: give it as 2026-01-31T12:00:00Z", text);
	return timegm(&tm);
}

static enum tool_history parse_history(const char *text)
{
	static const char *const words[] = { "brief", "table", "none" };
	size_t i;

	for (i = 0; i < 3; i++) {
		if (!strcmp(text, words[i]))
			return (enum tool_history)i;
	}
	tool_fail("--history %s: give brief, table or none", text);
}

static uint32_t parse_subject(const char *text)
{
	if (!strcmp(text, "hypervisor"))
		return VOUCH_SUBJECT_HYPERVISOR;
	if (!strcmp(text, "os"))
		return VOUCH_SUBJECT_OS;
	if (!strcmp(text, "both"))
		return VOUCH_SUBJECT_HYPERVISOR | VOUCH_SUBJECT_OS;
	tool_fail("--subject %s: give hypervisor, os or both", text);
}

static void set_option(struct tool_options *o, const char **refs, int option)
{
	switch (option) {
	case OPT_ROOT:
		o->root = optarg;
		break;
	case OPT_POLICY:
		o->policy = optarg;
		break;
	case OPT_REFS:
		refs[o->refs_count++] = optarg;
		break;
	case OPT_NONCE:
		o->nonce = optarg;
		break;
	case OPT_NONCE_FILE:
		o->nonce_file = optarg;
		break;
	case OPT_PACKAGE:
		o->package = optarg;
		break;
	case OPT_OUTBLOB:
		o->outblob = optarg;
		break;
	case OPT_AUXBLOB:
		o->auxblob = optarg;
		break;
	case OPT_TIME:
		o->time = parse_time(optarg);
		break;
	case OPT_STATE:
		o->state = optarg;
		break;
	case OPT_STRICT:
		o->strict = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_HISTORY:
		o->history = parse_history(optarg);
		break;
	case OPT_SPLIT:
		o->split = optarg;
		break;
	case OPT_SUBJECT:
		o->subject = parse_subject(optarg);
		break;
	case OPT_HELP:
		fputs(usage, stdout);
		exit(0);
	case OPT_VERSION:
		puts("vouch-verify " VERSION);
		exit(0);
	default:
		fputs("vouch-verify: --help lists the options\n", stderr);
		exit(TOOL_FAILED);
	}
}

static void parse_options(struct tool_options *o, const char **refs, int argc, char **argv)
{
	int option;

	o->refs = refs;
	o->time = time(NULL);
	for (;;) {
		option = getopt_long(argc, argv, "", long_options, NULL);
		if (option < 0)
			break;
		set_option(o, refs, option);
	}
	if (optind < argc && !o->package)
		o->package = argv[optind++];
	if (optind < argc)
		tool_fail("%s: one package at a time", argv[optind]);
	if (!o->outblob != !o->auxblob || (o->outblob && (o->package || o->split)))
		tool_fail("--outblob and --auxblob go together, and with no package");
	if (!o->package)
		o->package = "-";
	if (!o->root)
		tool_fail("--root is missing: the third party's certificate");
	if (!o->policy)
		tool_fail("--policy is missing: what you demand (see vouch-verify(1))");
	if (!o->nonce == !o->nonce_file)
		tool_fail("give --nonce or --nonce-file: the nonce that you sent");
}

static size_t read_nonce(const struct tool_options *o, uint8_t *nonce)
{
	size_t len = o->nonce ? strlen(o->nonce) : 0;
	uint8_t *text = NULL;
	int count;

	if (o->nonce) {
		count = tool_hex_decode(o->nonce, len, nonce, VOUCH_NONCE_MAX);
	} else {
		text = tool_read_file(o->nonce_file, 1024, &len);
		while (len && strchr("\r\n\t ", text[len - 1]))
			len--;
		count = tool_hex_decode((char *)text, len, nonce, VOUCH_NONCE_MAX);
		free(text);
	}
	if (count < VOUCH_NONCE_MIN)
		tool_fail("the nonce is not %d to %d bytes in hexadecimal", VOUCH_NONCE_MIN,
			  VOUCH_NONCE_MAX);
	return (size_t)count;
}

static int exit_status(const struct vouch_verdict *verdict, bool strict)
{
	switch (verdict->tier) {
	case VOUCH_AUTHENTIC:
		return 0;
	case VOUCH_AUTHENTIC_WARNINGS:
		return strict ? 1 : 0;
	case VOUCH_NOT_AUTHENTIC:
		return 1;
	default:
		return TOOL_FAILED;
	}
}

static int verify(const struct tool_options *o)
{
	struct vouch_finding *items = calloc(TOOL_FINDINGS_MAX, sizeof(*items));
	struct tool_policy policy = { .signer_count = 0 };
	struct vouch_verdict verdict = {
		.findings = { .items = items, .room = items ? TOOL_FINDINGS_MAX : 0 },
	};
	struct tool_state state = { .path = o->state, .lock = -1 };
	struct tool_package package = { .fd = -1 };
	struct tool_blobs blobs;
	struct vouch_input input = { .time = o->time, .ctx = &state };
	struct tool_report report = { .options = o, .input = &input, .verdict = &verdict };
	uint8_t nonce[VOUCH_NONCE_MAX];
	struct vouch_refs *refs;

	input.subject = o->subject;
	input.nonce = nonce;
	input.nonce_len = read_nonce(o, nonce);
	input.root = tool_read_root(o->root);
	tool_policy_load(&policy, o->policy);
	input.policy = &policy.policy;
	refs = tool_refs_load(o, &policy, &verdict.findings);
	input.refs = refs;
	if (o->outblob) {
		tool_blobs_open(&blobs, o->outblob, o->auxblob);
		input.reader = &blobs.reader;
		input.outblob_len = blobs.out.reader.size;
	} else {
		tool_package_open(&package, o->package);
		input.reader = &package.reader;
	}
	if (o->state) {
		tool_state_open(&state, o->state);
		input.find_seen = tool_state_find;
	}
	vouch_appraise(&input, &verdict);
	/* A verdict that is not remembered is not said: the next would not know. */
	if (o->state)
		tool_state_save(&state, &verdict.now);
	if (o->json)
		tool_json_print(&report);
	else
		tool_text_print(&report);
	if (fflush(stdout) || ferror(stdout))
		tool_fail("cannot write the result");
	if (o->split)
		tool_package_split(&package, verdict.parts, o->split);
	vouch_refs_free(refs);
	tool_policy_free(&policy);
	X509_free(input.root);
	free(items);
	return exit_status(&verdict, o->strict);
}

int main(int argc, char **argv)
{
	const char **refs = calloc((size_t)argc + 1, sizeof(*refs));
	struct tool_options options = { .root = NULL };
	int status;

	if (!refs)
		tool_fail("out of memory");
	parse_options(&options, refs, argc, argv);
	status = verify(&options);
	free(refs);
	return status;
}
