// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../manifest.h"
#include "tap.h"

#define D	"0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST	"\"" D D "\""
#define GOOD	VMM ", \"sha384\": [" DIGEST "]"
#define HEAD	"{\"vouch-refs\": 1, \"entries\": ["
#define VMM	"\"kind\": \"vmm\", \"name\": \"q\""

static const struct {
	const char *json;
	const char *text;
} bad[] = {
	{ "", "line 1:" },
	{ "{\n\"vouch-refs\": 1,\n\"entries\": [,]}", "line 3:" },
	{ "{\"vouch-refs\": 1, \"vouch-refs\": 1}", "duplicate" },
	{ "[]", "must be 1" },
	{ "{\"vouch-refs\": 2, \"entries\": []}", "must be 1" },
	{ "{\"vouch-refs\": 1}", "\"entries\" must be a list" },
	{ "{\"vouch-refs\": 1, \"values\": []}", "unknown key \"values\"" },
	{ "{\"vouch-refs\": 1, \"expires\": \"soon\", \"entries\": []}", "not \"soon\"" },
	{ "{\"vouch-refs\": 1, \"expires\": 7, \"entries\": []}", "must be a string" },
	{ "{\"vouch-refs\": 1, \"provider\": \"\", \"entries\": []}", "1 to 255 bytes" },
	{ "{\"vouch-refs\": 1, \"packages\": [{\"name\": \"a\"}], \"entries\": []}",
	  "packages 1: needs" },
	{ HEAD "7]}", "entries 1: must be an object" },
	{ HEAD "{}]}", "entries 1: unknown kind" },
	{ HEAD "{\"kind\": \"virus\"}]}", "unknown kind \"virus\"" },
	{ HEAD "{\"kind\": \"vmm\"}]}", "\"name\" is missing" },
	{ HEAD "{" VMM "}]}", "\"sha384\" is missing" },
	{ HEAD "{" VMM ", \"colour\": 1}]}", "unknown key \"colour\"" },
	{ HEAD "{" VMM ", \"sha384\": [\"12\"]}]}", "digest 1 of \"sha384\"" },
	{ HEAD "{" VMM ", \"sha384\": [" DIGEST ", 3]}]}", "digest 2 of \"sha384\"" },
	{ HEAD "{" VMM ", \"sha384\": []}]}", "list of 1 to 4" },
	{ HEAD "{" GOOD ", \"build-id\": \"xy\"}]}", "\"build-id\" must be" },
	{ HEAD "{" GOOD ", \"build-id\": \"123\"}]}", "\"build-id\" must be" },
	{ HEAD "{" GOOD "}, {\"kind\": \"kernel\", \"name\": \"r\", \"sha384\": [" DIGEST "]}]}",
	  "entries 2: a kernel needs its \"build-id\"" },
	{ HEAD "{" GOOD ", \"package\": \"p\"}]}", "go together" },
};

#define TEMPLATE	"/tmp/manifest.XXXXXX"

static char path[sizeof(TEMPLATE)] = TEMPLATE;

static void write_text(const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		exit(2);
}

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vouch_manifest manifest;
		struct vouch_why why = { 0 };
		int err;

		write_text(bad[i].json);
		err = vouch_manifest_load(&manifest, path, &why);
		if (!OK(err == -EINVAL && strstr(why.text, bad[i].text),
			"refused: %s", bad[i].text))
			printf("# %d: %s\n", err, why.text);
		if (!err)
			vouch_manifest_free(&manifest);
	}
}

static struct vouch_entry example(void)
{
	struct vouch_entry entry = {
		.kind = VOUCH_REF_MODULE, .name = "kvm_amd", .release = "1.2.3",
		.package = "linux-modules", .version = "1:2~3", .digests = 2,
		.build_id = { .len = 20, .bytes = { 1, 2, 3 } },
	};

	memset(entry.sha384[0], 0xa5, VOUCH_REF_DIGEST_SIZE);
	memset(entry.sha384[1], 0x5a, VOUCH_REF_DIGEST_SIZE);
	return entry;
}

static void test_round(void)
{
	struct vouch_package package = { .name = "linux-modules", .version = "1:2~3" };
	struct vouch_manifest manifest = { 0 }, again;
	struct vouch_entry entry = example();
	struct vouch_entry dashed = entry;
	struct vouch_why why = { 0 };

	manifest.expires = 1800000000;
	dashed.name = "kvm-amd";
	IS(vouch_manifest_add(&manifest, &dashed), 0, "add a value");
	IS(vouch_manifest_add_package(&manifest, &package), 0, "add a package");
	IS(vouch_manifest_add_package(&manifest, &package), -EEXIST, "not twice");
	IS(vouch_manifest_save(&manifest, path, &why), 0, "save");
	IS(vouch_manifest_load(&again, path, &why), 0, "load again");
	IS((long)again.count, 1, "one value");
	OK(vouch_manifest_has(&again, &entry), "the same value");
	HAS(again.entries[0].name, "kvm_amd", "its name as the kernel has it");
	IS(again.expires, 1800000000, "the same end of validity");
	entry.build_id.bytes[2]++;
	OK(!vouch_manifest_has(&again, &entry), "another build-id is another value");
	IS(vouch_manifest_merge(&again, &manifest), 0, "merge");
	IS((long)again.count, 1, "a package that is there is not merged again");
	IS((long)again.package_count, 1, "nor listed twice");
	vouch_manifest_free(&manifest);
	vouch_manifest_free(&again);
	unlink(path);
	IS(vouch_manifest_load(&again, path, &why), -ENOENT, "no such file");
	HAS(why.text, "No such file", "and the text says so");
}

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 2;
	close(fd);
	test_bad();
	test_round();
	unlink(path);
	return tap_done();
}
