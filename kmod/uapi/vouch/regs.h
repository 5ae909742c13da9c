/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
#ifndef _UAPI_VOUCH_REGS_H
#define _UAPI_VOUCH_REGS_H

/*
 * The card's PCI function as software sees it.
 *
 *   BAR 0  64-bit, 16 KiB
 *          0x0000  registers (below)
 *          0x1000  doorbells
 *          0x2000  proximity
 *   BAR 2  64-bit, 4 KiB: MSI-X table at 0x000, pending bits at 0x800
 *
 * Registers are little endian and accessed whole and aligned: 4 or 8 bytes as
 * declared (an 8-byte register may be read or written as two 4-byte halves,
 * low half first). Any other access reads as zero and is ignored on write. A
 * function that is gone reads as all ones.
 */

#define VOUCH_PCI_VENDOR_ID		0x1234
#define VOUCH_PCI_DEVICE_ID		0x7643
#define VOUCH_PCI_CLASS			0x108000	/* encryption controller, other */

#define VOUCH_BAR_REGS			0
#define VOUCH_BAR_MSIX			2
#define VOUCH_BAR_REGS_SIZE		0x4000
#define VOUCH_BAR_MSIX_SIZE		0x1000
#define VOUCH_MSIX_TABLE_OFFSET		0x000
#define VOUCH_MSIX_PBA_OFFSET		0x800

#define VOUCH_VECTOR_EVENT		0	/* STATUS, or the function's instance, changed */
#define VOUCH_VECTOR_QUEUE		1	/* completions were posted */
#define VOUCH_VECTORS			2

/* Read only. */
#define VOUCH_REG_MAGIC			0x0000	/* 32: VOUCH_MAGIC */
#define VOUCH_REG_VERSION		0x0004	/* 32: interface version */
#define VOUCH_REG_CAP			0x0008	/* 32: VOUCH_CAP_* */
#define VOUCH_REG_STATUS		0x000c	/* 32: VOUCH_STATUS_* */
#define VOUCH_REG_FUNCTION		0x0010	/* 32: number, VOUCH_FUNCTION_ROLE */
#define VOUCH_REG_TIME			0x0018	/* 64: card clock, ns since power-on */

/* Read and write. */
#define VOUCH_REG_CONTROL		0x0020	/* 32: VOUCH_CONTROL_* */
#define VOUCH_REG_QSIZE			0x0024	/* 32: entries in each ring */
#define VOUCH_REG_SQ_BASE		0x0028	/* 64: submission ring, 4 KiB aligned */
#define VOUCH_REG_CQ_BASE		0x0030	/* 64: completion ring, 4 KiB aligned */

/* Write only; read as zero. */
#define VOUCH_REG_SQ_TAIL		0x1000	/* 32: next free submission slot */
#define VOUCH_REG_CQ_HEAD		0x1004	/* 32: next unread completion slot */

/*
 * Guest functions with VOUCH_CAP_PROXIMITY only (Documentation/proximity.rst).
 * Of an access in halves the second write asks, and the first read answers.
 */
#define VOUCH_REG_CHALLENGE		0x2000	/* 64, write only: asks the next round */
#define VOUCH_REG_RESPONSE		0x2008	/* 64, read only: answers it, once; else 0 */

#define VOUCH_MAGIC			0x48435556	/* "VUCH" in memory order */
#define VOUCH_VERSION			0x00010000	/* major << 16 | minor */

#define VOUCH_CAP_QSIZE_MASK		0x0000ffff	/* most entries in a ring */
#define VOUCH_CAP_PROXIMITY		0x00010000	/* CHALLENGE and RESPONSE are there */
#define VOUCH_CAP_BATCH			0x00020000	/* VOUCH_ATTEST_OWN_SIGNATURE is known */

#define VOUCH_STATUS_READY		0x00000001	/* queues are running */
#define VOUCH_STATUS_FATAL		0x00000002	/* card stopped: reset the function */

#define VOUCH_FUNCTION_NUMBER_MASK	0x0000ffff
#define VOUCH_FUNCTION_ROLE_SHIFT	16
#define VOUCH_FUNCTION_ROLE_MASK	0x000f0000

/*
 * Setting ENABLE starts the queues with QSIZE, SQ_BASE and CQ_BASE, which must
 * be valid (else STATUS.FATAL); both rings start empty, phase 1. The card
 * records this as *attach* in the function's log. Clearing it stops the queues:
 * when STATUS.READY reads 0 the card does no more DMA. That is *detach*.
 */
#define VOUCH_CONTROL_ENABLE		0x00000001

/* Ring sizes are powers of two within these bounds. */
#define VOUCH_QSIZE_MIN			2
#define VOUCH_QSIZE_MAX			256

#endif /* _UAPI_VOUCH_REGS_H */
