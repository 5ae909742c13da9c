// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: that what is jumped to is what was loaded, and that the card does not
 * wait for a kernel that never comes.
 *
 * The jump takes the kexec lock to hash, and must let go of it for the original
 * to take. A load that gets in between is held up at its last step, lock in
 * hand, and so the jump fails instead of going elsewhere.
 *
 * A crash kernel that starts after the announcement would be, to the card, what
 * was announced. While the original jumps it holds the lock, without which the
 * kernel starts no crash kernel; from the announcement until then, and until an
 * announcement is taken back, that is up to the wrappers here.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/kexec.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "digest.h"
#include "event.h"
#include "hook.h"
#include "kexec.h"
#include "kimage.h"
#include "kload.h"
#include "measure.h"
#include "record.h"

/* Longer than a card that is only late takes, and than its reset; then doubled. */
#define RETRY_INTERVAL	(10 * HZ)
#define RETRIES		7

static int image_jump(void);
static void panic_jump(struct pt_regs *regs);
static void oops_jump(struct pt_regs *regs);

VOUCH_HOOK_DEFINE(vouch_kjump_hook, "kernel_kexec", image_jump);
VOUCH_HOOK_DEFINE(vouch_kjump_panic_hook, "__crash_kexec", panic_jump);
VOUCH_HOOK_DEFINE(vouch_kjump_oops_hook, "crash_kexec", oops_jump);

static void abort_retry(struct work_struct *work);
static DECLARE_DELAYED_WORK(abort_work, abort_retry);

/* Keeps a late abort from taking back the next announcement. */
static DEFINE_MUTEX(lock);

/* A jump is between its measuring and its end. */
static bool jumping;

/* The card may wait for a kernel: nothing else may start. */
static bool announced;

/* How often it was told in vain that none comes. */
static unsigned int tries;

/**
 * vouch_kjump_wait() - wait until no jump is between its measuring and its end
 *
 * Context: process context, sleeps; under the kexec lock, so that the jump ends.
 */
void vouch_kjump_wait(void)
{
	wait_var_event(&jumping, !READ_ONCE(jumping));
}

/**
 * vouch_kjump_attach() - there is a card: tell it what it could not be told
 *
 * Context: any.
 */
void vouch_kjump_attach(void)
{
	if (!READ_ONCE(announced))
		return;
	WRITE_ONCE(tries, 0);
	mod_delayed_work(system_long_wq, &abort_work, 0);
}

/**
 * vouch_kjump_exit() - nothing is hooked any more, and no card is bound
 *
 * Context: the module's exit function.
 */
void vouch_kjump_exit(void)
{
	cancel_delayed_work_sync(&abort_work);
}

static const char *image_doubt(const struct kimage *image, const struct vouch_kload *load,
			       const u8 *digest)
{
	if (!load->image || !load->whole)
		return "is not recorded";
	if (memcmp(digest, load->digest, sizeof(load->digest)))
		return "was altered since it was loaded";
	return NULL;
}

/* Called with the kexec lock held and an image in place. */
static int jump_measure(u8 *digest)
{
	const struct kimage *image = vouch_kexec_current();
	int err = vouch_kimage_digest(image, digest);
	struct vouch_kload load = {};
	const char *doubt;

	vouch_kload_find(image, &load);
	if (err)
		return err;
	doubt = image_doubt(image, &load, digest);
	if (!doubt)
		return 0;
	if (vouch_fail_closed) {
		pr_err("refused kexec: the image %s\n", doubt);
		return -EPERM;
	}
	pr_warn("kexec: the image %s\n", doubt);
	return 0;
}

/* Late, since an attach may come in between and give it another. */
static u64 image_number(const struct kimage *image)
{
	struct vouch_kload load;

	return vouch_kload_find(image, &load) ? load.number : VOUCH_NO_REF;
}

