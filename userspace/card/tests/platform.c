// SPDX-License-Identifier: GPL-2.0-only
/* The reference card's own hardware: keys, certificates, lock, journal, counter. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "tap.h"

static struct vouch_platform platform, second;
static struct vouch_card card;
static struct vouch_card_report report;
static struct vouch_why why;

static bool said(const char *words)
{
	if (strstr(why.text, words))
		return true;
	printf("# got: %s\n", why.text);
	return false;
}

static bool private(const struct folder *folder, const char *name)
{
	char path[FOLDER_PATH + 32];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", folder->state, name);
	return !stat(path, &st) && (st.st_mode & 0777) == (S_ISDIR(st.st_mode) ? 0700 : 0600);
}

static void test_making(struct folder *folder)
{
	const struct vouch_platform_options options = folder_options(folder);
	char path[FOLDER_PATH + 32];

	IS(vouch_platform_create(folder->state, &why), -EEXIST, "a card is not made twice");
	OK(said("there is a card here already"), "it says why");
	IS(vouch_platform_open(&platform, &options, &why), -ENOKEY,
	   "a card without a certificate does not open");
	OK(said("not certified"), "it says why");

	snprintf(path, sizeof(path), "%s/ca/root.pem", folder->root);
	IS(vouch_platform_install(folder->state, path, &why), -EKEYREJECTED,
	   "another key's certificate is refused");
	OK(said("another key"), "it says why");
	IS(vouch_platform_install(folder->state, folder->firmware, &why), -EBADMSG,
	   "what is no certificate is refused");
	folder_run("openssl x509 -new -subj /CN=x -key %s/device.key -out %s/leaf.pem",
		   folder->state, folder->root);
	snprintf(path, sizeof(path), "%s/leaf.pem", folder->root);
	IS(vouch_platform_install(folder->state, path, &why), -EKEYREJECTED,
	   "a certificate that is no CA's is refused");
	OK(said("path length 0"), "it says what it must be");
	folder_certify(folder);
	IS(vouch_platform_open(&platform, &options, &why), 0, "a certified card opens");
	OK(private(folder, "") && private(folder, "/device.key") && private(folder, "/alias.key") &&
	   private(folder, "/journal") && private(folder, ".counter"),
	   "keys, journal and counter are for the owner alone");
	IS(vouch_platform_open(&second, &options, &why), -EBUSY, "it does not open twice");
	OK(said("another process"), "it says why");
	IS(folder_run("openssl verify -CAfile %s/ca/root.pem -untrusted %s/card.pem "
		      "%s/alias.crt > /dev/null",
		      folder->root, folder->root, folder->state), 0,
	   "openssl accepts root, device, alias");
	vouch_platform_close(&platform);
}

static void test_firmware(struct folder *folder)
{
	const struct vouch_platform_options options = folder_options(folder);
	uint8_t alias[2048], digest[48];
	size_t len;

	vouch_platform_open(&platform, &options, &why);
	IS(vouch_card_open(&card, &platform.config, &report), 0, "power on");
	len = platform.config.alias.len;
	memcpy(alias, platform.config.alias.data, len);
	memcpy(digest, platform.config.firmware, 48);
	OK(memmem(alias, len, digest, 48), "the alias certificate holds the firmware's digest");
	vouch_card_close(&card);
	vouch_platform_close(&platform);

	vouch_platform_open(&platform, &options, &why);
	OK(platform.config.alias.len == len &&
	   !memcmp(platform.config.alias.data, alias, len), "the same firmware keeps its alias");
	vouch_platform_close(&platform);

	folder_run("echo second > %s", folder->firmware);
	IS(vouch_platform_open(&platform, &options, &why), 0, "open with another firmware");
	OK(memmem(platform.config.alias.data, platform.config.alias.len,
		  platform.config.firmware, 48) && memcmp(platform.config.firmware, digest, 48),
	   "the new alias certificate holds the new digest");
	OK(platform.config.alias.len != len || memcmp(platform.config.alias.data, alias, len),
	   "it is another certificate");
	IS(vouch_card_open(&card, &platform.config, &report), 0, "power on");
	IS(card.log.count, 3, "power-on twice and one card-firmware record");
	vouch_card_close(&card);
	vouch_platform_close(&platform);

	folder_run("cp %s/alias.key %s/kept; openssl genpkey -quiet -algorithm EC "
		   "-pkeyopt ec_paramgen_curve:P-384 -out %s/alias.key", folder->state,
		   folder->root, folder->state);
	IS(vouch_platform_open(&platform, &options, &why), 0,
	   "an alias key that does not fit its certificate is renewed");
	vouch_platform_close(&platform);
}

/* A device certificate that lasts longer must not leave its alias behind. */
static void test_renewal(struct folder *folder)
{
	const struct vouch_platform_options options = folder_options(folder);
	char path[FOLDER_PATH + 32];

	folder_run("printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,"
		   "keyCertSign\\nsubjectKeyIdentifier=hash\\n' > %s/ext", folder->root);
	folder_run("openssl x509 -req -in %s/card.csr -CA %s/ca/root.pem -CAkey %s/ca/root.key "
		   "-days 9000 -sha384 -extfile %s/ext -out %s/long.pem "
		   "2> /dev/null", folder->root, folder->root, folder->root, folder->root,
		   folder->root);
	snprintf(path, sizeof(path), "%s/long.pem", folder->root);
	IS(vouch_platform_install(folder->state, path, &why), 0, "install a newer certificate");
	IS(vouch_platform_open(&platform, &options, &why), 0, "open");
	vouch_platform_close(&platform);
	IS(folder_run("test \"$(openssl x509 -noout -dates -in %s/alias.crt)\" = "
		      "\"$(openssl x509 -noout -dates -in %s/device.crt)\"",
		      folder->state, folder->state), 0, "the alias is valid as long");
}

