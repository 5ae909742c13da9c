// SPDX-License-Identifier: GPL-2.0-only
/* Packages from honest and hostile cards. What is in them: package_test.py. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake.h"
#include "private.h"
#include "tap.h"

static const uint8_t nonce[64] = { 1, 2, 3 };

struct sink {
	size_t len;
	size_t limit;
	uint8_t kept[1 << 14];
};

static int take(void *ctx, const void *buf, size_t len)
{
	struct sink *sink = ctx;

	if (sink->len + len <= sizeof(sink->kept))
		memcpy(sink->kept + sink->len, buf, len);
	sink->len += len;
	return sink->limit && sink->len > sink->limit ? -ENOSPC : 0;
}

static int package(struct fake *fake, size_t nonce_len, struct sink *sink,
		   struct vouch_package_summary *sum)
{
	struct vouch_package_request req = { .nonce = nonce, .nonce_len = nonce_len };
	struct vouch_device *dev;
	int ret;

	vouch_device_new(&fake_ops, fake, &dev);
	ret = vouch_package_write(dev, &req, take, sink, sum);
	vouch_device_close(dev);
	return ret;
}

static void honest(void)
{
	struct fake fake = { .function = 1, .count = 11, .own = 2 };
	struct vouch_package_summary sum;
	struct sink sink = { 0 };

	IS(package(&fake, 32, &sink, &sum), 0, "a guest's package");
	IS((long long)sum.size, (long long)sink.len, "its size is known");
	IS((long long)sum.evidence.logs[0].count, 11, "the evidence's count");
	IS((long long)sum.evidence.logs[1].count, 2, "and of the instance log");
	OK(sum.own_size && sum.log_size > sum.own_size, "both logs are in it");
	OK(sum.after >= sum.before, "time goes forward");

	fake.card_ns = 12345;
	package(&fake, 32, &sink, &sum);
	IS((long long)sum.card, 12345, "the card says how much of it was its own");
	OK(sum.before <= sum.doorbell && sum.doorbell <= sum.interrupt &&
	   sum.interrupt <= sum.after, "the bus stamps lie in it");

	fake = (struct fake){ .count = 11 };
	IS(package(&fake, 64, &sink, &sum), 0, "a host's package");
	IS((long long)sum.own_size, 0, "has no instance log");
	IS(package(&fake, 7, &sink, &sum), -EINVAL, "a nonce of 7 bytes");
	IS(package(&fake, 65, &sink, &sum), -EINVAL, "a nonce of 65 bytes");
	fake = (struct fake){ .count = 4000 };
	IS(package(&fake, 8, &sink, &sum), 0, "a longer log");
	sink = (struct sink){ .limit = 1000 };
	IS(package(&fake, 8, &sink, &sum), -ENOSPC, "an output that fails");
}

static void subject(void)
{
	struct fake fake = { .function = 1, .count = 11, .own = 2 };
	struct vouch_package_request req = {
		.nonce = nonce, .nonce_len = 32, .flags = VOUCH_ATTEST_OS,
	};
	struct vouch_package_summary sum;
	struct sink sink = { 0 };
	struct vouch_device *dev;

	vouch_device_new(&fake_ops, &fake, &dev);
	IS(vouch_package_write(dev, &req, take, &sink, &sum), 0, "a package about the OS alone");
	OK(!sum.log_size && sum.own_size, "has the instance log alone");
	fake.lie = FAKE_EVIDENCE_SUBJECT;
	IS(vouch_package_write(dev, &req, take, &sink, &sum), -EBADMSG,
	   "evidence about more than was asked for");
	fake = (struct fake){ .count = 11 };
	IS(vouch_package_write(dev, &req, take, &sink, &sum), -EINVAL, "a host has no such log");
	vouch_device_close(dev);
}

static void share_signature(void)
{
	struct fake fake = { .function = 1, .count = 11, .own = 2, .batch = 7 };
	struct vouch_package_request req = { .nonce = nonce, .nonce_len = 32 };
	struct vouch_package_summary sum;
	struct sink sink = { 0 };
	struct vouch_device *dev;

	vouch_device_new(&fake_ops, &fake, &dev);
	IS(vouch_package_write(dev, &req, take, &sink, &sum), 0, "a package of batched evidence");
	IS((long long)sum.evidence.batch, 7, "says how many share the signature");
	req.flags = VOUCH_ATTEST_OWN_SIGNATURE;
	IS(vouch_package_write(dev, &req, take, &sink, &sum), 0, "who insists");
	IS((long long)sum.evidence.batch, 0, "gets a signature of its own");
	OK(sum.evidence.has_log[0] && sum.evidence.has_log[1], "about all logs as well");
	fake.lie = FAKE_EVIDENCE_SHARED;
	IS(vouch_package_write(dev, &req, take, &sink, &sum), -EBADMSG, "and takes no other");
	req.flags = 0;
	for (fake.lie = FAKE_BATCH_SIZE; fake.lie <= FAKE_BATCH_PATH; fake.lie++)
		IS(vouch_package_write(dev, &req, take, &sink, &sum), -EBADMSG, "no such batch");
	vouch_device_close(dev);
}

/* What a program did that watches requests: all of it, some, or nothing. */
static void stamp(void *ctx, struct vouch_answer *answer)
{
	const char *what = ctx;

	answer->by_ebpf = strcmp(what, "nothing");
	if (!strcmp(what, "some"))
		answer->interrupt = 0;
}

static bool has(const struct sink *sink, const char *bytes)
{
	return memmem(sink->kept, sink->len, bytes, strlen(bytes));
}

