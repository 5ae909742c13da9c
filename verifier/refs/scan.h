/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_SCAN_H
#define VOUCH_REFS_SCAN_H

#include "file.h"
#include "manifest.h"

/**
 * vouch_scan_kernel() - the reference value of a kernel image
 * @entry: @kind, @name, @sha384 and @build_id are set; free() the name
 * @image: content of a vmlinuz
 * @why: returns the reason of a failure
 *
 * Return: 0, or what vouch_bzimage_parse(), vouch_bzimage_unpack() or
 * vouch_elf_build_id() return.
 */
int vouch_scan_kernel(struct vouch_entry *entry, const struct vouch_file *image,
		      struct vouch_why *why);

/**
 * vouch_scan_module() - the reference value of a module
 * @entry: as vouch_scan_kernel(); two digests if @path ends in .xz
 * @path: file name that the module's name is taken from
 * @file: its content
 * @why: returns the reason of a failure
 *
 * Return: 0; -EINVAL if @path is no module's; or what vouch_file_unxz() or
 * vouch_elf_build_id() return.
 */
int vouch_scan_module(struct vouch_entry *entry, const char *path,
		      const struct vouch_file *file, struct vouch_why *why);

/**
 * vouch_scan_file() - the reference value of a file
 * @entry: @kind decides what is done; zero otherwise; as vouch_scan_kernel()
 * @path: which
 * @why: returns the reason of a failure
 *
 * Return: 0, or what the functions above and vouch_file_read() return.
 */
int vouch_scan_file(struct vouch_entry *entry, const char *path, struct vouch_why *why);

#endif /* VOUCH_REFS_SCAN_H */
