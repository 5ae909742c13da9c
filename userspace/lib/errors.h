/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_ERRORS_H
#define VOUCH_ERRORS_H

/* What was being done when an error came up. */
enum vouch_step {
	VOUCH_STEP_OPEN,
	VOUCH_STEP_INFO,
	VOUCH_STEP_LOG,
	VOUCH_STEP_ATTEST,
	VOUCH_STEP_MEASURE,
	VOUCH_STEP_ASSIGN,
};

const char *vouch_error_text(enum vouch_step step, int error);

#endif /* VOUCH_ERRORS_H */
