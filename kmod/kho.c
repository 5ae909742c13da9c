// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this kernel hands to the next one beside the card (KHO): which card it
 * has told of the jump, where that card's log stood, and what is jumped to.
 *
 * It is a hint. Whoever had the machine in between could have written it, and
 * nothing here depends on it: the next kernel compares it with what the card
 * says and records how that went.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kexec_handover.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "event.h"
#include "handover.h"
#include "measure.h"
#include "record.h"

#ifdef VOUCH_KHO

/* What other CPUs may have recorded between this kernel's attach and its name. */
#define BETWEEN 16

/* Preserved, in the next kernel's reach as it is at the very end. */
static struct vouch_handover *page;

/**
 * vouch_kho_init() - hand something over, where the kernel can
 *
 * Context: process context, sleeps.
 */
void vouch_kho_init(void)
{
	struct vouch_handover *memory;
	int err;

	if (!kho_is_enabled())
		return;
	memory = kho_alloc_preserve(sizeof(*memory));
	err = PTR_ERR_OR_ZERO(memory);
	if (!err) {
		err = kho_add_subtree(VOUCH_HANDOVER_NAME, memory, sizeof(*memory));
		if (err)
			kho_unpreserve_free(memory);
	}
	if (err)
		pr_notice("nothing is handed to the next kernel: %pe\n", ERR_PTR(err));
	else
		page = memory;
}

/** vouch_kho_exit() - hand nothing over */
void vouch_kho_exit(void)
{
	if (!page)
		return;
	kho_remove_subtree(page);
	kho_unpreserve_free(page);
	page = NULL;
}

/**
 * vouch_kho_announce() - a jump was announced to the card
 * @image: digest of what is jumped to
 * @number: of the announcement
 *
 * Context: process context, sleeps at most for the driver's time-out; not
 * beside vouch_kho_retract().
 */
void vouch_kho_announce(const u8 *image, u64 number)
{
	struct vouch_identity identity;

	if (!page || vouch_record_identity(&identity))
		return;
	vouch_handover_fill(page, &identity, image, number);
}

/** vouch_kho_retract() - there was no jump */
void vouch_kho_retract(void)
{
	if (page)
		memset(page, 0, sizeof(*page));
}

/*
 * The address is no more to be trusted than what is there. The memory is left
 * reserved: to give back what nobody preserved would harm this kernel.
 */
static int handed_read(struct vouch_handover *said)
{
	phys_addr_t address;
	size_t size;
	int err = kho_retrieve_subtree(VOUCH_HANDOVER_NAME, &address, &size);

	if (err)
		return err;
	if (size != sizeof(*said) || !IS_ALIGNED(address, PAGE_SIZE) ||
	    region_intersects(address, size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_INTERSECTS)
		return -EILSEQ;
	if (copy_from_kernel_nofault(said, phys_to_virt(address), sizeof(*said)))
		return -EILSEQ;
	return vouch_handover_check(said);
}

static int arrival_read(u64 kernel, u8 *record, struct vouch_arrival *arrival)
{
	for (u64 number = kernel; number && kernel - number < BETWEEN; number--) {
		u32 size = VOUCH_RECORD_MAX;
		int err = vouch_record_read(number - 1, record, &size);

		if (!err)
			err = vouch_arrival_decode(record, size, arrival);
		if (err != -ENOMSG)
			return err;
	}
	return -ENOENT;
}

/* In words, where they differ. */
static const char *handed_doubt(const struct vouch_handover *said, int unreadable,
				const struct vouch_arrival *arrival)
{
	struct vouch_identity identity;

	if (unreadable)
		return "unreadable";
	if (vouch_record_identity(&identity))
		return "the card is silent";
	return vouch_handover_doubt(said, &identity, arrival);
}

static void handed_tell(const char *doubt)
{
	char text[64];

	if (doubt) {
		pr_notice("what the last kernel handed over differs from the card: %s\n", doubt);
		scnprintf(text, sizeof(text), "handover differs: %s", doubt);
	} else {
		strscpy(text, "handover matches");
	}
	vouch_event_tell_data(VOUCH_REC_LIVE_UPDATE, text, NULL, 0);
}

/**
 * vouch_kho_compare() - record whether what was handed over is what the card says
 * @kernel: number of this kernel's first record, which follows its attach
 *
 * Context: process context, sleeps; after each attach.
 */
void vouch_kho_compare(u64 kernel)
{
	u8 *record __free(kfree) = NULL;
	struct vouch_arrival arrival;
	struct vouch_handover said;
	int unreadable = handed_read(&said);
	int err;

	if (unreadable == -ENOENT || unreadable == -EOPNOTSUPP || kernel == VOUCH_NO_REF)
		return;
	record = kmalloc(VOUCH_RECORD_MAX, GFP_KERNEL);
	err = record ? arrival_read(kernel, record, &arrival) : -ENOMEM;
	if (err)
		pr_notice("what the last kernel handed over was not compared: %pe\n", ERR_PTR(err));
	else if (!arrival.image)
		pr_info("the card saw no jump: what an earlier kernel left is not looked at\n");
	else
		handed_tell(handed_doubt(&said, unreadable, &arrival));
}

#endif /* VOUCH_KHO */
