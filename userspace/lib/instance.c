// SPDX-License-Identifier: GPL-2.0-only
/* Assigning guest functions to instances, on the host. */
#include <endian.h>
#include <string.h>

#include "private.h"

/**
 * vouch_assign() - give a guest function a fresh instance
 * @dev: the host's device; needs CAP_SYS_ADMIN
 * @function: from 1
 * @number: returns the number of the assign record in log 0; may be NULL
 * @instance: returns the instance id that the card drew
 *
 * Return: 0 or the request's errno.
 */
int vouch_assign(struct vouch_device *dev, uint32_t function, uint64_t *number,
		 uint8_t instance[VOUCH_INSTANCE_SIZE])
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg), .function = function };
	int ret;

	ret = vouch_device_call(dev, VOUCH_IOC_ASSIGN, &arg);
	if (ret)
		return ret;
	if (number)
		*number = le64toh(arg.assigned.number);
	memcpy(instance, arg.assigned.instance, VOUCH_INSTANCE_SIZE);
	return 0;
}

/**
 * vouch_withdraw() - end a guest function's instance
 * @dev: the host's device; needs CAP_SYS_ADMIN
 * @function: from 1
 *
 * Return: 0 or the request's errno.
 */
int vouch_withdraw(struct vouch_device *dev, uint32_t function)
{
	struct vouch_ioc_assign arg = { .size = sizeof(arg), .function = function };

	return vouch_device_call(dev, VOUCH_IOC_WITHDRAW, &arg);
}
