// SPDX-License-Identifier: GPL-2.0-only
/*
 * Of kexec_file_load(2) the kernel makes the image: it places the files, writes
 * boot parameters and adds a purgatory. The log's digest of that is compared
 * with the one that this program finds in the kernel's memory.
 */

#include <kselftest_harness.h>

#include "common.h"
#include "kcore.h"
#include "kernel.h"
#include "log.h"

static bool in_memory(const char *variable, const struct record *record)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];

	return kcore_image_digest(variable, digest) &&
	       !memcmp(record->measured, digest, sizeof(digest));
}

FIXTURE(image) {
	char card[32];
	uint64_t from;		/* first record that this test may cause */
};

FIXTURE_SETUP(image)
{
	if (!card_find("host", self->card))
		SKIP(return, "no host function");
	kexec_unload(0);
	self->from = attr_number(self->card, "count");
}

FIXTURE_TEARDOWN(image)
{
	kexec_unload(0);
	if (crash_base())
		kexec_unload(KEXEC_FILE_ON_CRASH);
}

TEST_F(image, from_files)
{
	struct record first, second;

	ASSERT_EQ(0, kernel_load("an initramfs", "quiet", 0));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_KEXEC_IMAGE, &first));
	EXPECT_TRUE(in_memory("kexec_image", &first));

	ASSERT_EQ(0, kernel_load("an initramfs", "loud", 0));
	ASSERT_EQ(2, log_find(self->card, self->from, VOUCH_REC_KEXEC_IMAGE, &second));
	EXPECT_TRUE(in_memory("kexec_image", &second));
	EXPECT_FALSE(in_memory("kexec_image", &first));
}

TEST_F(image, for_a_crash)
{
	struct record record;

	if (!crash_base())
		SKIP(return, "no memory for a crash kernel: crashkernel=");
	ASSERT_EQ(0, kernel_load("an initramfs", "quiet", KEXEC_FILE_ON_CRASH));
	ASSERT_EQ(1, log_find(self->card, self->from, VOUCH_REC_KEXEC_CRASH, &record));
	EXPECT_TRUE(in_memory("kexec_crash_image", &record));
}

int main(int argc, char **argv)
{
	if (!card_is_there())
		ksft_exit_skip("no card\n");
	return test_harness_run(argc, argv);
}
