/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_TOOL_H
#define VOUCH_VERIFY_TOOL_H

/* The parts of vouch-verify, the command line. Errors end the program. */

#include <jansson.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/appraise.h"
#include "lib/corim.h"
#include "lib/policy.h"
#include "lib/refs.h"
#include "lib/request.h"

#define TOOL_SIGNERS_MAX	32
#define TOOL_CPUS_MAX		64
#define TOOL_BOUNDS_MAX		64
#define TOOL_FINDINGS_MAX	256
#define TOOL_KERNELS_MAX	1024	/* shown apart from the history */
#define TOOL_FAILED		2	/* exit status: could not tell */

enum tool_history {
	TOOL_HISTORY_BRIEF,	/* without modules and firmware that matched */
	TOOL_HISTORY_TABLE,	/* every record */
	TOOL_HISTORY_NONE,
};

/* What the command line asks for. */
struct tool_options {
	const char *root, *policy, *nonce, *nonce_file, *package, *split, *state;
	const char *outblob, *auxblob;
	const char *const *refs;
	size_t refs_count;
	int64_t time;
	enum tool_history history;
	uint32_t subject;
	bool strict, json;
};

/* A policy file. */
struct tool_policy {
	struct vouch_policy policy;
	struct vouch_microcode microcode[TOOL_CPUS_MAX];
	struct vouch_corim_signer signers[TOOL_SIGNERS_MAX];
	size_t signer_count;
	struct vouch_bound bounds[TOOL_BOUNDS_MAX];
};

/* The package: a regular file, or a temporary copy of what came by a pipe. */
struct tool_package {
	int fd;
	struct vouch_reader reader;
};

/* A report of configfs-tsm. */
struct tool_blobs {
	struct tool_package out, aux;
	struct vouch_reader reader;
};

/* The state file: what was seen of which card. */
struct tool_state {
	const char *path;
	int lock;
	json_t *cards;
};

/* Everything a report is made of. */
struct tool_report {
	const struct tool_options *options;
	const struct vouch_input *input;
	const struct vouch_verdict *verdict;
};

/* Says why on stderr and exits with TOOL_FAILED. */
void tool_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A whole file of at most @max bytes; the caller frees it. */
uint8_t *tool_read_file(const char *path, size_t max, size_t *len);
void tool_package_open(struct tool_package *package, const char *path);
void tool_package_split(const struct tool_package *package, const struct vouch_range *parts,
			const char *folder);
void tool_blobs_open(struct tool_blobs *blobs, const char *outblob, const char *auxblob);
X509 *tool_read_root(const char *path);
EVP_PKEY *tool_read_key(const char *pem_or_path, const char *folder);

/* Hexadecimal into at most @max bytes; -1 if it is none. */
int tool_hex_decode(const char *hex, size_t hex_len, uint8_t *out, size_t max);
/* @out has room for 2 * @len + 1. */
void tool_hex_encode(char *out, const uint8_t *bytes, size_t len);

void tool_policy_load(struct tool_policy *policy, const char *path);
void tool_policy_free(struct tool_policy *policy);

/* Milliseconds of the policy, in ns; exits if that is none. */
uint64_t tool_policy_ms(const json_t *value, const char *member, const char *path);

/* The policy's member proximity, and what to say about it. */
void tool_near_load(struct tool_policy *policy, const json_t *json, const char *path);
void tool_near_free(struct tool_policy *policy);
json_t *tool_near_json(const struct vouch_near *near);
void tool_near_print(const struct vouch_near *near);

/* Adds what is refused to @findings. */
struct vouch_refs *tool_refs_load(const struct tool_options *options,
				  const struct tool_policy *policy,
				  struct vouch_findings *findings);

void tool_state_open(struct tool_state *state, const char *path);
void tool_state_find(void *state, const uint8_t *card_id, struct vouch_seen *seen);
void tool_state_save(struct tool_state *state, const struct vouch_seen *now);

/* Appraises again to show the history; exits if the package has changed. */
void tool_history_run(const struct tool_report *report,
		      void (*on_event)(void *ctx, const struct vouch_event *event), void *ctx);
void tool_text_print(const struct tool_report *report);
void tool_json_print(const struct tool_report *report);

#endif /* VOUCH_VERIFY_TOOL_H */
