/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VFU_PROTO_H
#define VOUCH_VFU_PROTO_H

/*
 * Messages of the vfio-user protocol (QEMU, docs/interop/vfio-user.rst) as far
 * as a PCI function without migration needs them. Flags inside the bodies are
 * those of <linux/vfio.h>. Everything is little endian, and so is every
 * machine that this front end runs on (asserted in msg.c).
 */

#include <stdint.h>

enum vfu_command {
	VFU_VERSION		= 1,
	VFU_DMA_MAP		= 2,
	VFU_DMA_UNMAP		= 3,
	VFU_DEVICE_GET_INFO	= 4,
	VFU_REGION_GET_INFO	= 5,
	VFU_IRQ_GET_INFO	= 7,
	VFU_IRQ_SET		= 8,
	VFU_REGION_READ		= 9,
	VFU_REGION_WRITE	= 10,
	VFU_DEVICE_RESET	= 13,
};

#define VFU_FLAG_TYPE		0x0fU
#define VFU_FLAG_REPLY		0x01U
#define VFU_FLAG_NO_REPLY	0x10U
#define VFU_FLAG_ERROR		0x20U

#define VFU_MAJOR		0
#define VFU_MINOR		0

#define VFU_FDS_MAX		8	/* in one message */
#define VFU_TRANSFER_MAX	4096	/* data in one region access: the config space */
#define VFU_MESSAGE_MAX		8192	/* a whole message */

#define VFU_BODY_MAX		(VFU_MESSAGE_MAX - 16)

struct vfu_header {
	uint16_t id;
	uint16_t command;
	uint32_t size;		/* of the message, this header included */
	uint32_t flags;
	uint32_t error;		/* errno, with VFU_FLAG_ERROR */
};

struct vfu_version {
	uint16_t major;
	uint16_t minor;
	/* JSON text with its NUL follows */
};

struct vfu_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset;	/* in the file that came along */
	uint64_t iova;
	uint64_t size;
};

struct vfu_dma_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t iova;
	uint64_t size;
};

struct vfu_device_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t regions;
	uint32_t irqs;
};

struct vfu_region_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t cap_offset;
	uint64_t size;
	uint64_t offset;
};

struct vfu_irq_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t count;
};

struct vfu_irq_set {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
	/* data follows */
};

struct vfu_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	/* data follows in a write, and in the reply to a read */
};

#define VFU_LAYOUT(type, bytes) \
	_Static_assert(sizeof(struct type) == (bytes), "size of " #type)

VFU_LAYOUT(vfu_header, 16);
VFU_LAYOUT(vfu_version, 4);
VFU_LAYOUT(vfu_dma_map, 32);
VFU_LAYOUT(vfu_dma_unmap, 24);
VFU_LAYOUT(vfu_device_info, 16);
VFU_LAYOUT(vfu_region_info, 32);
VFU_LAYOUT(vfu_irq_info, 16);
VFU_LAYOUT(vfu_irq_set, 20);
VFU_LAYOUT(vfu_region_access, 16);

#endif /* VOUCH_VFU_PROTO_H */
