// SPDX-License-Identifier: GPL-2.0-only
/* The regions of the function: its BARs and its configuration space. */
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>

#include "function.h"
#include "region.h"

/**
 * vouch_region_size() - size of a region
 * @index: VFIO_PCI_*_REGION_INDEX
 *
 * Return: bytes; 0 for one that does not exist.
 */
uint64_t vouch_region_size(uint32_t index)
{
	switch (index) {
	case VFIO_PCI_BAR0_REGION_INDEX + VOUCH_BAR_REGS:
		return VOUCH_BAR_REGS_SIZE;
	case VFIO_PCI_BAR0_REGION_INDEX + VOUCH_BAR_MSIX:
		return VOUCH_BAR_MSIX_SIZE;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return PCI_CFG_SPACE_EXP_SIZE;
	default:
		return 0;
	}
}

static int check(uint32_t index, uint64_t at, size_t len)
{
	uint64_t size = vouch_region_size(index);

	return len && len <= size && at <= size - len ? 0 : -EINVAL;
}

/* Bytes @at to @at + @len of @buf, where @from (@size bytes) lies at @base. */
static void overlay(uint64_t base, const void *from, size_t size, uint64_t at, uint8_t *buf,
		    size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at + i >= base && at + i - base < size)
			buf[i] = ((const uint8_t *)from)[at + i - base];
}

static void read_msix(struct vouch_function *f, uint64_t at, uint8_t *buf, size_t len)
{
	uint64_t pending = vouch_irq_pending(&f->irq);

	memset(buf, 0, len);
	overlay(VOUCH_MSIX_TABLE_OFFSET, f->regs.table, sizeof(f->regs.table), at, buf, len);
	overlay(VOUCH_MSIX_PBA_OFFSET, &pending, sizeof(pending), at, buf, len);
}

static void write_msix(struct vouch_function *f, uint64_t at, const uint8_t *buf, size_t len)
{
	_Static_assert(VOUCH_MSIX_TABLE_OFFSET == 0, "the table is at the start");
	for (size_t i = 0; i < len && at + i < sizeof(f->regs.table); i++)
		f->regs.table[at + i] = buf[i];
}

/**
 * vouch_region_read() - read from a region
 * @f: the function
 * @index: which region
 * @at: offset in it
 * @buf: receives @len bytes
 * @len: how many
 *
 * Return: 0, or -EINVAL when that is not all inside the region.
 */
int vouch_region_read(struct vouch_function *f, uint32_t index, uint64_t at, void *buf, size_t len)
{
	uint64_t value;

	if (check(index, at, len))
		return -EINVAL;
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		vouch_pci_read(&f->pci, (size_t)at, buf, len);
		return 0;
	case VOUCH_BAR_MSIX:
		read_msix(f, at, buf, len);
		return 0;
	default:
		value = vouch_regs_read(f, at, len);
		memset(buf, 0, len);
		memcpy(buf, &value, len < sizeof(value) ? len : sizeof(value));
		return 0;
	}
}

/**
 * vouch_region_write() - write to a region
 * @f: the function
 * @index: which region
 * @at: offset in it
 * @buf: @len bytes
 * @len: how many
 *
 * Return: 0, or -EINVAL when that is not all inside the region.
 */
int vouch_region_write(struct vouch_function *f, uint32_t index, uint64_t at, const void *buf,
		       size_t len)
{
	uint64_t value = 0;

	if (check(index, at, len))
		return -EINVAL;
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (vouch_pci_write(&f->pci, (size_t)at, buf, len))
			vouch_function_reset(f);
		return 0;
	case VOUCH_BAR_MSIX:
		write_msix(f, at, buf, len);
		return 0;
	default:
		memcpy(&value, buf, len < sizeof(value) ? len : sizeof(value));
		vouch_regs_write(f, at, len, value);
		return 0;
	}
}
