// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is served when. The host comes first and all that it has queued is made
 * durable in one flush; then a few guest commands, and the host again. Requests
 * that share a signature are only fetched so; when they are due, all are answered.
 */
#include "server.h"

/* How long a session's next access is waited for after a command, and all of them. */
#define ACCESS_NS	100000
#define ACCESSES_NS	250000

static unsigned int execute(struct vouch_function *f, unsigned int most)
{
	int done;

	if (!vouch_function_may_work(f))
		return 0;
	done = vouch_queue_execute(f, most);
	if (done >= 0)
		return (unsigned int)done;
	vouch_function_fail(f, "the submission ring is out of reach");
	return 0;
}

static void finish(struct vouch_function *f, bool durable)
{
	vouch_queue_settle(f, durable);
	if (vouch_function_may_work(f) && vouch_queue_post(f) < 0)
		vouch_function_fail(f, "the completion ring is out of reach");
}

static struct timespec patience(const struct vouch_server *server, uint64_t end)
{
	const uint64_t now = vouch_card_now(server->card);
	uint64_t until = vouch_card_last_access(server->card);

	until = until ? until + ACCESS_NS : 0;
	until = until < end ? until : end;
	return (struct timespec){ .tv_nsec = until > now ? (long)(until - now) : 0 };
}

/*
 * An access of a register is to wait for one command at most, and in most rounds of a
 * session for none. But who goes on for ever must not keep the card from others, so
 * that this takes no longer than about as long as a command does.
 */
static void listen_between(struct vouch_server *server)
{
	const uint64_t end = vouch_card_now(server->card) + ACCESSES_NS;
	struct timespec wait = patience(server, end);

	do {
		if (vouch_server_listen(server, &wait) <= 0)
			return;
		wait = patience(server, end);
	} while (wait.tv_nsec);
}

static void serve_guests(struct vouch_server *server)
{
	unsigned int guests = server->count - 1, idle = 0, done = 0;

	while (done < VOUCH_SERVE_GUESTS && idle < guests) {
		unsigned int n = execute(&server->ports[1 + server->turn].function, 1);

		server->turn = (server->turn + 1) % guests;
		done += n;
		if (n)
			listen_between(server);
		idle = n ? 0 : idle + 1;
	}
}

static bool fetchable(const struct vouch_server *server)
{
	for (unsigned int i = 0; i < server->count; i++)
		if (vouch_function_may_work(&server->ports[i].function) &&
		    vouch_queue_waiting(&server->ports[i].function.queue))
			return true;
	return false;
}

static void serve_batch(struct vouch_server *server)
{
	if (!vouch_card_batch_due(server->card, fetchable(server)))
		return;
	vouch_card_batch_close(server->card);
	for (unsigned int i = 0; i < server->count; i++) {
		struct vouch_function *f = &server->ports[i].function;

		vouch_queue_answer(f, vouch_function_may_work(f));
	}
	vouch_card_batch_end(server->card);
}

/**
 * vouch_serve() - one round: the host, then some guests
 * @server: the server
 */
void vouch_serve(struct vouch_server *server)
{
	bool durable;

	execute(&server->ports[0].function, VOUCH_QSIZE_MAX);
	durable = !vouch_card_commit(server->card);
	finish(&server->ports[0].function, durable);
	for (unsigned int i = 1; i < server->count; i++)
		vouch_function_follow(&server->ports[i].function);
	serve_guests(server);
	durable = !vouch_card_commit(server->card);
	serve_batch(server);
	for (unsigned int i = 0; i < server->count; i++)
		finish(&server->ports[i].function, durable);
	if (!vouch_card_broken(server->card))
		return;
	for (unsigned int i = 0; i < server->count; i++)
		vouch_function_fail(&server->ports[i].function, "the card could not store");
}

/**
 * vouch_serve_wait() - how long until there is something to serve
 * @server: the server
 *
 * Return: milliseconds, -1 for as long as nothing comes in.
 */
int vouch_serve_wait(const struct vouch_server *server)
{
	uint64_t next = vouch_card_batch_next(server->card), now = vouch_card_now(server->card), ms;

	for (unsigned int i = 0; i < server->count; i++) {
		const struct vouch_function *f = &server->ports[i].function;
		uint64_t due;

		if (!vouch_function_may_work(f))
			continue;
		if (vouch_queue_waiting(&f->queue))
			return 0;
		due = vouch_queue_next(&f->queue);
		if (due < next)
			next = due;
	}
	if (next == UINT64_MAX)
		return -1;
	ms = next > now ? (next - now) / 1000000 + 1 : 0;
	return ms < 60000 ? (int)ms : 60000;
}
