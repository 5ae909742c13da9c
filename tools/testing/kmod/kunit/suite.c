// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suites of the rings and the queue, for a kernel with CONFIG_KUNIT. */

#include <linux/module.h>

#include "rig.h"

kunit_test_suites(&ring_suite, &queue_suite);

MODULE_DESCRIPTION("KUnit suites of vouch's rings and queue");
MODULE_LICENSE("GPL");
