// SPDX-License-Identifier: GPL-2.0-only
/* vouch-agent: what a host does with its card beside what its kernel does. */
#include <errno.h>
#include <getopt.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "quote.h"

#define EVENT_LOG "/sys/kernel/security/tpm0/binary_bios_measurements"

enum { DONE = 0, FAILED = 1, USAGE = 2 };

struct options {
	const char *tpm;
	const char *events;
	int device;
};

static const char help[] =
	"usage: vouch-agent quote [OPTION...]\n"
	"       vouch-agent key [OPTION...]\n\n"
	"quote  record the TPM's quote of this boot, and the firmware's events, with\n"
	"       the card; once an epoch, before any kexec\n"
	"key    print the TPM's attestation key (PEM), for whoever signs references\n\n"
	"  -t, --tpm PATH      the TPM (/dev/tpmrm0)\n"
	"  -e, --events PATH   the firmware's event log\n"
	"                      (" EVENT_LOG ")\n"
	"  -d, --device N      /dev/vouchN instead of the host function\n"
	"  -h, --help          this text\n\n"
	"Exit status: 0 done, 1 failed, 2 bad usage. See vouch-agent(8).\n";

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "vouch-agent: %s: %s\n", what, why);
	return FAILED;
}

static int tpm_fail(const char *path, uint32_t rc)
{
	return fail(path, tpm_error(rc));
}

static uint8_t *file_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rbe");
	uint8_t *bytes = file ? malloc(EVENT_LOG_MAX + 1) : NULL;

	if (bytes) {
		*len = fread(bytes, 1, EVENT_LOG_MAX + 1, file);
		if (*len > EVENT_LOG_MAX)
			errno = EFBIG;
		if (ferror(file) || *len > EVENT_LOG_MAX) {
			free(bytes);
			bytes = NULL;
		}
	}
	if (file)
		fclose(file);
	return bytes;
}

static int spki_print(const uint8_t *spki, size_t len)
{
	return PEM_write(stdout, "PUBLIC KEY", "", spki, (long)len) && !fflush(stdout) ? 0 : -1;
}

static int run_key(const struct options *options)
{
	uint8_t spki[TPM_SPKI_MAX];
	struct tpm *tpm;
	uint32_t rc = tpm_open(options->tpm, &tpm);
	size_t len;

	if (rc)
		return tpm_fail(options->tpm, rc);
	len = tpm_spki(tpm, spki);
	tpm_close(tpm);
	if (!len)
		return fail(options->tpm, "its key could not be encoded");
	return spki_print(spki, len) ? fail("output", strerror(errno)) : DONE;
}

/* Only the kernel that the firmware started may call these PCRs its own. */
static const char *epoch_refused(const struct epoch *epoch)
{
	if (!epoch->known)
		return "the log has no epoch nonce";
	if (epoch->jumped)
		return "there was a kexec in this epoch: the TPM speaks of the kernel before it";
	return epoch->quoted ? "this epoch has its quote already" : NULL;
}

static int quote_make(const struct options *options, struct vouch_device *card,
		      const struct epoch *epoch, const uint8_t *log, size_t len)
{
	struct tpm_quote quote;
	size_t events = 0;
	struct tpm *tpm;
	uint32_t rc = tpm_open(options->tpm, &tpm);
	int ret;

	if (rc)
		return tpm_fail(options->tpm, rc);
	rc = tpm_quote(tpm, epoch->nonce, sizeof(epoch->nonce), &quote);
	ret = rc ? 0 : quote_write(card, tpm, &quote, log, len, &events);
	tpm_close(tpm);
	if (rc)
		return tpm_fail(options->tpm, rc);
	if (ret == -EBADMSG || ret == -ENOTSUP)
		return fail(options->events, ret == -EBADMSG ?
			    "not a firmware's event log" :
			    "the TPM has no SHA-384 bank; activate it in the firmware's setup");
	if (ret)
		return fail("append", strerror(-ret));
	printf("recorded %zu events and a quote for the epoch that began with record %llu\n",
	       events, (unsigned long long)epoch->number);
	return DONE;
}

static int run_quote(const struct options *options)
{
	struct vouch_device *card;
	struct epoch epoch;
	const char *refused;
	uint8_t *log;
	size_t len;
	int ret;

	ret = options->device < 0 ? vouch_device_open_role(VOUCH_ROLE_HOST, &card) :
				    vouch_device_open(options->device, &card);
	if (ret)
		return fail("card", vouch_error_text(VOUCH_STEP_OPEN, ret));
	ret = epoch_read(card, &epoch);
	refused = ret ? strerror(-ret) : epoch_refused(&epoch);
	if (refused) {
		vouch_device_close(card);
		return fail("card", refused);
	}
	log = file_read(options->events, &len);
	ret = log ? quote_make(options, card, &epoch, log, len) :
		    fail(options->events, strerror(errno));
	free(log);
	vouch_device_close(card);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "tpm", required_argument, NULL, 't' },
		{ "events", required_argument, NULL, 'e' },
		{ "device", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .tpm = "/dev/tpmrm0", .events = EVENT_LOG, .device = -1 };
	char *end;
	int opt;

	/* What went wrong is said once, by this program. */
	setenv("TSS2_LOG", "all+none", 0);
	while ((opt = getopt_long(argc, argv, "t:e:d:h", long_options, NULL)) != -1) {
		switch (opt) {
		case 't':
			options.tpm = optarg;
			break;
		case 'e':
			options.events = optarg;
			break;
		case 'd':
			options.device = (int)strtol(optarg, &end, 10);
			if (*end || end == optarg || options.device < 0)
				return fail(optarg, "not a device's number"), USAGE;
			break;
		case 'h':
			fputs(help, stdout);
			return DONE;
		default:
			fputs("try: vouch-agent --help\n", stderr);
			return USAGE;
		}
	}
	if (optind + 1 == argc && !strcmp(argv[optind], "quote"))
		return run_quote(&options);
	if (optind + 1 == argc && !strcmp(argv[optind], "key"))
		return run_key(&options);
	fputs("vouch-agent: one of: quote, key; try: vouch-agent --help\n", stderr);
	return USAGE;
}
