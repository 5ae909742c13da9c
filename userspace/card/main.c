// SPDX-License-Identifier: GPL-2.0-only
/* vouch-cardd: the reference card as a program. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "platform/platform.h"
#include "setup.h"
#include "vfu/server.h"

/* 16 functions, each with 64 files of memory, its interrupts and one message. */
#define FILES	2048

/**
 * struct daemon - a running card
 * @options: the command line
 * @platform: its hardware
 * @card: its core
 * @server: its functions
 */
struct daemon {
	const struct vouch_options *options;
	struct vouch_platform platform;
	struct vouch_card card;
	struct vouch_server server;
};

static int fail(const struct vouch_why *why)
{
	fprintf(stderr, "vouch-cardd: %s\n", why->text);
	return 1;
}

static int power_on(struct daemon *d, struct vouch_why *why)
{
	const struct vouch_platform_options options = {
		.state = d->options->state,
		.capacity = d->options->capacity,
		.functions = d->options->functions,
		.alg = d->options->alg,
		.batch = d->options->batch,
		.batch_wait = d->options->batch_wait_ms * 1000000,
	};
	struct vouch_card_report report;
	int ret = vouch_platform_open(&d->platform, &options, why);

	if (ret)
		return ret;
	ret = vouch_card_open(&d->card, &d->platform.config, &report);
	if (ret) {
		vouch_platform_explain(&report, ret, why);
		vouch_platform_close(&d->platform);
		return ret;
	}
	vouch_platform_explain(&report, 0, why);
	if (why->text[0])
		fail(why);
	return 0;
}

static int power_off(struct daemon *d)
{
	int ret = vouch_card_close(&d->card);

	vouch_platform_close(&d->platform);
	return ret;
}

/* The rings are stopped: whatever the close commits was not acknowledged. */
static int power_cycle(void *ctx)
{
	struct daemon *d = ctx;
	struct vouch_why why = { "" };
	int ret;

	power_off(d);
	ret = power_on(d, &why);
	if (ret)
		fail(&why);
	return ret;
}

static int open_sockets(struct daemon *d, struct vouch_why *why)
{
	const struct vouch_options *o = d->options;
	int ret = vouch_server_open(&d->server, &d->card);

	if (ret)
		return vouch_why(why, ret, "cannot wait for events: %s", strerror(-ret));
	d->server.restart = power_cycle;
	d->server.ctx = d;
	for (uint16_t i = 0; i < o->functions; i++) {
		ret = vouch_server_add(&d->server, i, o->sockets[i]);
		if (ret)
			return vouch_why(why, ret, "cannot listen on %s: %s", o->sockets[i],
					 strerror(-ret));
	}
	ret = o->control ? vouch_server_control(&d->server, o->control) : 0;
	if (ret)
		return vouch_why(why, ret, "cannot listen on %s: %s", o->control, strerror(-ret));
	return 0;
}

/* However many files each client hands over, another one's must still fit. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= FILES)
		return;
	limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(const struct vouch_options *o)
{
	static struct daemon d;
	struct vouch_why why = { "" };
	int ret;

	signal(SIGPIPE, SIG_IGN);
	umask(077);
	allow_files();
	d.options = o;
	if (power_on(&d, &why))
		return fail(&why);
	ret = open_sockets(&d, &why);
	if (!ret) {
		dprintf(o->ready_fd, "ready\n");
		ret = vouch_server_run(&d.server);
		if (ret)
			vouch_why(&why, ret, "the card stopped: %s", strerror(-ret));
	}
	vouch_server_close(&d.server);
	/* After a power cycle that failed there is nothing left to switch off. */
	if (!d.server.error && power_off(&d) && !ret)
		ret = vouch_why(&why, -EIO, "the card could not store its last records");
	return ret ? fail(&why) : 0;
}

int main(int argc, char **argv)
{
	struct vouch_options options;
	struct vouch_why why = { "" };
	int ret;

	if (vouch_options_parse(&options, argc, argv))
		return 2;
	if (options.verb == VOUCH_VERB_DONE)
		return 0;
	if (options.verb == VOUCH_VERB_SERVE)
		return serve(&options);
	ret = vouch_setup(&options, &why);
	return ret ? fail(&why) : 0;
}
