/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VOUCH_COMMAND_H
#define _VOUCH_COMMAND_H

/*
 * The card's commands, typed. Each returns 0 or the errno that
 * uapi/vouch/ioctl.h gives for it, sleeps, and is bounded by the time-out.
 * What comes back from the card has been checked for form.
 */

#include <linux/types.h>
#include <vouch/proximity.h>
#include <vouch/wire.h>

struct vouch_card;
struct vouch_request;

/**
 * struct vouch_record - what is to be appended
 * @type: enum vouch_record_type
 * @hook: by a measuring hook
 * @digest: or NULL
 * @name: not NUL-terminated
 * @name_len: at most VOUCH_NAME_MAX
 * @data: or NULL
 * @data_len: at most VOUCH_DATA_MAX
 * @ref: an earlier record, or VOUCH_NO_REF
 */
struct vouch_record {
	u16 type;
	bool hook;
	const u8 *digest;
	const char *name;
	size_t name_len;
	const void *data;
	size_t data_len;
	u64 ref;
};

int vouch_command_greet(struct vouch_card *card);
int vouch_command_identify(struct vouch_card *card, struct vouch_identity *id);
int vouch_command_log_state(struct vouch_card *card, u32 log,
			    struct vouch_log_state *state);
int vouch_command_certs(struct vouch_card *card, void *out, u32 *out_len);
int vouch_command_append(struct vouch_card *card, const struct vouch_record *rec,
			 struct vouch_appended *done);
int vouch_command_assign(struct vouch_card *card, u32 function,
			 struct vouch_assigned *assigned);
int vouch_command_withdraw(struct vouch_card *card, u32 function);
int vouch_command_attest(struct vouch_card *card, struct vouch_request *req, u32 flags,
			 const u8 nonce[VOUCH_DIGEST_SIZE]);
int vouch_command_receipt(struct vouch_card *card, const u8 evidence[VOUCH_DIGEST_SIZE],
			  void *out, u32 *out_len);
int vouch_command_log_read(struct vouch_card *card, u32 log, u64 from,
			   void *out, u32 *out_len, u64 *next);
int vouch_command_proximity_open(struct vouch_card *card, u32 rounds,
				 const u8 nonce[VOUCH_DIGEST_SIZE],
				 struct vouch_proximity_opened *opened);
int vouch_command_proximity_close(struct vouch_card *card,
				  const u8 session[VOUCH_SESSION_SIZE],
				  void *out, u32 *out_len);

/* request.c */
int vouch_request_error(const struct vouch_request *req);
int vouch_request_run(struct vouch_card *card, struct vouch_request *req);
int vouch_request_run_exact(struct vouch_card *card, struct vouch_request *req);

#endif /* _VOUCH_COMMAND_H */
