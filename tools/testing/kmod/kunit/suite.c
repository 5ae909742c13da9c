// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suites of the rings, the queue and a session's rounds, for a kernel with CONFIG_KUNIT. */

#include <linux/module.h>

#include "rig.h"

kunit_test_suites(&ring_suite, &queue_suite, &near_suite);

MODULE_DESCRIPTION("KUnit suites of vouch's rings, queue and rounds");
MODULE_LICENSE("GPL");
