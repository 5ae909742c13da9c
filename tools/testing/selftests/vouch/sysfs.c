// SPDX-License-Identifier: GPL-2.0-only
/* Class vouch: the form of each attribute, who may read it, and that the log
 * explains the PCR.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include <kselftest_harness.h>

#include "common.h"
#include "log.h"

FIXTURE(sysfs) {
	char name[32];
	char text[256];
};

FIXTURE_SETUP(sysfs)
{
	if (!card_find("host", self->name))
		SKIP(return, "no host function");
}

FIXTURE_TEARDOWN(sysfs)
{
}

static bool is_hex(const char *text, size_t bytes)
{
	return strlen(text) == 2 * bytes && strspn(text, "0123456789abcdef") == 2 * bytes;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool is_one_of(const char *text, const char *words)
{
	const char *at = strstr(words, text);
	size_t len = strlen(text);

	return len && at && (at == words || at[-1] == ' ') && (!at[len] || at[len] == ' ');
}

static void unhex(const char *text, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1] };

		bytes[i] = strtoul(pair, NULL, 16);
	}
}

static const struct form {
	const char *attr;
	size_t hex;
	const char *words;	/* or a number */
} forms[] = {
	{ "card_id", VOUCH_CARD_ID_SIZE, NULL },
	{ "firmware", VOUCH_DIGEST_SIZE, NULL },
	{ "pcr", VOUCH_DIGEST_SIZE, NULL },
	{ "root", VOUCH_DIGEST_SIZE, NULL },
	{ "role", 0, "host" },
	{ "state", 0, "ready" },
	{ "recorded", 0, "yes" },
	{ "attach", 0, "attached" },
	{ "debug", 0, "0 1" },
	{ "function", 0, NULL },
	{ "boot_count", 0, NULL },
	{ "epoch", 0, NULL },
	{ "count", 0, NULL },
	{ "current", 0, NULL },
};

static bool has_form(const struct form *form, const char *text)
{
	if (form->hex)
		return is_hex(text, form->hex);
	return form->words ? is_one_of(text, form->words) : is_number(text);
}

TEST_F(sysfs, forms)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		TH_LOG("%s", forms[i].attr);
		ASSERT_GT(attr_read(self->name, forms[i].attr, self->text, sizeof(self->text)), 0);
		EXPECT_TRUE(has_form(&forms[i], self->text));
	}
}

TEST_F(sysfs, modes)
{
	static const struct {
		const char *path;
		mode_t mode;
	} modes[] = {
		{ CLASS "/%s/log", S_IFREG | 0400 },
		{ CLASS "/%s/certificates", S_IFREG | 0444 },
		{ CLASS "/%s/count", S_IFREG | 0444 },
		{ CLASS "/%s/pcr", S_IFREG | 0444 },
		{ CLASS "/%s/state", S_IFREG | 0444 },
		{ "/dev/%s", S_IFCHR | 0660 },
	};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(self->text, sizeof(self->text), modes[i].path, self->name);
		TH_LOG("%s", self->text);
		ASSERT_EQ(0, stat(self->text, &st));
		EXPECT_EQ(modes[i].mode, st.st_mode);
		EXPECT_EQ(0, st.st_uid);
	}
}

/* suppress_bind_attrs: a keystroke must not leave a gap in the history. */
TEST_F(sysfs, no_unbind)
{
	EXPECT_EQ(0, access("/sys/bus/pci/drivers/vouch", F_OK));
	EXPECT_NE(0, access("/sys/bus/pci/drivers/vouch/unbind", F_OK));
	EXPECT_NE(0, access("/sys/bus/pci/drivers/vouch/bind", F_OK));
}

