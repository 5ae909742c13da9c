// SPDX-License-Identifier: GPL-2.0-only
/* See kcore.h. It follows the page list as the jump's assembly does. */

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>
#include <openssl/sha.h>

#include "kcore.h"

#define PAGE 4096
#define NOWHERE (~0ULL)

/* Bits of an entry of the list. */
#define DESTINATION 1
#define INDIRECTION 2
#define DONE 4
#define SOURCE 8

struct kcore {
	int fd;
	Elf64_Phdr ranges[512];
	unsigned int n;
	const struct btf *btf;
	int type;		/* struct kimage */
	uint64_t at;		/* its address */
	bool failed;
	SHA512_CTX hash;
};

static bool kcore_open(struct kcore *kcore)
{
	Elf64_Ehdr header;

	kcore->fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (kcore->fd < 0 || pread(kcore->fd, &header, sizeof(header), 0) != sizeof(header))
		return false;
	kcore->n = header.e_phnum;
	return kcore->n <= sizeof(kcore->ranges) / sizeof(*kcore->ranges) &&
	       pread(kcore->fd, kcore->ranges, kcore->n * sizeof(*kcore->ranges),
		     (off_t)header.e_phoff) == (ssize_t)(kcore->n * sizeof(*kcore->ranges));
}

/* By the address that the kernel uses, or by that of the memory. */
static void get(struct kcore *kcore, bool physical, uint64_t at, void *out, size_t size)
{
	memset(out, 0, size);
	for (unsigned int i = 0; i < kcore->n; i++) {
		const Elf64_Phdr *range = &kcore->ranges[i];
		uint64_t start = physical ? range->p_paddr : range->p_vaddr;

		if (range->p_type != PT_LOAD || start == NOWHERE || at < start ||
		    at - start + size > range->p_filesz)
			continue;
		if (pread(kcore->fd, out, size, (off_t)(range->p_offset + at - start)) ==
		    (ssize_t)size)
			return;
	}
	fprintf(stderr, "# no memory at %llx\n", (unsigned long long)at);
	kcore->failed = true;
}

static uint64_t symbol(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long address, found = 0;
	char line[512], symbol[512];

	while (file && !found && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %511s", &address, symbol) == 2 &&
		    !strcmp(symbol, name))
			found = address;
	if (file)
		fclose(file);
	return found;
}

/* Where a member lies in struct kimage, in bytes; NOWHERE where there is none. */
static uint64_t offset(const struct kcore *kcore, const char *name)
{
	const struct btf_type *type = btf__type_by_id(kcore->btf, kcore->type);
	const struct btf_member *member = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(kcore->btf, member[i].name_off), name))
			return btf_member_bit_offset(type, i) / 8;
	return NOWHERE;
}

/* The nth eight bytes of a member. */
static uint64_t member(struct kcore *kcore, const char *name, uint64_t n)
{
	uint64_t at = offset(kcore, name), value = 0;

	if (at == NOWHERE)
		kcore->failed = true;
	else
		get(kcore, false, kcore->at + at + n * sizeof(value), &value, sizeof(value));
	return value;
}

static void add_u64(struct kcore *kcore, uint64_t value)
{
	SHA384_Update(&kcore->hash, &value, sizeof(value));
}

static void add_page(struct kcore *kcore, uint64_t at)
{
	static const uint8_t zeros[PAGE];
	uint8_t page[PAGE];

	get(kcore, true, at, page, sizeof(page));
	if (!memcmp(page, zeros, PAGE)) {
		SHA384_Update(&kcore->hash, "\0", 1);
		return;
	}
	SHA384_Update(&kcore->hash, "\1", 1);
	SHA384_Update(&kcore->hash, page, PAGE);
}

static void add_list(struct kcore *kcore)
{
	uint64_t entry = member(kcore, "head", 0), next = 0;
	bool open = false;

	while (!kcore->failed && entry && !(entry & DONE)) {
		uint64_t page = entry & ~(uint64_t)(PAGE - 1);

		if (entry & INDIRECTION) {
			next = page;
		} else if (entry & DESTINATION) {
			if (open)
				SHA384_Update(&kcore->hash, "\2", 1);
			add_u64(kcore, page);
			open = true;
		} else if (entry & SOURCE) {
			add_page(kcore, page);
		}
		get(kcore, true, next, &entry, sizeof(entry));
		next += sizeof(entry);
	}
	if (open)
		SHA384_Update(&kcore->hash, "\2", 1);
}

/* struct kexec_segment: buffer, its size, address, size there. */
static void add_in_place(struct kcore *kcore, bool crash)
{
	uint64_t n = member(kcore, "nr_segments", 0);

	for (uint64_t i = 0; !kcore->failed && i < n; i++) {
		uint64_t start = member(kcore, "segment", 4 * i + 2);
		uint64_t size = member(kcore, "segment", 4 * i + 3);

		if (!crash && (offset(kcore, "segment_cma") == NOWHERE ||
			       !member(kcore, "segment_cma", i)))
			continue;
		add_u64(kcore, start);
		for (uint64_t at = 0; !kcore->failed && at < size; at += PAGE)
			add_page(kcore, start + at);
		SHA384_Update(&kcore->hash, "\2", 1);
	}
}

static bool image_find(struct kcore *kcore, const char *variable)
{
	uint64_t pointer = symbol(variable);

	kcore->type = btf__find_by_name_kind(kcore->btf, "kimage", BTF_KIND_STRUCT);
	if (!pointer || kcore->type < 0 || !kcore_open(kcore))
		return false;
	get(kcore, false, pointer, &kcore->at, sizeof(kcore->at));
	return kcore->at && !kcore->failed;
}

bool kcore_image_digest(const char *variable, uint8_t digest[VOUCH_DIGEST_SIZE])
{
	static struct kcore kcore;
	struct btf *btf = btf__load_vmlinux_btf();

	kcore = (struct kcore) { .fd = -1, .btf = btf };
	if (!btf || !image_find(&kcore, variable)) {
		fprintf(stderr, "# %s is not to be found\n", variable);
		kcore.failed = true;
	} else {
		SHA384_Init(&kcore.hash);
		SHA384_Update(&kcore.hash, "vouch/image/1", 13);
		add_list(&kcore);
		add_in_place(&kcore, strstr(variable, "crash"));
		add_u64(&kcore, member(&kcore, "start", 0));
		SHA384_Final(digest, &kcore.hash);
	}
	btf__free(btf);
	if (kcore.fd >= 0)
		close(kcore.fd);
	return !kcore.failed;
}