static int open_card(const struct folder *folder)
{
	const struct vouch_platform_options options = folder_options(folder);
	int ret = vouch_platform_open(&platform, &options, &why);

	if (ret)
		return ret;
	ret = vouch_card_open(&card, &platform.config, &report);
	vouch_platform_explain(&report, ret, &why);
	if (ret)
		vouch_platform_close(&platform);
	return ret;
}

static void go_on(const char *name)
{
	uint8_t appended[56];

	vouch_card_attach(&card, 0);
	folder_append(&card, name, appended);
	vouch_card_close(&card);
	vouch_platform_close(&platform);
}

static void test_rollback(struct folder *folder)
{
	char text[100];

	IS(open_card(folder), 0, "open");
	go_on("older");
	folder_run("cp -a %s %s/older", folder->state, folder->root);
	IS(open_card(folder), 0, "open");
	go_on("newer");
	folder_run("cp -a %s %s/newer; rm -rf %s; cp -a %s/older %s", folder->state,
		   folder->root, folder->state, folder->root, folder->state);
	IS(open_card(folder), -EBADMSG, "a restored older copy of the folder is refused");
	OK(said("rolled back: counter says 6, journal holds 3"), "it says what it found");
	folder_run("rm %s/journal", folder->state);
	IS(open_card(folder), -EBADMSG, "a lost journal is refused");
	OK(said("rolled back: counter says 6, journal holds 0"), "it says what it found");
	folder_run("rm -rf %s; mv %s/newer %s; mv %s.counter %s/counter", folder->state,
		   folder->root, folder->state, folder->state, folder->root);
	IS(open_card(folder), -ENOENT, "a lost counter is refused");
	OK(said("rolled back: cannot open the counter"), "it says why");
	snprintf(text, sizeof(text), "%.80s/other", folder->root);
	IS(vouch_platform_create(text, &why), 0, "make another card");
	folder_run("cp %s/other.counter %s.counter", folder->root, folder->state);
	IS(open_card(folder), -EBADMSG, "another card's counter is refused");
	OK(said("another card's"), "it says why");
	folder_run("mv %s/counter %s.counter", folder->root, folder->state);
	IS(open_card(folder), 0, "with its own counter it opens");
	go_on("again");
}

static void flip(const struct folder *folder, off_t offset)
{
	char path[FOLDER_PATH + 16];
	uint8_t byte;
	int fd;

	snprintf(path, sizeof(path), "%s/journal", folder->state);
	fd = open(path, O_RDWR);
	if (fd < 0 || pread(fd, &byte, 1, offset) != 1)
		abort();
	byte ^= 0x10;
	if (pwrite(fd, &byte, 1, offset) != 1)
		abort();
	close(fd);
}

static void test_damage(struct folder *folder)
{
	flip(folder, 64 + 152 + VOUCH_EPOCH_NONCE_SIZE + 60);
	IS(open_card(folder), -EBADMSG, "a damaged journal is refused");
	OK(said("damaged: entry 1 at offset 248 of the journal"), "it says where");
	flip(folder, 64 + 152 + VOUCH_EPOCH_NONCE_SIZE + 60);
	flip(folder, 3);
	IS(open_card(folder), -EBADMSG, "a damaged header is refused");
	OK(said("damaged: the journal's header"), "it says so");
	flip(folder, 3);
	folder_run("printf torn >> %s/journal", folder->state);
	IS(open_card(folder), 0, "a torn tail is dropped");
	OK(said("dropped a torn tail of 4 bytes"), "it says so");
	go_on("after");
	folder_run("printf xx | dd of=%s.counter bs=1 seek=50 conv=notrunc status=none",
		   folder->state);
	IS(open_card(folder), 0, "one damaged slot of the counter does no harm");
	go_on("still");
	folder_run("printf xx | dd of=%s.counter bs=1 seek=50 conv=notrunc status=none; "
		   "printf xx | dd of=%s.counter bs=1 seek=562 conv=notrunc status=none",
		   folder->state, folder->state);
	IS(open_card(folder), -EBADMSG, "a damaged counter is refused");
	folder_run("rm %s/device.key", folder->state);
	IS(open_card(folder), -ENOKEY, "a lost device key is refused");
}

static void test_clock(struct folder *folder)
{
	const struct vouch_platform_options options = folder_options(folder);
	uint64_t before;

	vouch_platform_open(&platform, &options, &why);
	vouch_card_open(&card, &platform.config, &report);
	usleep(20000);
	before = vouch_card_now(&card);
	OK(before >= 20000000 && vouch_card_now(&card) >= before, "the clock runs");
	vouch_card_close(&card);
	vouch_platform_power_on(&platform);
	IS(vouch_card_open(&card, &platform.config, &report), 0, "power on again, same process");
	OK(vouch_card_now(&card) < before, "the clock starts anew");
	IS(card.boot_count, 4, "and the boot is counted");
	vouch_card_close(&card);
	vouch_platform_close(&platform);
}

int main(void)
{
	struct folder folder;

	folder_make(&folder);
	test_making(&folder);
	test_firmware(&folder);
	test_renewal(&folder);
	test_clock(&folder);
	folder_remove(&folder);
	folder_make(&folder);
	folder_certify(&folder);
	test_rollback(&folder);
	test_damage(&folder);
	folder_remove(&folder);
	return tap_done();
}
