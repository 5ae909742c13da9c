/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REFS_H
#define VOUCH_VERIFY_REFS_H

/*
 * The set of reference values: what software is known, and who says so. It is
 * filled once, sealed, and then only looked up. It holds no pointers into what
 * it was filled from. Not safe for concurrent filling; a sealed set may be
 * shared by any number of readers.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_REF_DIGEST_SIZE	48	/* SHA-384 */
#define VOUCH_REF_TEXT_MAX	1024	/* bytes of a name, version or source */
#define VOUCH_REF_BUILD_ID_MAX	64	/* bytes */
#define VOUCH_REF_DIGESTS_MAX	1024	/* in one entry */

/* What a reference describes: X(NAME, value, name for people). */
#define VOUCH_REF_KINDS(X)			\
	X(KERNEL,	 1, "kernel")		\
	X(MODULE,	 2, "module")		\
	X(VMM,		 3, "vmm")		\
	X(INITRAMFS,	 4, "initramfs")	\
	X(CMDLINE,	 5, "cmdline")		\
	X(FIRMWARE,	 6, "firmware")		\
	X(CARD_FIRMWARE, 7, "card-firmware")	\
	X(BPF,		 8, "bpf")		\
	X(TPM_KEY,	 9, "tpm-key")		\
	X(AUTHENTICODE,	10, "kernel-authenticode") \
	X(BOOT_LOADER,	11, "boot-loader")

enum vouch_ref_kind {
#define VOUCH_REF_KIND(name, value, text) VOUCH_REF_##name = (value),
	VOUCH_REF_KINDS(VOUCH_REF_KIND)
#undef VOUCH_REF_KIND
};

/**
 * struct vouch_ref - one reference, as given to or found in a set
 * @kind: what it describes
 * @signer: who signed it, from vouch_refs_add_signer()
 * @name: matched for kernels (release, as in uname -r) and modules (the
 *	kernel's name, so underscores: kvm_amd) and TPM keys (the card's id in
 *	hex); for people otherwise. Not terminated: @name_len bytes of UTF-8
 * @version: for people, may be empty (Debian version, say)
 * @source: for people, may be empty (the package's file name, say)
 * @build_id: of a kernel or module, may be empty; of a tpm-key in a set, its
 *	digest
 * @digests: SHA-384 of each published form (.ko and .ko.xz, say), may be none
 *	where there is a build-id
 * @name_len: bytes at @name, 1 to VOUCH_REF_TEXT_MAX
 * @version_len: bytes at @version
 * @source_len: bytes at @source
 * @build_id_len: bytes at @build_id
 * @digest_count: digests at @digests
 */
struct vouch_ref {
	enum vouch_ref_kind kind;
	unsigned int signer;
	const char *name;
	const char *version;
	const char *source;
	const uint8_t *build_id;
	const uint8_t (*digests)[VOUCH_REF_DIGEST_SIZE];
	size_t name_len;
	size_t version_len;
	size_t source_len;
	size_t build_id_len;
	size_t digest_count;
};

/**
 * struct vouch_ref_signer - who signed references
 * @name: as the policy calls the key, terminated
 * @operator_declared: the signer operates the host: matches give a warning
 */
struct vouch_ref_signer {
	const char *name;
	bool operator_declared;
};

struct vouch_refs;

/**
 * vouch_refs_new() - make an empty set
 *
 * Return: the set, owned by the caller, or NULL without memory or randomness.
 */
struct vouch_refs *vouch_refs_new(void);

/**
 * vouch_refs_free() - free a set
 * @refs: the set, or NULL
 */
void vouch_refs_free(struct vouch_refs *refs);

/**
 * vouch_refs_add_signer() - name who signs the references that follow
 * @refs: a set that is not sealed
 * @name: terminated, copied
 * @operator_declared: the signer operates the host
 * @id: returns what goes into struct vouch_ref
 *
 * The same name and flag give the same id again.
 *
 * Return: 0, -EBUSY when sealed, -EINVAL or -ENOMEM.
 */
int vouch_refs_add_signer(struct vouch_refs *refs, const char *name,
			  bool operator_declared, unsigned int *id);

/**
 * vouch_refs_add() - add one reference
 * @refs: a set that is not sealed
 * @ref: the reference, copied
 *
 * Return: 0, -EBUSY when sealed, -EINVAL for a bad kind, signer or length or
 * a reference that nothing could match, -ENOMEM.
 */
int vouch_refs_add(struct vouch_refs *refs, const struct vouch_ref *ref);

/**
 * vouch_refs_seal() - build the index; nothing can be added after
 * @refs: the set
 *
 * Return: 0 or -ENOMEM.
 */
int vouch_refs_seal(struct vouch_refs *refs);

/**
 * vouch_refs_count() - how many references a set holds
 * @refs: the set, or NULL
 *
 * Return: the number.
 */
size_t vouch_refs_count(const struct vouch_refs *refs);

/**
 * vouch_refs_get() - one reference by position, for listing
 * @refs: the set
 * @index: below vouch_refs_count()
 * @ref: returns the reference, valid as long as the set
 *
 * Return: whether there is one.
 */
bool vouch_refs_get(const struct vouch_refs *refs, size_t index,
		    struct vouch_ref *ref);

/**
 * vouch_refs_find_digest() - find software by its content
 * @refs: a sealed set
 * @kind: what it must be
 * @digest: SHA-384 of the content, VOUCH_REF_DIGEST_SIZE bytes
 * @ref: returns the reference, valid as long as the set
 *
 * Of several matches, one that is not operator-declared is taken.
 *
 * Return: whether there is one.
 */
bool vouch_refs_find_digest(const struct vouch_refs *refs,
			    enum vouch_ref_kind kind, const uint8_t *digest,
			    struct vouch_ref *ref);

/**
 * vouch_refs_find_build_id() - find a kernel or module by name and build-id
 * @refs: a sealed set
 * @want: kind, name and build_id are matched, all of them whole
 * @ref: returns the reference, valid as long as the set
 *
 * Of several matches, one that is not operator-declared is taken.
 *
 * Return: whether there is one.
 */
bool vouch_refs_find_build_id(const struct vouch_refs *refs,
			      const struct vouch_ref *want,
			      struct vouch_ref *ref);

/**
 * vouch_refs_signer() - who signed a reference
 * @refs: the set
 * @id: from a struct vouch_ref
 *
 * Return: the signer, valid as long as the set, or NULL.
 */
const struct vouch_ref_signer *vouch_refs_signer(const struct vouch_refs *refs,
						 unsigned int id);

/**
 * vouch_ref_kind_text() - the name of a kind for people
 * @kind: the kind
 *
 * Return: a constant string, or NULL for no kind.
 */
const char *vouch_ref_kind_text(enum vouch_ref_kind kind);

#endif /* VOUCH_VERIFY_REFS_H */
