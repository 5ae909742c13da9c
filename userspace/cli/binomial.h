/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CLI_BINOMIAL_H
#define VOUCH_CLI_BINOMIAL_H

#include <stdint.h>

double binomial_upper(uint64_t trials, unsigned int seen, double doubt);

#endif /* VOUCH_CLI_BINOMIAL_H */
