// SPDX-License-Identifier: GPL-2.0-only
/* Walking a log, finding devices, and what they answer. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"
#include "private.h"
#include "tap.h"

struct seen {
	unsigned int records;
	unsigned int checkpoints;
	uint64_t last;
	unsigned int stop_after;
};

static int see(void *ctx, const struct vouch_record *rec, const uint8_t *raw, size_t len)
{
	struct seen *seen = ctx;

	(void)raw;
	(void)len;
	if (!rec) {
		seen->checkpoints++;
		return 0;
	}
	seen->records++;
	seen->last = rec->number;
	return seen->records == seen->stop_after ? -ECANCELED : 0;
}

static int walk(struct fake *fake, uint32_t log, uint64_t from, uint64_t to, struct seen *seen,
		uint64_t *next)
{
	struct vouch_device *dev;
	int ret;

	vouch_device_new(&fake_ops, fake, &dev);
	ret = vouch_log_walk(dev, log, from, to, see, seen, next);
	vouch_device_close(dev);
	return ret;
}

static void honest(void)
{
	struct fake fake = { .function = 1, .count = 11, .own = 2 };
	struct seen seen = { 0 };
	uint64_t next = 0;

	IS(walk(&fake, 0, 0, VOUCH_LOG_END, &seen, &next), 0, "a whole log");
	IS(seen.records, 11, "every record once");
	IS(seen.checkpoints, 2, "every checkpoint once");
	IS((long long)next, 11, "next is the count");
	OK(fake.closed, "the device is closed");

	seen = (struct seen){ 0 };
	IS(walk(&fake, 0, 2, 7, &seen, &next), 0, "a part");
	OK(seen.records == 5 && seen.last == 6, "stops before the record named");
	IS((long long)next, 7, "next is that record");

	seen = (struct seen){ 0 };
	IS(walk(&fake, 1, 0, 2, &seen, &next), 0, "the instance log");
	IS(walk(&fake, 2, 0, 2, &seen, NULL), -EACCES, "not another's");
	IS(walk(&fake, 0, 11, VOUCH_LOG_END, &seen, &next), 0, "nothing new is no error");
	IS((long long)next, 11, "and next stays");
	IS(walk(&fake, 0, 0, 12, &seen, NULL), -EIO, "a log shorter than signed");
	seen = (struct seen){ .stop_after = 4 };
	IS(walk(&fake, 0, 0, VOUCH_LOG_END, &seen, NULL), -ECANCELED,
	   "the caller's error ends it");
	fake.count = 0;
	IS(walk(&fake, 0, 0, VOUCH_LOG_END, &seen, NULL), 0, "an empty log");
}

static void hostile(void)
{
	static const struct {
		enum fake_lie lie;
		int error;
		const char *name;
	} cases[] = {
		{ FAKE_LOG_STUCK, -EIO, "bytes, but next does not move" },
		{ FAKE_LOG_BACK, -EIO, "next goes back" },
		{ FAKE_LOG_SKIP, -EIO, "next beyond the records" },
		{ FAKE_LOG_EMPTY, -EIO, "next moves without bytes" },
		{ FAKE_LOG_LONG, -EIO, "more bytes than the room" },
		{ FAKE_LOG_GARBAGE, -EBADMSG, "garbage" },
		{ FAKE_LOG_NUMBER, -EBADMSG, "a record out of order" },
		{ FAKE_LOG_OTHER, -EBADMSG, "a record of another log" },
		{ FAKE_LOG_CUT, -EBADMSG, "half a record" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake = { .count = 11, .lie = cases[i].lie };
		struct seen seen = { 0 };

		IS(walk(&fake, 0, 0, 11, &seen, NULL), cases[i].error, "%s", cases[i].name);
	}
}

static void answers(void)
{
	struct fake fake = { .count = 3 };
	struct vouch_device *dev;
	struct vouch_info info;
	struct vouch_log log;

	vouch_device_new(&fake_ops, &fake, &dev);
	IS(vouch_info_get(dev, &info), 0, "info");
	OK(info.functions == 3 && info.role == VOUCH_ROLE_HOST, "its fields");
	IS(vouch_log_state(dev, 0, &log), 0, "log state");
	OK(log.count == 3 && log.current == VOUCH_NO_REF, "its fields");
	fake.lie = FAKE_INFO_ROLE;
	IS(vouch_info_get(dev, &info), -EIO, "a role that does not exist");
	fake.lie = FAKE_INFO_GUEST_ZERO;
	IS(vouch_info_get(dev, &info), -EIO, "function 0 as a guest");
	fake.lie = FAKE_STATE_OTHER_LOG;
	IS(vouch_log_state(dev, 0, &log), -EIO, "the state of another log");
	fake.lie = FAKE_STATE_CURRENT;
	IS(vouch_log_state(dev, 0, &log), -EIO, "a current kernel beyond the count");
	vouch_device_close(dev);
}

static void put(const char *root, const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	if (!text) {
		mkdir(full, 0700);
		return;
	}
	file = fopen(full, "w");
	fputs(text, file);
	fclose(file);
}

static void devices(void)
{
	char root[] = "/tmp/vouch-test-XXXXXX", command[64];

	if (!mkdtemp(root)) {
		OK(false, "a folder for a made-up sysfs");
		return;
	}
	IS(vouch_device_find(root, VOUCH_ANY_DEVICE, -1), -ENOSYS, "module not loaded");
	put(root, "/sys", NULL);
	put(root, "/sys/class", NULL);
	put(root, "/sys/class/vouch", NULL);
	IS(vouch_device_find(root, VOUCH_ANY_DEVICE, -1), -ENXIO, "no card");
	put(root, "/sys/class/vouch/vouch10", NULL);
	put(root, "/sys/class/vouch/vouch10/role", "guest\n");
	put(root, "/sys/class/vouch/vouch2", NULL);
	put(root, "/sys/class/vouch/vouch2/role", "host\n");
	put(root, "/sys/class/vouch/vouchx", NULL);
	put(root, "/sys/class/vouch/vouch1a", NULL);
	IS(vouch_device_find(root, VOUCH_ANY_DEVICE, -1), 2, "the lowest");
	IS(vouch_device_find(root, 10, -1), 10, "by number");
	IS(vouch_device_find(root, 1, -1), -ENXIO, "a number that is not there");
	IS(vouch_device_find(root, VOUCH_ANY_DEVICE, VOUCH_ROLE_GUEST), 10, "by role");
	put(root, "/sys/class/vouch/vouch10/role", "neither\n");
	IS(vouch_device_find(root, VOUCH_ANY_DEVICE, VOUCH_ROLE_GUEST), -ENXIO,
	   "a role that is not there");
	snprintf(command, sizeof(command), "rm -rf %s", root);
	IS(system(command), 0, "the made-up sysfs goes");
}

int main(void)
{
	honest();
	hostile();
	answers();
	devices();
	return tap_done();
}