TEST_F(sysfs, certificates)
{
	uint8_t certs[VOUCH_EVIDENCE_MAX], again[VOUCH_EVIDENCE_MAX];
	struct vouch_ioc_certs arg = {
		.size = sizeof(arg), .out = (uintptr_t)again, .out_len = sizeof(again),
	};
	ssize_t len = 0, n;
	int fd;

	snprintf(self->text, sizeof(self->text), CLASS "/%s/certificates", self->name);
	fd = open(self->text, O_RDONLY);
	ASSERT_GE(fd, 0);
	while ((n = read(fd, certs + len, 100)) > 0)
		len += n;
	EXPECT_EQ(0, n);
	close(fd);
	fd = card_open(self->name);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, call(fd, VOUCH_IOC_CERTS, &arg));
	close(fd);
	ASSERT_EQ(arg.out_len, len);
	EXPECT_EQ(0, memcmp(certs, again, len));
}

/* The log is append-only, so a state read after the log covers at least it. */
TEST_F(sysfs, log_explains_pcr)
{
	uint8_t card_id[VOUCH_CARD_ID_SIZE], pcr[VOUCH_DIGEST_SIZE];
	const uint8_t instance[VOUCH_INSTANCE_SIZE] = {};
	struct vouch_ioc_log_state state;
	uint64_t count = 0;
	uint8_t *log;
	size_t size;
	int fd;

	ASSERT_GT(attr_read(self->name, "card_id", self->text, sizeof(self->text)), 0);
	unhex(self->text, card_id, sizeof(card_id));
	fd = card_open(self->name);
	ASSERT_GE(fd, 0);
	/* Another record may come between the two; it does not come for ever. */
	for (int tries = 0; tries < 5; tries++) {
		ASSERT_EQ(0, card_state(fd, 0, &state));
		log = log_slurp(self->name, &size);
		ASSERT_NE(NULL, log);
		ASSERT_EQ(0, log_replay(log, size, card_id, 0, instance, pcr, &count));
		free(log);
		if (count == state.state.count)
			break;
	}
	close(fd);
	ASSERT_EQ(state.state.count, count);
	EXPECT_EQ(0, memcmp(state.state.pcr, pcr, sizeof(pcr)));
	ASSERT_GT(attr_read(self->name, "pcr", self->text, sizeof(self->text)), 0);
	unhex(self->text, pcr, sizeof(pcr));
	EXPECT_EQ(0, memcmp(state.state.pcr, pcr, sizeof(pcr)));
}

/* What the card and this kernel have to say, in its order. */
TEST_F(sysfs, log_begins_as_it_must)
{
	const uint8_t *at;
	struct record record;
	bool attach = false, kernel = false;
	uint8_t *log;
	size_t size;
	int rc;

	log = log_slurp(self->name, &size);
	ASSERT_NE(NULL, log);
	at = log;
	while ((rc = log_next(&at, log + size, &record)) == 1) {
		EXPECT_EQ(record.number == 0, record.type == VOUCH_REC_POWER_ON);
		EXPECT_EQ((record.type > VOUCH_REC_CARD_LAST) + (record.type > VOUCH_REC_HOOK_LAST),
			  record.origin);
		if (record.type == VOUCH_REC_ATTACH)
			attach = true;
		if (record.type == VOUCH_REC_KERNEL) {
			kernel = true;
			EXPECT_TRUE(attach);
		}
		/* Nothing that the kernel says comes before its name. */
		EXPECT_TRUE(kernel || record.type != VOUCH_REC_MODULE_LOAD);
	}
	EXPECT_EQ(0, rc);
	EXPECT_TRUE(kernel);
	EXPECT_EQ(attr_number(self->name, "current") >= 0, kernel);
	free(log);
}

/* A reader that jumps gets the same bytes as one that does not. */
TEST_F(sysfs, log_seek)
{
	uint8_t byte, *log;
	size_t size, at;
	int fd;

	log = log_slurp(self->name, &size);
	ASSERT_NE(NULL, log);
	snprintf(self->text, sizeof(self->text), CLASS "/%s/log", self->name);
	fd = open(self->text, O_RDONLY);
	ASSERT_GE(fd, 0);
	for (int i = 0; i < 20; i++) {
		at = (size_t)i * 7919 % size;
		ASSERT_EQ(1, pread(fd, &byte, 1, at));
		EXPECT_EQ(log[at], byte);
	}
	EXPECT_EQ(0, pread(fd, &byte, 1, size + (1 << 20)));
	close(fd);
	free(log);
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
