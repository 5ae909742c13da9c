// SPDX-License-Identifier: GPL-2.0-only
#include "kexec.h"

#include <string.h>

static void load_set(struct vouch_kexec_load *load, const struct vouch_record *record)
{
	load->used = record->digest;
	load->number = record->number;
	load->ref = record->ref;
	if (record->digest)
		memcpy(load->digest, record->digest, sizeof(load->digest));
}

void vouch_kexec_file(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	load_set(&kexec->read, record);
}

void vouch_kexec_image(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	load_set(&kexec->image, record);
	kexec->source.used = false;
	if (kexec->read.used && kexec->read.number == record->ref)
		kexec->source = kexec->read;
	/* One file makes one image. */
	kexec->read.used = false;
}

void vouch_kexec_crash(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	load_set(&kexec->crash, record);
	kexec->crash_epoch = record->epoch;
	kexec->crash_source.used = false;
	if (kexec->read.used && kexec->read.number == record->ref)
		kexec->crash_source = kexec->read;
	kexec->read.used = false;
}

/* Of two loads the older may be dropped after the newer one was recorded. */
void vouch_kexec_drop(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	if (kexec->image.number == record->ref)
		kexec->image.used = false;
	if (kexec->crash.number == record->ref)
		kexec->crash.used = false;
}

enum vouch_reason vouch_kexec_jump(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	const struct vouch_kexec_load *image = &kexec->image;

	load_set(&kexec->jump, record);
	kexec->file.used = false;
	if (!image->used || image->number != record->ref || !kexec->jump.used)
		return VOUCH_KEXEC_UNPROVEN;
	if (memcmp(image->digest, kexec->jump.digest, sizeof(image->digest)))
		return VOUCH_KEXEC_IMAGE_CHANGED;
	if (!kexec->source.used)
		return VOUCH_KEXEC_UNPROVEN;
	kexec->file = kexec->source;
	return VOUCH_REASON_NONE;
}

void vouch_kexec_abort(struct vouch_kexec *kexec)
{
	kexec->jump.used = false;
	kexec->file.used = false;
}

enum vouch_reason vouch_kexec_attach(struct vouch_kexec *kexec, const struct vouch_record *record)
{
	kexec->read.used = false;
	kexec->image.used = false;
	kexec->crash.used = false;
	if (kexec->jump.used && record->digest && record->ref == kexec->jump.number &&
	    !memcmp(record->digest, kexec->jump.digest, sizeof(kexec->jump.digest)))
		return VOUCH_REASON_NONE;
	return VOUCH_ATTACH_IMAGE;
}

static bool is_same(const struct vouch_ref *ref, const struct vouch_record *record)
{
	return record->name && record->data &&
	       record->name_len == ref->name_len && record->data_len == ref->build_id_len &&
	       !memcmp(record->name, ref->name, ref->name_len) &&
	       !memcmp(record->data, ref->build_id, ref->build_id_len);
}

enum vouch_reason vouch_kexec_kernel(struct vouch_kexec *kexec, const struct vouch_refs *refs,
				     const struct vouch_record *record)
{
	bool used = kexec->file.used;
	struct vouch_ref ref;

	vouch_kexec_abort(kexec);
	if (!used || !vouch_refs_count(refs) ||
	    !vouch_refs_find_digest(refs, VOUCH_REF_KERNEL, kexec->file.digest, &ref))
		return VOUCH_REASON_NONE;
	return is_same(&ref, record) ? VOUCH_REASON_NONE : VOUCH_KEXEC_OTHER_KERNEL;
}

bool vouch_kexec_may_crash(const struct vouch_kexec *kexec, const struct vouch_record *record)
{
	return kexec->crash.used && kexec->crash_source.used &&
	       kexec->crash_epoch == record->epoch;
}

bool vouch_kexec_crashed(struct vouch_kexec *kexec, const struct vouch_refs *refs,
			 const struct vouch_record *record)
{
	struct vouch_ref ref;
	bool found;

	found = record && vouch_refs_count(refs) &&
		vouch_refs_find_digest(refs, VOUCH_REF_KERNEL, kexec->crash_source.digest, &ref) &&
		is_same(&ref, record);
	kexec->crash.used = false;
	if (found) {
		kexec->read.used = false;
		kexec->image.used = false;
	}
	return found;
}
