// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space: an endpoint with two BARs, power management, MSI-X and
 * function level reset.
 */
#include <string.h>

#include <vouch/regs.h>

#include "pci.h"

/* Capabilities, in list order. */
#define PM_AT		0x40
#define MSIX_AT		0x48
#define EXP_AT		0x60
#define EXP_SIZE	0x3c

#define BAR_64(bar)	(PCI_BASE_ADDRESS_0 + 4 * (bar))

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, (uint16_t)value);
	put16(at + 2, (uint16_t)(value >> 16));
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static void add_bar(struct vouch_pci *pci, unsigned int bar, uint32_t size)
{
	put32(pci->config + BAR_64(bar), PCI_BASE_ADDRESS_MEM_TYPE_64);
	put32(pci->mask + BAR_64(bar), ~(size - 1));
	put32(pci->mask + BAR_64(bar) + 4, ~0U);
}

static void add_power(struct vouch_pci *pci)
{
	uint8_t *cap = pci->config + PM_AT;

	cap[PCI_CAP_LIST_ID] = PCI_CAP_ID_PM;
	cap[PCI_CAP_LIST_NEXT] = MSIX_AT;
	put16(cap + PCI_PM_PMC, 3);
	/* Waking from D3hot changes nothing, so it is no way to reset unseen. */
	put16(cap + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET);
	put16(pci->mask + PM_AT + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
}

static void add_msix(struct vouch_pci *pci)
{
	uint8_t *cap = pci->config + MSIX_AT;

	cap[PCI_CAP_LIST_ID] = PCI_CAP_ID_MSIX;
	cap[PCI_CAP_LIST_NEXT] = EXP_AT;
	put16(cap + PCI_MSIX_FLAGS, VOUCH_VECTORS - 1);
	put32(cap + PCI_MSIX_TABLE, VOUCH_MSIX_TABLE_OFFSET | VOUCH_BAR_MSIX);
	put32(cap + PCI_MSIX_PBA, VOUCH_MSIX_PBA_OFFSET | VOUCH_BAR_MSIX);
	put16(pci->mask + MSIX_AT + PCI_MSIX_FLAGS,
	      PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

static void add_express(struct vouch_pci *pci)
{
	uint8_t *cap = pci->config + EXP_AT;

	_Static_assert(EXP_AT + EXP_SIZE <= PCI_CFG_SPACE_SIZE, "capability fits");
	cap[PCI_CAP_LIST_ID] = PCI_CAP_ID_EXP;
	put16(cap + PCI_EXP_FLAGS, 2 | PCI_EXP_TYPE_ENDPOINT << 4);
	put32(cap + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR);
	put16(pci->mask + EXP_AT + PCI_EXP_DEVCTL, (uint16_t)~PCI_EXP_DEVCTL_BCR_FLR);
	put32(cap + PCI_EXP_LNKCAP, PCI_EXP_LNKCAP_SLS_8_0GB | 1 << 4);
	put16(cap + PCI_EXP_LNKSTA, PCI_EXP_LNKSTA_CLS_8_0GB | PCI_EXP_LNKSTA_NLW_X1);
}

/**
 * vouch_pci_init() - configuration space as after a reset
 * @pci: to be initialised
 */
void vouch_pci_init(struct vouch_pci *pci)
{
	uint8_t *config = pci->config;

	memset(pci, 0, sizeof(*pci));
	put16(config + PCI_VENDOR_ID, VOUCH_PCI_VENDOR_ID);
	put16(config + PCI_DEVICE_ID, VOUCH_PCI_DEVICE_ID);
	put16(config + PCI_SUBSYSTEM_VENDOR_ID, VOUCH_PCI_VENDOR_ID);
	put16(config + PCI_SUBSYSTEM_ID, VOUCH_PCI_DEVICE_ID);
	put16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	put32(config + PCI_CLASS_REVISION, VOUCH_PCI_CLASS << 8 | VOUCH_VERSION >> 16);
	put16(pci->mask + PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
	      PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE);
	pci->mask[PCI_CACHE_LINE_SIZE] = 0xff;
	pci->mask[PCI_INTERRUPT_LINE] = 0xff;
	add_bar(pci, VOUCH_BAR_REGS, VOUCH_BAR_REGS_SIZE);
	add_bar(pci, VOUCH_BAR_MSIX, VOUCH_BAR_MSIX_SIZE);
	config[PCI_CAPABILITY_LIST] = PM_AT;
	add_power(pci);
	add_msix(pci);
	add_express(pci);
}

/**
 * vouch_pci_read() - read configuration space
 * @pci: configuration space
 * @at: offset; the caller has checked that @at + @len is inside
 * @buf: receives @len bytes
 * @len: how many
 */
void vouch_pci_read(const struct vouch_pci *pci, size_t at, void *buf, size_t len)
{
	memcpy(buf, pci->config + at, len);
}

/**
 * vouch_pci_write() - write configuration space
 * @pci: configuration space
 * @at: offset; the caller has checked that @at + @len is inside
 * @buf: @len bytes
 * @len: how many
 *
 * Return: true if software asked for a function level reset.
 */
bool vouch_pci_write(struct vouch_pci *pci, size_t at, const void *buf, size_t len)
{
	const size_t flr_at = EXP_AT + PCI_EXP_DEVCTL + 1;
	const uint8_t *data = buf;

	for (size_t i = 0; i < len && at + i < sizeof(pci->mask); i++) {
		uint8_t mask = pci->mask[at + i];

		pci->config[at + i] = (uint8_t)((pci->config[at + i] & ~mask) | (data[i] & mask));
	}
	return at <= flr_at && flr_at - at < len &&
	       (data[flr_at - at] & (PCI_EXP_DEVCTL_BCR_FLR >> 8));
}

/**
 * vouch_pci_may_dma() - whether software lets the function use the bus
 * @pci: configuration space
 */
bool vouch_pci_may_dma(const struct vouch_pci *pci)
{
	return (get16(pci->config + PCI_COMMAND) & PCI_COMMAND_MASTER) &&
	       !(get16(pci->config + PM_AT + PCI_PM_CTRL) & PCI_PM_CTRL_STATE_MASK);
}
