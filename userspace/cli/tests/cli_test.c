// SPDX-License-Identifier: GPL-2.0-only
/* The program from its arguments to its words and exit code, on a fake card. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "run.h"
#include "tap.h"

#define EMPTY_DIGEST \
	"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"
#define NONCE "00112233445566778899aabbccddeeff"
#define PROXIMITY "attest --proximity --nonce " NONCE

static void expect(const char *line, int code, const char *in_out, const char *in_err)
{
	IS(run(line), code, "vouch %s: exit %d", line, code);
	if (in_out)
		HAS(out, in_out, "vouch %s: says it", line);
	if (in_err)
		HAS(err, in_err, "vouch %s: says it", line);
}

static void reset(unsigned int function)
{
	fake = (struct fake){ .function = function, .count = 6, .own = 2 };
	open_error = 0;
}

static void usage(void)
{
	reset(0);
	expect("", CLI_USAGE, NULL, "what shall it do?");
	expect("--help", CLI_OK, "usage: vouch", NULL);
	expect("--version", CLI_OK, "vouch " VOUCH_CLI_VERSION, NULL);
	expect("dance", CLI_USAGE, NULL, "unknown verb: dance");
	expect("--dance", CLI_USAGE, NULL, "unknown option: --dance");
	expect("info --dance", CLI_USAGE, NULL, "Try: vouch info --help");
	expect("info --device", CLI_USAGE, NULL, "option needs a value: --device");
	expect("--device x info", CLI_USAGE, NULL, "not a number from 0 to 2147483647: x");
	expect("info --device -1", CLI_USAGE, NULL, "not a number");
	expect("info more", CLI_USAGE, NULL, "unexpected argument: more");
	expect("log --from 1x", CLI_USAGE, NULL, "not a number");
	expect("attest", CLI_USAGE, NULL, "a nonce is needed");
	expect("attest --nonce 0011", CLI_USAGE, NULL, "must be 8 to 64 bytes of hex");
	expect("attest --nonce 0011223344556677xx", CLI_USAGE, NULL, "must be 8 to 64 bytes");
	expect("attest --nonce-file /nowhere", CLI_FAILED, NULL, "cannot read /nowhere");
	expect("attest --subject me", CLI_USAGE, NULL, "hypervisor, os or both: me");
	expect("measure", CLI_USAGE, NULL, "which file?");
	expect("measure a b --name c", CLI_USAGE, NULL, "--name goes with one file");
	expect("assign", CLI_USAGE, NULL, "which guest function?");
	expect("assign 0", CLI_USAGE, NULL, "function 0 is the host's");
	expect("assign 70000", CLI_USAGE, NULL, "not a number from 0 to 65535");
	expect("attest --help", CLI_OK, "--nonce-file FILE", NULL);
	expect("latency --interval 0", CLI_USAGE, NULL, "at least a second");
	expect("latency --interval x", CLI_USAGE, NULL, "not a number");
	expect("latency --ring 5", CLI_USAGE, NULL, "a ring has 4, 8, 16, ... KiB");
	expect("latency more", CLI_USAGE, NULL, "unexpected argument: more");
	expect("latency --help", CLI_OK, "--interval SECONDS", NULL);
	expect("attest --proximity=1 --nonce " NONCE, CLI_USAGE, NULL, "at least 2 rounds");
	expect("attest --proximity=257", CLI_USAGE, NULL, "not a number from 0 to 256");
	expect("calibrate --sessions 19", CLI_USAGE, NULL, "fewer than 20 sessions");
	expect("calibrate --rounds 1", CLI_USAGE, NULL, "at least 2 rounds");
	expect("calibrate --margin x", CLI_USAGE, NULL, "not a number");
	expect("calibrate --model \xff", CLI_USAGE, NULL, "a name in UTF-8");
	expect("calibrate --over x", CLI_USAGE, NULL, "not a number");
	expect("calibrate --policy /nowhere", CLI_FAILED, NULL, "cannot read /nowhere");
	expect("calibrate more", CLI_USAGE, NULL, "unexpected argument: more");
	expect("info --device 7", CLI_OK, "card", NULL);
	IS(opened, 7, "the device asked for is opened");
	run("--device 8 info");
	IS(opened, 8, "also before the verb");
}

struct failure {
	const char *line;
	unsigned long request;
	int error;
	const char *text;
};

static const struct failure failures[] = {
	{ "info", 0, -ENOSYS, "modprobe vouch" },
	{ "info", 0, -ENXIO, "is a card fitted" },
	{ "info", 0, -ENOENT, "device node is missing" },
	{ "info", 0, -EACCES, "join the group vouch" },
	{ "info", VOUCH_IOC_INFO, -EAGAIN, "recovering; try again" },
	{ "info", VOUCH_IOC_INFO, -ENODEV, "the card is gone" },
	{ "info", VOUCH_IOC_INFO, -ETIMEDOUT, "did not answer in time" },
	{ "info", VOUCH_IOC_INFO, -EIO, "answered nonsense" },
	{ "info", VOUCH_IOC_INFO, -ENOTTY, "older than this program" },
	{ "info", VOUCH_IOC_INFO, -E2BIG, "update the module" },
	{ "log", VOUCH_IOC_LOG_READ, -ENOENT, "run vouch attest first" },
	{ "log --log 9", VOUCH_IOC_LOG_READ, -EACCES, "may not read that log" },
	{ "log --log 9", VOUCH_IOC_LOG_READ, -EINVAL, "no such log" },
	{ "attest --nonce " NONCE, VOUCH_IOC_ATTEST, -ENOLINK, "vouch assign N" },
	{ "attest --nonce " NONCE, VOUCH_IOC_ATTEST, -ETIMEDOUT, "did not answer in time" },
	{ "attest --nonce " NONCE, VOUCH_IOC_RECEIPT, -ENOENT, "others are asking too often" },
	{ PROXIMITY, VOUCH_IOC_PROXIMITY, -EACCES, "this is the host's function" },
	{ PROXIMITY, VOUCH_IOC_PROXIMITY, -EOPNOTSUPP, "this card has no proximity" },
	{ PROXIMITY, VOUCH_IOC_PROXIMITY, -EBUSY, "a proximity session already" },
	{ PROXIMITY, VOUCH_IOC_PROXIMITY, -ENOENT, "ended before the card signed it" },
	{ "calibrate --over 0", VOUCH_IOC_PROXIMITY, -EOPNOTSUPP, "this card has no proximity" },
	{ "measure /dev/null", VOUCH_IOC_MEASURE, -EPERM, "only root (CAP_SYS_ADMIN) may append" },
	{ "measure /dev/null", VOUCH_IOC_MEASURE, -ENOSPC, "quota for user records" },
	{ "measure /dev/null", VOUCH_IOC_MEASURE, -EINVAL, "give one with --name" },
	{ "assign 1", VOUCH_IOC_ASSIGN, -EPERM, "may assign functions" },
	{ "assign 1", VOUCH_IOC_ASSIGN, -EACCES, "run this on the host" },
	{ "withdraw 9", VOUCH_IOC_WITHDRAW, -ENOENT, "no guest function with this number" },
	{ "withdraw 1", VOUCH_IOC_WITHDRAW, -EAGAIN, "recovering" },
};

static void every_error(void)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];

		reset(0);
		if (f->request) {
			fake.fail = f->request;
			fake.error = f->error;
		} else {
			open_error = f->error;
		}
		expect(f->line, CLI_FAILED, NULL, f->text);
	}
	reset(0);
	fake.ahead = 1000000000;
	expect("attest --nonce " NONCE, CLI_FAILED, NULL, "a time namespace sets them apart");
	fake.ahead = -1000000000;
	expect("attest --nonce " NONCE, CLI_FAILED, NULL, "a time namespace sets them apart");
	reset(0);
	fake.lie = FAKE_EVIDENCE_GARBAGE;
	expect("attest --nonce " NONCE, CLI_FAILED, NULL, "do not trust it");
	expect("measure /nowhere", CLI_FAILED, NULL, "cannot read /nowhere");
	expect("measure /", CLI_FAILED, NULL, "cannot read /");
	expect("log --raw /nowhere/x", CLI_FAILED, NULL, "cannot write /nowhere/x");
	reset(0);
	expect("attest --nonce " NONCE " --out /nowhere/x", CLI_FAILED, NULL, "cannot write");
	expect("attest --nonce " NONCE " --key /dev/null", CLI_FAILED, NULL,
	       "holds no P-384 private key");
}

static json_t *last_record(const json_t *json)
{
	const json_t *records = json_object_get(json, "records");

	return json_array_get(records, json_array_size(records) - 1);
}

static void show(void)
{
	json_error_t error;
	json_t *json;

	reset(1);
	expect("info", CLI_OK, "function   1 of 3, guest", NULL);
	HAS(out, "own log    2 records", "vouch info: the instance log");
	HAS(out, " records of at most ", "vouch info: how much log 0 can hold");
	fake.fail = VOUCH_IOC_LOG_STATE;
	fake.error = -ENOLINK;
	expect("info", CLI_OK, "host       attached", NULL);
	reset(1);
	expect("--json info", CLI_OK, "\"role\":\"guest\"", NULL);
	json = json_loads(out, 0, &error);
	IS((long long)json_array_size(json_object_get(json, "logs")), 2, "JSON: both logs");
	json_decref(json);

	expect("log", CLI_OK, "module-load", NULL);
	HAS(out, "power-on", "vouch log: the first record");
	OK(!strstr(out, "MATCH"), "vouch log: digests match");
	expect("log --from 5", CLI_OK, "     5 ", NULL);
	OK(!strstr(out, "     4 "), "vouch log --from: no earlier one");
	expect("log --log own", CLI_OK, "     1 ", NULL);
	OK(!strstr(out, "     2 "), "vouch log --log own: no more than there are");
	expect("log --json --from 5", CLI_OK, "\"type\":\"module-load\"", NULL);
	json = json_loads(out, 0, &error);
	IS(json_integer_value(json_object_get(last_record(json), "number")), 5,
	   "JSON: number");
	json_decref(json);
	expect("log --json", CLI_OK, "{\"log\":0,\"records\":[", NULL);
	json = json_loads(out, 0, &error);
	IS((long long)json_array_size(json_object_get(json, "records")), 6, "JSON: all");
	json_decref(json);
	expect("log --json --from 6", CLI_OK, "\"records\":[\n]}", NULL);
	fake.lie = FAKE_LOG_DIGEST;
	expect("log", CLI_OK, "DIGEST DOES NOT MATCH", NULL);
	fake.lie = FAKE_LOG_NAME;
	expect("log", CLI_OK, "\\x1b[2J\\xe2\\x80\\xaeevil\\x5c", NULL);
	OK(!strchr(out, '\x1b'), "vouch log: nothing moves the cursor");
	fake.lie = FAKE_LOG_GARBAGE;
	expect("log", CLI_FAILED, NULL, "do not trust it");
}

static void act(void)
{
	char path[64] = "/tmp/vouch-cli-XXXXXX", line[256];

	reset(0);
	expect("measure /dev/null", CLI_OK, "6 " EMPTY_DIGEST " /dev/null", NULL);
	OK(!strcmp(fake.measured, "/dev/null"), "vouch measure: the path is the name");
	run("measure /dev/null --name empty");
	OK(!strcmp(fake.measured, "empty"), "vouch measure --name");
	expect("measure --json /dev/null", CLI_OK, "\"number\":8", NULL);
	expect("assign 2", CLI_OK, "function 2: instance 11111111111111111111111111111111", NULL);
	expect("assign 2 --json", CLI_OK, "\"function\":2", NULL);
	expect("withdraw 2", CLI_OK, "function 2: withdrawn", NULL);

	reset(1);
	close(mkstemp(path));
	snprintf(line, sizeof(line), "attest --nonce %s --out %s", NONCE, path);
	expect(line, CLI_OK, "function 1 (guest), epoch 1, 6 records, 2 of its own", NULL);
	snprintf(line, sizeof(line), "attest --nonce %s --json --out %s", NONCE, path);
	expect(line, CLI_OK, "\"count\":6", NULL);
	HAS(out, "\"stamps\":\"driver\"", "vouch attest: whose stamps");
	expect(line, CLI_OK, "\"subject\":\"both\"", NULL);
	strcat(line, " --subject os");
	expect(line, CLI_OK, "\"subject\":\"os\"", NULL);
	expect("attest --nonce " NONCE, CLI_OK, NULL, "package of");
	/* The card is none that a kernel knows. */
	expect("attest --ebpf --nonce " NONCE, CLI_OK, NULL, "bus stamps are the driver's: ");
	unlink(path);
	fake.lie = FAKE_LOG_CUT;
	run(line);
	OK(access(path, F_OK) != 0, "vouch attest: a failure leaves no package");
	strcat(path, ".part");
	OK(access(path, F_OK) != 0, "vouch attest: nor a part of one");
}

/* The fake's rounds take from 1 us. */
static void come_near(void)
{
	reset(1);
	expect(PROXIMITY, CLI_OK, NULL, "proximity, 128 rounds:");
	HAS(err, "guest's clock: min 1.0 us, p5 1.0 us, median 1.1 us", "on the guest's clock");
	expect("attest --json --proximity=16 --nonce " NONCE, CLI_OK, NULL,
	       "\"proximity\":{\"rounds\":16,\"guest\":{\"min_ns\":1000,");
	fake.lie = FAKE_NEAR_GARBAGE;
	expect(PROXIMITY, CLI_FAILED, NULL, "do not trust it");
}

int main(void)
{
	usage();
	come_near();
	every_error();
	show();
	act();
	free(out);
	free(err);
	return tap_done();
}
