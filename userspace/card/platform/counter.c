// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/le.h"
#include "counter.h"
#include "file.h"

#define SLOT		64
#define SECTOR		512
#define VALUE		48
#define COMPLEMENT	56

static void encode(uint8_t slot[SLOT], const uint8_t *card_id, uint64_t value)
{
	static const char magic[16] = "vouch/counter/1";

	memcpy(slot, magic, sizeof(magic));
	memcpy(slot + sizeof(magic), card_id, VOUCH_CARD_ID_SIZE);
	vouch_le_store(slot + VALUE, value, 8);
	vouch_le_store(slot + COMPLEMENT, ~value, 8);
}

/**
 * vouch_counter_create - make a new card's counter
 * @path: of the file; replaced if it is there
 * @card_id: whose counter it is
 *
 * Return: 0 or a negative errno.
 */
int vouch_counter_create(const char *path, const uint8_t *card_id)
{
	uint8_t both[SECTOR + SLOT] = { 0 };

	encode(both, card_id, 0);
	encode(both + SECTOR, card_id, 0);
	return vouch_file_replace(path, both, sizeof(both), 0600);
}

static bool decode(const uint8_t slot[SLOT], const uint8_t *card_id, uint64_t *value)
{
	uint8_t expected[SLOT];

	*value = vouch_le_load(slot + VALUE, 8);
	encode(expected, card_id, *value);
	return !memcmp(slot, expected, SLOT);
}

/**
 * vouch_counter_open - open a counter
 * @counter: returns the open counter
 * @path: of the file
 * @card_id: whose counter it must be
 *
 * Return: 0, -ENOENT when there is none, -EBADMSG when it is damaged or another
 * card's, or a negative errno.
 */
int vouch_counter_open(struct vouch_counter *counter, const char *path, const uint8_t *card_id)
{
	uint8_t both[SECTOR + SLOT];
	uint64_t value[2];
	bool valid[2];
	int ret;

	counter->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (counter->fd < 0)
		return -errno;
	memcpy(counter->card_id, card_id, VOUCH_CARD_ID_SIZE);
	ret = vouch_file_read_at(counter->fd, both, sizeof(both), 0);
	if (!ret) {
		valid[0] = decode(both, card_id, &value[0]);
		valid[1] = decode(both + SECTOR, card_id, &value[1]);
		if (!valid[0] && !valid[1])
			ret = -EBADMSG;
	}
	if (ret) {
		vouch_counter_close(counter);
		return ret == -ENODATA ? -EBADMSG : ret;
	}
	counter->slot = valid[1] && (!valid[0] || value[1] > value[0]);
	counter->value = value[counter->slot];
	return 0;
}

/**
 * vouch_counter_close - close a counter
 * @counter: the counter
 */
void vouch_counter_close(struct vouch_counter *counter)
{
	if (counter->fd >= 0)
		close(counter->fd);
	counter->fd = -1;
}

/**
 * vouch_counter_advance - durably raise a counter
 * @counter: the counter
 * @value: at least as high as before
 *
 * Return: 0, -EINVAL when it would go back, or a negative errno.
 */
int vouch_counter_advance(struct vouch_counter *counter, uint64_t value)
{
	const unsigned int slot = !counter->slot;
	uint8_t buf[SLOT];
	int ret;

	if (value < counter->value)
		return -EINVAL;
	encode(buf, counter->card_id, value);
	ret = vouch_file_write_at(counter->fd, buf, sizeof(buf), (off_t)slot * SECTOR);
	if (!ret && fdatasync(counter->fd))
		ret = -errno;
	if (ret)
		return ret;
	counter->slot = slot;
	counter->value = value;
	return 0;
}
