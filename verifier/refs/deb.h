/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_REFS_DEB_H
#define VOUCH_REFS_DEB_H

#include "manifest.h"

/**
 * vouch_deb_add() - add the values of a Debian package
 * @manifest: to which
 * @path: the .deb; whoever fetched it has verified it
 * @cache: folder that keeps what was computed, by the package's digest, or NULL
 * @why: returns the reason of a failure
 *
 * Takes kernel images, modules and QEMU's system emulators; a package without
 * any of these is noted all the same. Needs dpkg-deb. Says on standard error
 * what takes long.
 *
 * Return: 0 or a negative errno.
 */
int vouch_deb_add(struct vouch_manifest *manifest, const char *path, const char *cache,
		  struct vouch_why *why);

/**
 * vouch_deb_scan() - the values in an unpacked package
 * @manifest: to which
 * @root: folder that the package was unpacked in
 * @package: where the values are said to come from
 * @why: returns the reason of a failure
 *
 * Return: 0 or a negative errno.
 */
int vouch_deb_scan(struct vouch_manifest *manifest, const char *root,
		   const struct vouch_package *package, struct vouch_why *why);

#endif /* VOUCH_REFS_DEB_H */
