// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../core/le.h"
#include "folder.h"

int folder_run(const char *format, ...)
{
	char command[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	fflush(NULL);
	return system(command);
}

static void must(int ret, const char *what)
{
	if (!ret)
		return;
	printf("Bail out! cannot %s\n", what);
	exit(1);
}

void folder_make(struct folder *folder)
{
	struct vouch_why why;

	snprintf(folder->root, sizeof(folder->root), "%s/vouch-card-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	must(!mkdtemp(folder->root), "make a temporary folder");
	snprintf(folder->state, sizeof(folder->state), "%.200s/state", folder->root);
	snprintf(folder->firmware, sizeof(folder->firmware), "%.200s/firmware", folder->root);
	must(folder_run("echo first > %s", folder->firmware), "write a firmware");
	must(folder_run("tools/testing/vm/ca.sh %s/ca init", folder->root), "make a CA");
	must(vouch_platform_create(folder->state, &why), "make a card");
}

void folder_certify(const struct folder *folder)
{
	char path[FOLDER_PATH + 16];
	struct vouch_why why;

	snprintf(path, sizeof(path), "%s/card.csr", folder->root);
	must(vouch_platform_request(folder->state, path, &why), "make a request");
	must(folder_run("tools/testing/vm/ca.sh %s/ca sign %s/card.csr %s/card.pem",
			folder->root, folder->root, folder->root), "certify the card");
	snprintf(path, sizeof(path), "%s/card.pem", folder->root);
	must(vouch_platform_install(folder->state, path, &why), "install the certificate");
}

void folder_remove(const struct folder *folder)
{
	folder_run("rm -rf %s", folder->root);
}

struct vouch_platform_options folder_options(const struct folder *folder)
{
	return (struct vouch_platform_options) {
		.state = folder->state,
		.firmware = folder->firmware,
		.capacity = 1024,
		.functions = 2,
	};
}

/* Append a user record, not committed yet; the host must be attached. */
enum vouch_status folder_append(struct vouch_card *card, const char *name, uint8_t *appended)
{
	struct {
		struct vouch_append head;
		char name[VOUCH_NAME_MAX + 1];
	} in = { 0 };
	const size_t len = strlen(name);
	const struct vouch_cmd cmd = {
		.opcode = vouch_to_le16(VOUCH_OP_APPEND),
		.in_addr = vouch_to_le64(0x1000),
		.in_len = vouch_to_le32((uint32_t)(sizeof(in.head) + len)),
		.out_len = vouch_to_le32(sizeof(struct vouch_appended)),
	};
	struct vouch_card_reply reply;

	in.head.type = vouch_to_le16(VOUCH_REC_USER);
	in.head.flags = vouch_to_le16(VOUCH_APPEND_DIGEST);
	in.head.name_len = vouch_to_le16((uint16_t)len);
	in.head.ref = vouch_to_le64(VOUCH_NO_REF);
	memcpy(in.name, name, len);
	vouch_card_execute(card, 0, &cmd, (const uint8_t *)&in, sizeof(in.head) + len, appended,
			   sizeof(struct vouch_appended), vouch_card_now(card), &reply);
	return vouch_le16(reply.cpl.status);
}
