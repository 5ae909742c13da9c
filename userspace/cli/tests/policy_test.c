// SPDX-License-Identifier: GPL-2.0-only
/* vouch attest --policy: what the asker itself says of time and distance. */
#include <stdlib.h>
#include <unistd.h>

#include "judge.h"
#include "run.h"
#include "tap.h"

#define NONCE	"00112233445566778899aabbccddeeff"
#define REST	"\"version\":1,\"role\":\"guest\",\"accept\":[],\"reference_signers\":[]"
#define LATE(ms) "{" REST ",\"threshold_ms\":" ms
#define NS_MAX	"{\"min_ns\":4294967295}"
#define TIMES	"{\"min_ns\":1500,\"p5_ns\":9999}"
#define BOUND(model, guest) \
	"{\"model\":\"" model "\",\"guest\":" guest ",\"card\":{\"min_ns\":2001}}"
#define NEAR(rounds, bounds) "\"proximity\":{\"rounds\":" #rounds ",\"bounds\":[" bounds "]}"

static char path[64] = "/tmp/vouch-policy-XXXXXX", package[80];

static int attest(const char *policy, const char *more)
{
	const char * const argv[] = { "vouch", "attest", "--nonce", NONCE, "--policy", path,
				      "--out", package, more, NULL };
	FILE *file = fopen(path, "w");

	fputs(policy, file);
	fclose(file);
	unlink(package);
	return run_argv(more ? 9 : 8, (char **)(uintptr_t)argv);
}

/* The exit code, and that there is a package where it says so. */
static void expect(const char *policy, const char *more, int code, const char *said)
{
	IS(attest(policy, more), code, "exit %d", code);
	HAS(code == CLI_FAILED ? err : out, said, "says: %s", said);
	IS(!access(package, F_OK), code != CLI_FAILED, "package: %s",
	   code == CLI_FAILED ? "none" : "written");
}

static void judge_late(void)
{
	fake = (struct fake){ .function = 1, .count = 3, .own = 1, .slow_ms = 30 };
	expect("{" REST ",\"threshold_ms\":60000}", NULL, CLI_OK, "\nwithin the policy: ");
	expect("{" REST ",\"threshold_ms\":20}", NULL, CLI_NOT_MET, "too long [late]");
	expect("{" REST ",\"threshold_ms\":20}", "--json", CLI_NOT_MET, "\"findings\":[\"late\"]");
	HAS(out, "\"met\":false", "JSON: not met");
	/* Most of that was the card's own: what is left is less than what the asker took. */
	fake.card_ns = 29000000;
	expect("{" REST ",\"threshold_ms\":60000}", "--json", CLI_OK, "\"met\":true");
	HAS(out, "\"card_ns\":29000000", "JSON: the card's own time");
	fake.card_ns = 1000000000000ULL;
	expect("{" REST ",\"threshold_ms\":20}", NULL, CLI_NOT_MET, "[time-impossible]");
	OK(!strstr(out, "[late]"), "and no other finding");
}

static void judge_bus(void)
{
	fake = (struct fake){ .function = 1, .count = 3, .own = 1, .slow_ms = 30 };
	expect("{" REST ",\"threshold_ms\":60000,\"bus_threshold_ms\":60000}", NULL, CLI_OK,
	       ", on the bus ");
	expect("{" REST ",\"threshold_ms\":60000,\"bus_threshold_ms\":20.5}", NULL, CLI_NOT_MET,
	       "too long [bus-late]");
	expect("{" REST ",\"threshold_ms\":60000,\"bus_threshold_ms\":20}", "--json", CLI_NOT_MET,
	       "\"bus_threshold_ns\":20000000");
	fake.unstamped = true;
	expect("{" REST ",\"threshold_ms\":60000,\"bus_threshold_ms\":60000}", NULL, CLI_NOT_MET,
	       "[bus-missing]");
	expect("{" REST ",\"threshold_ms\":60000}", NULL, CLI_OK, "within");
}

