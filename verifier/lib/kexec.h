/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_KEXEC_H
#define VOUCH_VERIFY_KEXEC_H

/*
 * Continuity over kexec (protocol.rst): the file that was announced, the image
 * as loaded, the image at the jump, the next attach and the kernel that then
 * reports must be one and the same. A crash kernel's jump nobody sees: of that
 * only the loading and the kernel that reports are known.
 */

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "record.h"
#include "refs.h"

#define VOUCH_KEXEC_DIGEST	48

/**
 * struct vouch_kexec_load - a kernel file or an image that was loaded
 * @number: of its record
 * @ref: the record that it refers to, or VOUCH_RECORD_NO_REF
 * @digest: of the file or image
 * @used: there is one
 */
struct vouch_kexec_load {
	uint64_t number;
	uint64_t ref;
	uint8_t digest[VOUCH_KEXEC_DIGEST];
	bool used;
};

/**
 * struct vouch_kexec - what is known about loads and the jump; zeros at first
 * @read: the last kernel file, until an image is loaded
 * @image: the last image
 * @source: the kernel file that @image came from
 * @jump: the last kexec-exec
 * @file: the kernel file that @jump came from
 * @crash: the last crash kernel's image
 * @crash_source: the kernel file that @crash came from
 * @crash_epoch: when it was loaded
 */
struct vouch_kexec {
	struct vouch_kexec_load read;
	struct vouch_kexec_load image;
	struct vouch_kexec_load source;
	struct vouch_kexec_load jump;
	struct vouch_kexec_load file;
	struct vouch_kexec_load crash;
	struct vouch_kexec_load crash_source;
	uint64_t crash_epoch;
};

/* Take a record of the type in the name; each may be of any content. */
void vouch_kexec_file(struct vouch_kexec *kexec, const struct vouch_record *record);
void vouch_kexec_image(struct vouch_kexec *kexec, const struct vouch_record *record);
void vouch_kexec_crash(struct vouch_kexec *kexec, const struct vouch_record *record);
void vouch_kexec_drop(struct vouch_kexec *kexec, const struct vouch_record *record);

/**
 * vouch_kexec_jump() - take a kexec-exec
 * @kexec: the state
 * @record: the record
 *
 * A kernel holds one image, the last that was loaded, and reads the file for it
 * just before: a jump that names an older one proves nothing.
 *
 * Return: VOUCH_REASON_NONE, KEXEC_UNPROVEN or KEXEC_IMAGE_CHANGED.
 */
enum vouch_reason vouch_kexec_jump(struct vouch_kexec *kexec, const struct vouch_record *record);

/**
 * vouch_kexec_abort() - the jump did not happen
 * @kexec: the state
 */
void vouch_kexec_abort(struct vouch_kexec *kexec);

/**
 * vouch_kexec_attach() - take an announced attach
 * @kexec: the state; forgets the loads, which were the predecessor's
 * @record: the record
 *
 * Return: VOUCH_REASON_NONE or ATTACH_IMAGE.
 */
enum vouch_reason vouch_kexec_attach(struct vouch_kexec *kexec, const struct vouch_record *record);

/**
 * vouch_kexec_kernel() - take the kernel that reported after an announced attach
 * @kexec: the state; forgets the jump
 * @refs: a sealed set, or NULL
 * @record: the record
 *
 * A file that matches no reference was found when it was loaded, and makes no
 * second finding here.
 *
 * Return: VOUCH_REASON_NONE or KEXEC_OTHER_KERNEL.
 */
enum vouch_reason vouch_kexec_kernel(struct vouch_kexec *kexec, const struct vouch_refs *refs,
				     const struct vouch_record *record);

/**
 * vouch_kexec_may_crash() - can an unannounced attach be a crash kernel's?
 * @kexec: the state
 * @record: the attach
 *
 * Return: whether one was recorded in that epoch, as loaded from a file, and not
 * dropped.
 */
bool vouch_kexec_may_crash(const struct vouch_kexec *kexec, const struct vouch_record *record);

/**
 * vouch_kexec_crashed() - is it the crash kernel that reported?
 * @kexec: the state; forgets the crash kernel, and all other loads if it was it
 * @refs: a sealed set, or NULL
 * @record: the kernel record after such an attach, or NULL if there was none
 *
 * Return: whether it names itself as the reference for the crash kernel's file.
 */
bool vouch_kexec_crashed(struct vouch_kexec *kexec, const struct vouch_refs *refs,
			 const struct vouch_record *record);

#endif /* VOUCH_VERIFY_KEXEC_H */
