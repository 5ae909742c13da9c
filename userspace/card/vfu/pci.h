/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_PCI_H
#define VOUCH_VFU_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/pci_regs.h>

/**
 * struct vouch_pci - configuration space
 * @config: as it reads
 * @mask: bits that software may write
 */
struct vouch_pci {
	uint8_t config[PCI_CFG_SPACE_EXP_SIZE];
	uint8_t mask[PCI_CFG_SPACE_SIZE];
};

void vouch_pci_init(struct vouch_pci *pci);
void vouch_pci_read(const struct vouch_pci *pci, size_t at, void *buf, size_t len);
bool vouch_pci_write(struct vouch_pci *pci, size_t at, const void *buf, size_t len);
bool vouch_pci_may_dma(const struct vouch_pci *pci);

#endif /* VOUCH_VFU_PCI_H */
