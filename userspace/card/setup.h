/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_CARD_SETUP_H
#define VOUCH_CARD_SETUP_H

#include "options.h"
#include "platform/why.h"

int vouch_setup(const struct vouch_options *o, struct vouch_why *why);

#endif /* VOUCH_CARD_SETUP_H */
