// SPDX-License-Identifier: GPL-2.0-only
/* What the card and the function are. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "private.h"

/**
 * vouch_info_get() - ask the card who it is
 * @dev: open device
 * @info: result
 *
 * Return: 0, -EIO if the answer makes no sense, or the request's errno.
 */
int vouch_info_get(struct vouch_device *dev, struct vouch_info *info)
{
	struct vouch_ioc_info arg = { .size = sizeof(arg) };
	const struct vouch_identity *id = &arg.identity;
	int ret;

	ret = vouch_device_call(dev, VOUCH_IOC_INFO, &arg);
	if (ret)
		return ret;

	memcpy(info->card_id, id->card_id, sizeof(info->card_id));
	memcpy(info->firmware, id->firmware, sizeof(info->firmware));
	info->boot_count = le64toh(id->boot_count);
	info->epoch = le64toh(id->epoch);
	info->log_capacity = le64toh(id->log_capacity);
	info->function = le16toh(id->function);
	info->role = le16toh(id->role);
	info->functions = le16toh(id->functions);
	info->attach = le16toh(id->attach);
	info->debug = id->debug != 0;

	if (info->role > VOUCH_ROLE_GUEST || info->attach > VOUCH_ATTACH_DETACHED)
		return -EIO;
	return !!info->function == info->role ? 0 : -EIO;
}

/* vouch_role_name() - as in sysfs */
const char *vouch_role_name(unsigned int role)
{
	return role == VOUCH_ROLE_HOST ? "host" : role == VOUCH_ROLE_GUEST ? "guest" : "unknown";
}

/* vouch_attach_name() - as in sysfs */
const char *vouch_attach_name(unsigned int attach)
{
	static const char * const names[] = { "reset", "attached", "jumping", "detached" };

	return attach <= VOUCH_ATTACH_DETACHED ? names[attach] : "unknown";
}

/* vouch_command_name() - of an opcode, as wire.h spells it */
const char *vouch_command_name(unsigned int opcode)
{
	static const struct {
		unsigned int opcode;
		const char *name;
	} names[] = {
#define COMMAND_NAME(name, op, host, guest)	{ op, #name },
		VOUCH_COMMANDS(COMMAND_NAME)
#undef COMMAND_NAME
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].opcode == opcode)
			return names[i].name;
	return "unknown";
}