/* The fake's rounds take from 1 us, and the card waits from 2.001 us on. */
static void judge_near(void)
{
	fake = (struct fake){ .function = 1, .count = 3, .own = 1 };
	expect("{" REST ",\"threshold_ms\":60000," NEAR(64, BOUND("*", TIMES)) "}", NULL, CLI_OK,
	       "proximity, 64 rounds");
	expect("{" REST ",\"threshold_ms\":60000," NEAR(64, BOUND("*", "{\"min_ns\":999}")) "}",
	       NULL, CLI_NOT_MET, "[proximity-far]");
	expect("{" REST ",\"threshold_ms\":60000," NEAR(64, BOUND("*", TIMES)) "}",
	       "--proximity=63", CLI_NOT_MET, "[proximity-rounds]");
	expect("{" REST ",\"threshold_ms\":60000," NEAR(64, BOUND("x", "{\"min_ns\":9}")) "}", NULL,
	       CLI_OK, "not judged here");
	fake.function = 0;
	expect("{" REST ",\"threshold_ms\":60000," NEAR(64, BOUND("*", TIMES)) "}", NULL,
	       CLI_FAILED, "this is the host's function");
}

/* To the nanosecond; what lies around them is in the package. */
static void to_the_nanosecond(void)
{
	struct policy policy = { .threshold_ns = 500 };
	struct vouch_package_summary sum = { .before = 1000, .after = 1000 + 1024000 };
	struct judgement judged;

	sum.card = 1024000 - 500;
	judge(&policy, &sum, &judged);
	OK(judged.met && judged.way == 500, "as long as allowed");
	sum.card--;
	judge(&policy, &sum, &judged);
	OK(judged.found[JUDGE_LATE] && !judged.met, "a nanosecond more");
	sum.card = 1024000 + 2001;
	judge(&policy, &sum, &judged);
	OK(judged.met && !judged.way, "two clocks run apart by a part in 1024 and 1 us");
	sum.card++;
	judge(&policy, &sum, &judged);
	OK(judged.found[JUDGE_IMPOSSIBLE], "and by no more");
}

static void refuse(void)
{
	static const char * const policies[][2] = {
		{ "", "not a policy" }, { "[]", "not a policy: line" }, { "{", "not a policy" },
		{ "{\"version\":1,\"version\":1}", "duplicate" },
		{ "{" REST "}", "threshold_ms: give milliseconds" },
		{ "{" REST ",\"threshold_ms\":\"1\"}", "threshold_ms: give milliseconds" },
		{ "{" REST ",\"threshold_ms\":-1}", "threshold_ms: give milliseconds" },
		{ "{" REST ",\"threshold_ms\":86400001}", "threshold_ms: give milliseconds" },
		{ "{" REST ",\"treshold_ms\":1}", "treshold_ms: no such member" },
		{ "{\"version\":2,\"threshold_ms\":1}", "version: only 1" },
		{ LATE("1") ",\"bus_threshold_ms\":null}", "bus_threshold_ms: give" },
		{ LATE("1") ",\"proximity\":1}", "proximity: give" },
		{ LATE("1") "," NEAR(64, "") "}", "proximity: give" },
		{ LATE("1") "," NEAR(1, BOUND("*", TIMES)) "}", "proximity: give" },
		{ LATE("1") "," NEAR(257, BOUND("*", TIMES)) "}", "proximity: give" },
		{ LATE("1") "," NEAR(64, BOUND("*", "{}")) "}", "proximity: give" },
		{ LATE("1") "," NEAR(64, BOUND("*", NS_MAX)) "}", "proximity: give" },
		{ LATE("1") "," NEAR(64, "{}") "}", "proximity: give" },
	};

	fake = (struct fake){ .function = 1, .count = 3, .own = 1 };
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		expect(policies[i][0], NULL, CLI_FAILED, policies[i][1]);
}

int main(void)
{
	close(mkstemp(path));
	snprintf(package, sizeof(package), "%s.package", path);
	judge_late();
	judge_bus();
	judge_near();
	to_the_nanosecond();
	refuse();
	unlink(path);
	unlink(package);
	free(out);
	free(err);
	return tap_done();
}
