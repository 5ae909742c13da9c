// SPDX-License-Identifier: GPL-2.0-only
/*
 * hooks ROUNDS KERNEL [OPERATION]: what the kernel's loads and new VMs take, and
 * what they pay for when a card records them: a SHA-384 pass by the kernel's own
 * code over as many bytes, and one append. Run with and without the module; each
 * line of output is one operation with all its times in ns.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/kexec.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "samples.h"
#include "vouch.h"

#define MODULE_SIZE	(4 << 20)
#define INITRAMFS_SIZE	(100 << 20)
#define KEXEC_EVERY	5

struct bench {
	struct vouch_device *card;	/* NULL without the module */
	int hash;
	int module;
	int kernel;
	int initramfs;
	int kvm;
};

static int hash_open(void)
{
	struct sockaddr_alg name = {
		.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha384",
	};
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op;

	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)))
		return -1;
	op = accept(fd, NULL, 0);
	close(fd);
	return op;
}

/* The kernel's own SHA-384 over pages that it does not copy. */
static int hash_file(const struct bench *bench, int fd)
{
	uint8_t digest[VOUCH_DIGEST_SIZE];
	off_t at = 0, size = lseek(fd, 0, SEEK_END);

	while (at < size)
		if (sendfile(bench->hash, fd, &at, (size_t)(size - at)) <= 0)
			return -1;
	return read(bench->hash, digest, sizeof(digest)) == sizeof(digest) ? 0 : -1;
}

static int hash_module(struct bench *bench)
{
	return hash_file(bench, bench->module);
}

static int hash_kexec(struct bench *bench)
{
	return hash_file(bench, bench->kernel) || hash_file(bench, bench->initramfs) ? -1 : 0;
}

/* Read and measured whole; then the kernel sees that it is no module. */
static int load_module(struct bench *bench)
{
	return syscall(SYS_finit_module, bench->module, "", 0) && errno == ENOEXEC ? 0 : -1;
}

static int load_kexec(struct bench *bench)
{
	static const char cmdline[] = "quiet";

	return (int)syscall(SYS_kexec_file_load, bench->kernel, bench->initramfs,
			    sizeof(cmdline), cmdline, 0UL);
}

static int start_vm(struct bench *bench)
{
	int vm = ioctl(bench->kvm, KVM_CREATE_VM, 0);

	return vm < 0 ? -1 : close(vm);
}

static int append(struct bench *bench)
{
	static const uint8_t digest[VOUCH_DIGEST_SIZE] = { 1 };

	return vouch_measure(bench->card, "bench", digest, NULL, NULL);
}

static const struct operation {
	const char *name;
	int (*run)(struct bench *bench);
	unsigned int every;
	bool needs_card;
} operations[] = {
	{ "module", load_module, 1, false },
	{ "hash module", hash_module, 1, false },
	{ "append", append, 1, true },
	{ "vm", start_vm, 1, false },
	{ "kexec", load_kexec, KEXEC_EVERY, false },
	{ "hash kexec", hash_kexec, KEXEC_EVERY, false },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int content_make(size_t size)
{
	static uint8_t part[1 << 20];
	int fd = memfd_create("bench", MFD_CLOEXEC);

	for (size_t i = 0; i < sizeof(part); i++)
		part[i] = (uint8_t)random();
	for (size_t at = 0; fd >= 0 && at < size; at += sizeof(part))
		if (write(fd, part, sizeof(part)) != sizeof(part))
			return -1;
	return fd;
}

static struct samples samples[N_OPERATIONS];

static bool is_wanted(const struct bench *bench, const struct operation *op, const char *only)
{
	return (bench->card || !op->needs_card) && (!only || !strcmp(only, op->name));
}

/* What is compared comes right after one another, so that both meet the same load. */
static int round_run(struct bench *bench, unsigned long round, const char *only)
{
	for (size_t i = 0; i < N_OPERATIONS; i++) {
		const struct operation *op = &operations[i];
		uint64_t start = samples_clock();

		if (!is_wanted(bench, op, only) || round % op->every)
			continue;
		if (op->run(bench)) {
			fprintf(stderr, "%s: %s\n", op->name, strerror(errno));
			return -1;
		}
		/* The first warms up. */
		if (round)
			samples_add(&samples[i], samples_clock() - start);
	}
	return 0;
}

static int measure(struct bench *bench, unsigned long rounds, const char *only)
{
	for (size_t i = 0; i < N_OPERATIONS; i++)
		if (samples_init(&samples[i], operations[i].name, rounds))
			return -1;
	for (unsigned long round = 0; round <= rounds; round++)
		if (round_run(bench, round, only))
			return -1;
	return 0;
}

static void report(void)
{
	for (size_t i = 0; i < N_OPERATIONS; i++) {
		if (!samples[i].count)
			continue;
		printf("{\"operation\":\"%s\",\"ns\":[", samples[i].name);
		for (size_t j = 0; j < samples[i].count; j++)
			printf("%s%llu", j ? "," : "", (unsigned long long)samples[i].ns[j]);
		printf("]}\n");
	}
}

int main(int argc, char **argv)
{
	struct bench bench = { .hash = hash_open() };
	unsigned long rounds = argc == 3 || argc == 4 ? strtoul(argv[1], NULL, 10) : 0;

	if (!rounds) {
		fprintf(stderr, "usage: hooks ROUNDS KERNEL [OPERATION]\n");
		return 2;
	}
	bench.module = content_make(MODULE_SIZE);
	bench.initramfs = content_make(INITRAMFS_SIZE);
	bench.kernel = open(argv[2], O_RDONLY | O_CLOEXEC);
	bench.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (bench.hash < 0 || bench.module < 0 || bench.initramfs < 0 || bench.kernel < 0 ||
	    bench.kvm < 0) {
		perror("hooks");
		return 1;
	}
	if (vouch_device_open(VOUCH_ANY_DEVICE, &bench.card))
		bench.card = NULL;
	if (measure(&bench, rounds, argc == 4 ? argv[3] : NULL))
		return 1;
	report();
	syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, (unsigned long)KEXEC_FILE_UNLOAD);
	return 0;
}
