/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_SUMMARY_H
#define VOUCH_CLI_SUMMARY_H

/* What vouch attest says of the package that it wrote. */

#include "policy.h"

int cli_print_summary(struct cli *cli, FILE *to, const struct vouch_package_summary *sum,
		      const char *stamps, const struct policy *policy);

#endif /* VOUCH_CLI_SUMMARY_H */
