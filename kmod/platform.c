// SPDX-License-Identifier: GPL-2.0-only
/* What this kernel runs on, and was started by: Secure Boot, microcode. */

#include <linux/efi.h>
#include <asm/bootparam.h>
#include <asm/processor.h>

#include "event.h"
#include "hook.h"
#include "measure.h"

/* What firmware told the boot stub; a kernel that got no word cannot tell. */
static int secure_boot_write(u64 *number)
{
	const struct boot_params *params =
		(const struct boot_params *)vouch_hook_lookup("boot_params");
	const char *name = "unknown";

	if (params && params->secure_boot == efi_secureboot_mode_enabled)
		name = "enabled";
	else if (params && params->secure_boot == efi_secureboot_mode_disabled)
		name = "disabled";
	return vouch_event_write(VOUCH_REC_SECURE_BOOT, NULL, name, VOUCH_NO_REF, number);
}

static bool microcode_differs(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (cpu_data(cpu).microcode != boot_cpu_data.microcode)
			return true;
	return false;
}

static int microcode_write(u64 *number)
{
	__le32 revision = cpu_to_le32(boot_cpu_data.microcode);
	char name[64];

	scnprintf(name, sizeof(name), "%.12s %u-%u-%u%s", boot_cpu_data.x86_vendor_id,
		  boot_cpu_data.x86, boot_cpu_data.x86_model, boot_cpu_data.x86_stepping,
		  microcode_differs() ? ", CPUs differ" : "");
	return vouch_event_write_id(VOUCH_REC_MICROCODE, name, &revision, sizeof(revision),
				    number);
}

/**
 * vouch_platform_record() - record what this kernel runs on
 * @number: returns the number of the last record, VOUCH_NO_REF where it was lost
 *
 * Context: process context, sleeps; after each attach.
 * Return: 0 or -EPERM.
 */
int vouch_platform_record(u64 *number)
{
	int err = secure_boot_write(number);

	if (!err && *number != VOUCH_NO_REF)
		err = microcode_write(number);
	return err;
}
