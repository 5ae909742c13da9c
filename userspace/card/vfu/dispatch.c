// SPDX-License-Identifier: GPL-2.0-only
/* The commands of the protocol: check a body, call the noun, fill the reply. */
#include <errno.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "function.h"
#include "region.h"

/* INTx, MSI and MSI-X; the first two are empty. */
#define IRQS	(VFIO_PCI_MSIX_IRQ_INDEX + 1)

static const void *body_as(const struct vouch_msg *msg, size_t size)
{
	return msg->len >= size ? msg->body : NULL;
}

static int answer(struct vouch_reply *reply, const void *body, size_t len)
{
	memcpy(reply->body, body, len);
	reply->len = len;
	return 0;
}

static int greet(struct vouch_function *f, const struct vouch_msg *msg, struct vouch_reply *reply)
{
	static const char format[] =
		"{\"capabilities\":{\"max_msg_fds\":%d,\"max_data_xfer_size\":%d}}";
	const struct vfu_version *ask = body_as(msg, sizeof(*ask));
	const struct vfu_version ours = { .major = VFU_MAJOR, .minor = VFU_MINOR };
	char *text = (char *)reply->body + sizeof(ours);
	int len;

	if (!ask || ask->major != VFU_MAJOR)
		return -EINVAL;
	/* Of the client's capabilities none matters: we send it no files. */
	if (msg->len > sizeof(*ask) && msg->body[msg->len - 1])
		return -EINVAL;
	len = snprintf(text, sizeof(reply->body) - sizeof(ours), format, VFU_FDS_MAX,
		       VFU_TRANSFER_MAX);
	answer(reply, &ours, sizeof(ours));
	reply->len += (size_t)len + 1;
	f->greeted = true;
	return 0;
}

static int map(struct vouch_function *f, struct vouch_msg *msg)
{
	const struct vfu_dma_map *ask = body_as(msg, sizeof(*ask));
	unsigned int access = 0;

	if (!ask || msg->fd_count > 1)
		return -EINVAL;
	if (ask->flags & ~(uint32_t)(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE))
		return -EINVAL;
	if (ask->flags & VFIO_DMA_MAP_FLAG_READ)
		access |= VOUCH_DMA_READ;
	if (ask->flags & VFIO_DMA_MAP_FLAG_WRITE)
		access |= VOUCH_DMA_WRITE;
	return vouch_dma_map(&f->dma, ask->iova, ask->size, ask->offset, access,
			     msg->fd_count ? msg->fds[0] : -1);
}

static int unmap(struct vouch_function *f, const struct vouch_msg *msg, struct vouch_reply *reply)
{
	const struct vfu_dma_unmap *ask = body_as(msg, sizeof(*ask));
	int ret = 0;

	if (!ask || (ask->flags & ~(uint32_t)VFIO_DMA_UNMAP_FLAG_ALL))
		return -EINVAL;
	if (ask->flags & VFIO_DMA_UNMAP_FLAG_ALL)
		vouch_dma_clear(&f->dma);
	else
		ret = vouch_dma_unmap(&f->dma, ask->iova, ask->size);
	return ret ? ret : answer(reply, ask, sizeof(*ask));
}

static int device_info(const struct vouch_msg *msg, struct vouch_reply *reply)
{
	const struct vfu_device_info ours = {
		.argsz = sizeof(ours),
		.flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
		.regions = VFIO_PCI_NUM_REGIONS,
		.irqs = IRQS,
	};
	const struct vfu_device_info *ask = body_as(msg, sizeof(*ask));

	if (!ask || ask->argsz < sizeof(ours))
		return -EINVAL;
	return answer(reply, &ours, sizeof(ours));
}

static int region_info(const struct vouch_msg *msg, struct vouch_reply *reply)
{
	const struct vfu_region_info *ask = body_as(msg, sizeof(*ask));
	struct vfu_region_info ours = { .argsz = sizeof(ours) };

	if (!ask || ask->argsz < sizeof(ours) || ask->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	ours.index = ask->index;
	ours.size = vouch_region_size(ask->index);
	if (ours.size)
		ours.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	return answer(reply, &ours, sizeof(ours));
}

static int irq_info(const struct vouch_msg *msg, struct vouch_reply *reply)
{
	const struct vfu_irq_info *ask = body_as(msg, sizeof(*ask));
	struct vfu_irq_info ours = { .argsz = sizeof(ours) };

	if (!ask || ask->argsz < sizeof(ours) || ask->index >= IRQS)
		return -EINVAL;
	ours.index = ask->index;
	if (ask->index == VFIO_PCI_MSIX_IRQ_INDEX) {
		ours.flags = VFIO_IRQ_INFO_EVENTFD;
		ours.count = VOUCH_VECTORS;
	}
	return answer(reply, &ours, sizeof(ours));
}

static int irq_set(struct vouch_function *f, struct vouch_msg *msg)
{
	const struct vfu_irq_set *ask = body_as(msg, sizeof(*ask));

	return ask ? vouch_irq_set(&f->irq, ask, msg) : -EINVAL;
}

static int region_read(struct vouch_function *f, const struct vouch_msg *msg,
		       struct vouch_reply *reply)
{
	const struct vfu_region_access *ask = body_as(msg, sizeof(*ask));
	int ret;

	if (!ask || ask->count > VFU_TRANSFER_MAX)
		return -EINVAL;
	ret = vouch_region_read(f, ask->region, ask->offset, reply->body + sizeof(*ask),
				ask->count);
	if (ret)
		return ret;
	answer(reply, ask, sizeof(*ask));
	reply->len += ask->count;
	return 0;
}

static int region_write(struct vouch_function *f, const struct vouch_msg *msg,
			struct vouch_reply *reply)
{
	const struct vfu_region_access *ask = body_as(msg, sizeof(*ask));
	int ret;

	if (!ask || ask->count != msg->len - sizeof(*ask))
		return -EINVAL;
	ret = vouch_region_write(f, ask->region, ask->offset, msg->body + sizeof(*ask),
				 ask->count);
	return ret ? ret : answer(reply, ask, sizeof(*ask));
}

static int handle(struct vouch_function *f, struct vouch_msg *msg, struct vouch_reply *reply)
{
	if (msg->header.command == VFU_VERSION)
		return f->greeted ? -EINVAL : greet(f, msg, reply);
	if (!f->greeted)
		return -EINVAL;
	switch (msg->header.command) {
	case VFU_DMA_MAP:
		return map(f, msg);
	case VFU_DMA_UNMAP:
		return unmap(f, msg, reply);
	case VFU_DEVICE_GET_INFO:
		return device_info(msg, reply);
	case VFU_REGION_GET_INFO:
		return region_info(msg, reply);
	case VFU_IRQ_GET_INFO:
		return irq_info(msg, reply);
	case VFU_IRQ_SET:
		return irq_set(f, msg);
	case VFU_REGION_READ:
		return region_read(f, msg, reply);
	case VFU_REGION_WRITE:
		return region_write(f, msg, reply);
	case VFU_DEVICE_RESET:
		vouch_function_reset(f);
		return 0;
	default:
		return -ENOTSUP;
	}
}

/**
 * vouch_dispatch() - do what a message asks
 * @f: the function whose client sent it
 * @msg: the message; files that are wanted are taken out of it
 * @reply: returns the answer
 */
void vouch_dispatch(struct vouch_function *f, struct vouch_msg *msg, struct vouch_reply *reply)
{
	reply->len = 0;
	reply->error = -handle(f, msg, reply);
}
