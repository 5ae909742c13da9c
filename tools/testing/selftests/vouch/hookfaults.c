// SPDX-License-Identifier: GPL-2.0-only
/* hookfaults ACTION STEP: does what is measured again and again, each time with
 * another of the kernel's allocations failing for it (fail-nth), every STEP-th,
 * then with all of them failing. Whatever happened is in the log, or in it as
 * not measured, or counted; with fail_closed it is in the log.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <vouch/record.h>

#include "common.h"
#include "kernel.h"
#include "log.h"
#include "nth.h"

#define PARAMETERS "/sys/module/vouch/parameters"
#define FIRMWARE "/sys/devices/virtual/misc/test_firmware/trigger_request"
#define ENTRY	0x1000000
#define SIZE	0x4000
#define TYPES	3

struct action {
	const char *name;
	int (*act)(void);
	void (*undo)(void);
	int done;		/* its result when it has happened */
	int other;		/* what the kernel may say where it has no memory */
	uint16_t types[TYPES];	/* of its records */
};

static uint8_t junk[4096], image[KERNEL_SIZE];
static int module_fd, kernel_fd, request_fd;
static unsigned int steps, happened, refused;
static bool closed;

static long long parameter(const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		perror(path);
	close(fd);
	return *text == 'Y' ? 1 : strtoll(text, NULL, 10);
}

static int load_module_file(void)
{
	return syscall(SYS_finit_module, module_fd, "", 0) ? -errno : 0;
}

static int load_module_data(void)
{
	return syscall(SYS_init_module, junk, sizeof(junk), "") ? -errno : 0;
}

static int load_kexec_file(void)
{
	return kexec_load_files(kernel_fd, -1, "quiet", KEXEC_FILE_NO_INITRAMFS) ? -errno : 0;
}

static int load_kexec(void)
{
	const struct kexec_segment segment = {
		.buf = image, .bufsz = SIZE, .mem = (void *)ENTRY, .memsz = SIZE,
	};

	return kexec_load_segments(ENTRY, &segment, 1, 0) ? -errno : 0;
}

static int ask_firmware(void)
{
	return text_write(FIRMWARE, "faults.bin");
}

static void unload(void)
{
	kexec_load_segments(0, NULL, 0, 0);
}

/* The log from record @from on; returns how many there are of @type, or -1. */
static int logged(uint64_t from, uint16_t type)
{
	static uint8_t out[VOUCH_TRANSFER_MAX];
	struct vouch_ioc_log_read arg = {
		.size = sizeof(arg), .out = (uintptr_t)out, .out_len = sizeof(out), .from = from,
	};
	const uint8_t *at = out;
	struct record record;
	int rc, n = 0;

	if (call(request_fd, VOUCH_IOC_LOG_READ, &arg))
		return -1;
	while ((rc = log_next(&at, out + arg.out_len, &record)) == 1)
		n += record.type == type;
	return rc ? -1 : n;
}

static uint64_t count(void)
{
	struct vouch_ioc_log_state arg = { 0 };

	return card_state(request_fd, 0, &arg) ? 0 : arg.state.count;
}

static int complain(const char *what, unsigned int n, int rc)
{
	printf("%s, allocation %u: %s\n", what, n, rc ? strerror(-rc) : "0");
	return 1;
}

/* What it came to, with the log as long as @from and so much not recorded before. */
static int judge(const struct action *action, unsigned int n, int rc, uint64_t from,
		 long long before)
{
	long long missed = parameter("unrecorded") - before;

	steps++;
	if (rc != action->done) {
		refused++;
		return rc == -ENOMEM || rc == action->other || (closed && rc == -EPERM) ? 0 :
			complain(action->name, n, rc);
	}
	happened++;
	if (closed && missed)
		return complain("happened and not recorded", n, rc);
	for (size_t i = 0; i < TYPES && action->types[i]; i++)
		if (logged(from, action->types[i]) < 1 && !missed &&
		    (closed || logged(from, VOUCH_REC_UNMEASURED) < 1))
			return complain("happened and is nowhere", n, rc);
	return 0;
}

static void undo(const struct action *action)
{
	if (action->undo)
		action->undo();
}

static int all_of(const struct action *action, unsigned int step)
{
	long long missed;
	uint64_t from;
	bool met = true;
	int rc = 0, bad = 0;

	for (unsigned int n = 1; met && !bad; n += step) {
		from = count();
		missed = parameter("unrecorded");
		met = nth_under(n, action->act, &rc);
		bad = judge(action, n, rc, from, missed);
		undo(action);
	}
	if (bad || rc != action->done)
		return complain("with nothing failing", 0, rc);
	from = count();
	missed = parameter("unrecorded");
	rc = nth_all(action->act);
	if (judge(action, 0, rc, from, missed))
		return 1;
	undo(action);
	rc = action->act();
	undo(action);
	return rc == action->done ? 0 : complain("the same afterwards", 0, rc);
}

static int jump(void)
{
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		       LINUX_REBOOT_CMD_KEXEC, NULL) ? -errno : 0;
}

/* Only with all failing, and so refused: it would be the last thing done. */
static int jump_refused(void)
{
	int rc = closed ? load_kexec_file() : -EINVAL;

	if (rc)
		return complain("jump", 0, rc);
	rc = nth_all(jump);
	unload();
	steps++;
	refused++;
	return rc == -EPERM ? 0 : complain("jump", 0, rc);
}

static const struct action actions[] = {
	{ "module-file", load_module_file, NULL, -ENOEXEC, -ENOMEM, { VOUCH_REC_MODULE_LOAD } },
	{ "module-data", load_module_data, NULL, -ENOEXEC, -ENOMEM, { VOUCH_REC_MODULE_LOAD } },
	{ "kexec-file", load_kexec_file, unload, 0, -EADDRNOTAVAIL,
	  { VOUCH_REC_KEXEC_KERNEL, VOUCH_REC_KEXEC_CMDLINE, VOUCH_REC_KEXEC_IMAGE } },
	{ "firmware", ask_firmware, NULL, 0, -ENOENT, { VOUCH_REC_FIRMWARE_LOAD } },
	{ "kexec", load_kexec, unload, 0, -ENOMEM, { VOUCH_REC_KEXEC_IMAGE } },
};

int main(int argc, char **argv)
{
	unsigned int step = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	char card[32];
	int rc = 2;

	if (!step || !nth_open() || !card_find("host", card))
		return 2;
	request_fd = card_open(card);
	kernel_make(image);
	module_fd = content_file("faults.ko", junk, sizeof(junk));
	kernel_fd = content_file("faults", image, sizeof(image));
	closed = parameter("fail_closed");
	if (!strcmp(argv[1], "jump"))
		rc = jump_refused();
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(argv[1], actions[i].name))
			rc = all_of(&actions[i], step);
	printf("%s: %u allocations failed, %u of them ended it, %u did not\n", argv[1], steps,
	       refused, happened);
	return rc;
}