static void who_stamped(void)
{
	struct vouch_package_request req = { .nonce = nonce, .nonce_len = 32, .stamp = stamp };
	struct fake fake = { .count = 3 };
	struct vouch_device *dev;
	struct sink sink = { 0 };

	vouch_device_new(&fake_ops, &fake, &dev);
	for (const char * const *what = (const char *[]){ "all", "nothing", "some", NULL };
	     *what; what++) {
		req.stamp_ctx = (void *)(uintptr_t)*what;
		sink.len = 0;
		IS(vouch_package_write(dev, &req, take, &sink, NULL), 0, "stamped: %s", *what);
		IS(has(&sink, "\x06" "debpf"), !strcmp(*what, "all"), "by eBPF, if all of it was");
		IS(has(&sink, "\x06" "fdriver"), !strcmp(*what, "nothing"), "by the driver, else");
	}
	vouch_device_close(dev);
}

static void lost_receipt(void)
{
	struct fake fake = { .count = 3, .lost = 2 };
	struct sink sink = { 0 };

	IS(package(&fake, 32, &sink, NULL), 0, "a lost receipt: asked again");
	IS(fake.attests, 3, "three times in all");
	fake = (struct fake){ .count = 3, .lost = 100 };
	IS(package(&fake, 32, &sink, NULL), -ENOENT, "receipts that are always lost");
	IS(fake.attests, 3, "asked no more than three times");
}

static void hostile(void)
{
	static const struct {
		enum fake_lie lie;
		int error;
		const char *name;
	} cases[] = {
		{ FAKE_EVIDENCE_EMPTY, -EIO, "empty evidence" },
		{ FAKE_EVIDENCE_LONG, -EIO, "evidence longer than the room" },
		{ FAKE_EVIDENCE_GARBAGE, -EBADMSG, "garbage for evidence" },
		{ FAKE_EVIDENCE_CUT, -EBADMSG, "half the evidence" },
		{ FAKE_EVIDENCE_TAIL, -EBADMSG, "evidence and a byte" },
		{ FAKE_EVIDENCE_HEAD, -EBADMSG, "evidence not in deterministic form" },
		{ FAKE_EVIDENCE_NONCE, -EBADMSG, "evidence for another nonce" },
		{ FAKE_EVIDENCE_COUNT, -EIO, "more signed than the log holds" },
		{ FAKE_EVIDENCE_OTHER_OWN, -EBADMSG, "the instance log of another" },
		{ FAKE_EVIDENCE_NO_OWN, -EBADMSG, "a guest without an instance log" },
		{ FAKE_EVIDENCE_CURRENT, -EBADMSG, "a current kernel beyond the count" },
		{ FAKE_RECEIPT_EMPTY, -EIO, "an empty receipt" },
		{ FAKE_RECEIPT_LONG, -EIO, "a receipt longer than the room" },
		{ FAKE_RECEIPT_GARBAGE, -EBADMSG, "garbage for a receipt" },
		{ FAKE_RECEIPT_TAIL, -EBADMSG, "a receipt and a byte" },
		{ FAKE_RECEIPT_NONCE, -EBADMSG, "the receipt of other evidence" },
		{ FAKE_RECEIPT_RX, -EBADMSG, "of evidence that came at another time" },
		{ FAKE_RECEIPT_ORDER, -EBADMSG, "sent before it was signed" },
		{ FAKE_LOG_STUCK, -EIO, "a log that does not move" },
		{ FAKE_LOG_GARBAGE, -EBADMSG, "garbage for a log" },
		{ FAKE_LOG_CUT, -EBADMSG, "half a record" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake = { .function = 1, .count = 11, .own = 2, .lie = cases[i].lie };
		struct sink sink = { 0 };

		IS(package(&fake, 32, &sink, NULL), cases[i].error, "%s", cases[i].name);
		if (sink.len)
			OK(false, "nothing of it is written");
	}
}

static void errors(void)
{
	static const unsigned long requests[] = {
		VOUCH_IOC_ATTEST, VOUCH_IOC_RECEIPT, VOUCH_IOC_LOG_READ,
	};
	static const int values[] = { -ENODEV, -ETIMEDOUT, -EAGAIN, -ENOLINK };

	for (size_t r = 0; r < 3; r++)
		for (size_t e = 0; e < 4; e++) {
			struct fake fake = { .count = 3, .fail = requests[r], .error = values[e] };
			struct sink sink = { 0 };

			IS(package(&fake, 32, &sink, NULL), values[e],
			   "the driver's error comes through");
		}
}

static void keys(void)
{
	char path[] = "/tmp/vouch-key-XXXXXX";
	uint8_t a[VOUCH_KEY_SIZE], b[VOUCH_KEY_SIZE];
	struct vouch_key *key;
	FILE *file;

	close(mkstemp(path));
	IS(vouch_key_new(&key), 0, "a fresh key");
	IS(vouch_key_save(key, path), -EEXIST, "no file is written over");
	unlink(path);
	IS(vouch_key_save(key, path), 0, "a key is kept");
	vouch_key_public(key, a);
	vouch_key_free(key);
	IS(vouch_key_load(path, &key), 0, "and read again");
	vouch_key_public(key, b);
	vouch_key_free(key);
	OK(!memcmp(a, b, sizeof(a)) && a[0] == 4, "it is the same");
	file = fopen(path, "w");
	fputs("no key\n", file);
	fclose(file);
	IS(vouch_key_load(path, &key), -EINVAL, "a file without a key");
	unlink(path);
	IS(vouch_key_load(path, &key), -ENOENT, "no file");
}

int main(void)
{
	honest();
	subject();
	share_signature();
	who_stamped();
	lost_receipt();
	hostile();
	errors();
	keys();
	return tap_done();
}
