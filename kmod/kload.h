/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_KLOAD_H
#define _VOUCH_KLOAD_H

#include <linux/types.h>
#include <vouch/wire.h>

struct kimage;

/* What an image is made of, where kexec_file_load has made it. */
enum vouch_kload_part {
	VOUCH_KLOAD_KERNEL,
	VOUCH_KLOAD_INITRAMFS,
	VOUCH_KLOAD_CMDLINE,
	VOUCH_KLOAD_PARTS,
};

/* How the record of an image ended. */
enum vouch_kload_end {
	VOUCH_KLOAD_TOLD,	/* or it could not be written: no record has its number */
	VOUCH_KLOAD_AGAIN,	/* a log began that lacks it */
	VOUCH_KLOAD_GONE,	/* the image was let go of meanwhile */
};

/**
 * struct vouch_kload - an image as it was loaded, and its record
 * @image: or NULL; tells images apart, and may be followed by its loader only
 * @crash: for a panic
 * @files: made from files
 * @busy: its record is being written
 * @serial: counts loads
 * @turn: counts the times that everything was to be told anew
 * @number: of its record in the log that is written now, or VOUCH_NO_REF
 * @whole: the file it was made from is there too, where one is known of
 * @digest: of its segments and its entry point, when it was loaded
 * @part: digests of what it was made from
 */
struct vouch_kload {
	const struct kimage *image;
	bool crash;
	bool files;
	bool busy;
	u64 serial;
	u64 turn;
	u64 number;
	bool whole;
	u8 digest[VOUCH_DIGEST_SIZE];
	struct vouch_kload_digest {
		bool known;
		u8 digest[VOUCH_DIGEST_SIZE];
	} part[VOUCH_KLOAD_PARTS];
};

bool vouch_kload_find(const struct kimage *image, struct vouch_kload *load);
int vouch_kload_begin(struct vouch_kload *load);
bool vouch_kload_next(struct vouch_kload *load);
enum vouch_kload_end vouch_kload_end(struct vouch_kload *load);
bool vouch_kload_forget(const struct kimage *image, struct vouch_kload *load);

#endif /* _VOUCH_KLOAD_H */