static int jump_announce(u64 *exec)
{
	u8 digest[VOUCH_DIGEST_SIZE];
	const struct kimage *image;
	int err;

	if (!vouch_event_armed())
		return 0;
	/* What the log does not know yet would be refused. */
	vouch_record_settle();
	if (!vouch_kexec_trylock())
		return -EBUSY;
	image = vouch_kexec_current();
	/* As the original says it: by its turn there might be an image. */
	if (!image) {
		vouch_kexec_unlock();
		return -EINVAL;
	}
	WRITE_ONCE(jumping, true);
	err = jump_measure(digest);
	/* No card was told: then there is nothing to take back. */
	if (!err && !vouch_target_check())
		WRITE_ONCE(announced, true);
	vouch_kexec_unlock();
	if (err == -EPERM)
		return err;
	if (err)
		return vouch_event_unmeasured(VOUCH_REC_KEXEC_EXEC, NULL, err);
	vouch_state_tell();
	vouch_vmcount_tell(false);
	err = vouch_event_write(VOUCH_REC_KEXEC_EXEC, digest, NULL, image_number(image),
				exec);
	/* A card may have come back since it was asked. */
	if (*exec != VOUCH_NO_REF)
		WRITE_ONCE(announced, true);
	if (!err && *exec != VOUCH_NO_REF)
		vouch_kho_announce(digest, *exec);
	return err;
}

/*
 * An announcement that was not answered in time may have arrived all the same:
 * it is taken back without its number, and the card serves in order.
 */
static void jump_abort(u64 exec)
{
	int err;

	vouch_kho_retract();
	if (!READ_ONCE(announced))
		return;
	err = vouch_record_write(VOUCH_REC_KEXEC_ABORT, NULL, NULL, NULL, 0, exec, NULL);
	/* A log that is gone waits for nobody. */
	if (!err || err == -ENOLINK) {
		WRITE_ONCE(announced, false);
		return;
	}
	/* What is gone comes back with an attach, or never. */
	if (err == -ENODEV || READ_ONCE(tries) == RETRIES) {
		pr_warn("the card was not told that there was no jump: %pe; it is when it attaches again\n",
			ERR_PTR(err));
		return;
	}
	pr_warn("the card was not told that there was no jump: %pe; trying again\n",
		ERR_PTR(err));
	queue_delayed_work(system_long_wq, &abort_work, RETRY_INTERVAL << tries);
	WRITE_ONCE(tries, tries + 1);
}

/* A jump that is under way takes back what came before it, too. */
static void abort_retry(struct work_struct *work)
{
	if (!mutex_trylock(&lock))
		return;
	jump_abort(VOUCH_NO_REF);
	mutex_unlock(&lock);
}

/* Where a live update can still be refused: its sessions are not frozen yet. */
static int steps_flush(void)
{
	int err = vouch_step_flush();

	if (!err)
		return 0;
	if (vouch_fail_closed) {
		pr_err("refused kexec: a live update cannot be recorded: %pe\n", ERR_PTR(err));
		return -EPERM;
	}
	pr_warn("kexec: not all steps of a live update are recorded: %pe\n", ERR_PTR(err));
	return 0;
}

static int image_jump(void)
{
	u64 exec = VOUCH_NO_REF;
	int err;

	vouch_hook_enter();
	mutex_lock(&lock);
	err = steps_flush();
	if (!err)
		err = jump_announce(&exec);
	if (!err)
		err = static_call(vouch_kjump_hook_original)();
	WRITE_ONCE(tries, 0);
	jump_abort(exec);
	/* The barrier between the store and the look for who waits. */
	smp_store_mb(jumping, false);
	wake_up_var(&jumping);
	mutex_unlock(&lock);
	vouch_hook_leave();
	return err;
}

/* Called in any context, with other CPUs running. */
static bool crash_is_barred(void)
{
	if (!READ_ONCE(announced))
		return false;
	pr_emerg("no crash kernel is started: the card waits for another kernel\n");
	return true;
}

static void panic_jump(struct pt_regs *regs)
{
	vouch_hook_enter();
	if (!crash_is_barred())
		static_call(vouch_kjump_panic_hook_original)(regs);
	vouch_hook_leave();
}

static void oops_jump(struct pt_regs *regs)
{
	vouch_hook_enter();
	if (!crash_is_barred())
		static_call(vouch_kjump_oops_hook_original)(regs);
	vouch_hook_leave();
}
