// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>

#include "counter.h"
#include "file.h"
#include "keys.h"
#include "state.h"

/**
 * vouch_state_lock - take a state folder for this process
 * @state: state folder
 * @why: receives the reason of a failure
 *
 * Return: a file descriptor that holds the lock while it is open, -EBUSY when
 * another process has the card, or a negative errno.
 */
int vouch_state_lock(const char *state, struct vouch_why *why)
{
	char path[VOUCH_PATH_SIZE];
	int fd, ret;

	ret = vouch_path_join(path, state, "/lock");
	if (ret)
		return vouch_why(why, ret, "%s: name too long", state);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return vouch_why(why, -errno, "cannot open %s: %s", path, strerror(errno));
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	ret = errno == EWOULDBLOCK ?
	      vouch_why(why, -EBUSY, "%s: another process has this card open", state) :
	      vouch_why(why, -errno, "cannot lock %s: %s", path, strerror(errno));
	close(fd);
	return ret;
}

static int make_card(const char *state, struct vouch_why *why)
{
	char key_path[VOUCH_PATH_SIZE], counter_path[VOUCH_PATH_SIZE];
	uint8_t id[VOUCH_DIGEST_SIZE];
	EVP_PKEY *key;
	int ret;

	if (vouch_path_join(key_path, state, "/device.key") ||
	    vouch_path_join(counter_path, state, ".counter"))
		return vouch_why(why, -ENAMETOOLONG, "%s: name too long", state);
	if (!access(key_path, F_OK))
		return vouch_why(why, -EEXIST, "%s: there is a card here already", state);
	key = EVP_EC_gen("P-384");
	ret = key ? vouch_key_id(key, id) : -ENOMEM;
	if (!ret)
		ret = vouch_counter_create(counter_path, id);
	/* The key comes last: where it is, nothing is missing. */
	if (!ret)
		ret = vouch_key_store(key_path, key);
	EVP_PKEY_free(key);
	return ret ? vouch_why(why, ret, "cannot make key %s or counter %s: %s", key_path,
			       counter_path, strerror(-ret)) : 0;
}

/**
 * vouch_state_create - make a card: its folder, device key and counter
 * @state: state folder; may exist, but not with a card in it
 * @why: receives the reason of a failure
 *
 * Return: 0, -EEXIST when there is a card already, or a negative errno.
 */
int vouch_state_create(const char *state, struct vouch_why *why)
{
	int lock, ret;

	if (mkdir(state, 0700) && errno != EEXIST)
		return vouch_why(why, -errno, "cannot create %s: %s", state, strerror(errno));
	lock = vouch_state_lock(state, why);
	if (lock < 0)
		return lock;
	ret = chmod(state, 0700) ? -errno : vouch_folder_sync(state);
	ret = ret ? vouch_why(why, ret, "%s: %s", state, strerror(-ret)) : make_card(state, why);
	close(lock);
	return ret;
}
