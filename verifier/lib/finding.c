// SPDX-License-Identifier: GPL-2.0-only
#include "finding.h"

#include <string.h>

struct reason {
	enum vouch_class class;
	const char *code, *text;
};

static const struct reason reasons[VOUCH_REASON_COUNT] = {
	[VOUCH_REASON_NONE] = { VOUCH_CLASS_UNTOLD, "none", "nothing found" },
#define REASON(name, class, code, text) [VOUCH_##name] = { VOUCH_CLASS_##class, code, text },
	VOUCH_REASONS(REASON)
#undef REASON
};

const char *vouch_reason_code(enum vouch_reason reason)
{
	return reasons[reason].code;
}

const char *vouch_reason_text(enum vouch_reason reason)
{
	return reasons[reason].text;
}

enum vouch_class vouch_reason_class(enum vouch_reason reason)
{
	return reasons[reason].class;
}

const char *vouch_class_text(enum vouch_class class)
{
	static const char *const texts[] = {
		[VOUCH_CLASS_UNTOLD] = "untold",
		[VOUCH_CLASS_BROKEN] = "broken",
		[VOUCH_CLASS_POLICY] = "policy",
		[VOUCH_CLASS_WARNING] = "warning",
	};

	return texts[class];
}

enum vouch_reason vouch_reason_from_code(const char *code)
{
	int i;

	for (i = VOUCH_REASON_NONE + 1; i < VOUCH_REASON_COUNT; i++) {
		if (!strcmp(reasons[i].code, code))
			return (enum vouch_reason)i;
	}
	return VOUCH_REASON_NONE;
}

void vouch_finding_init(struct vouch_finding *finding, enum vouch_reason reason,
			const char *name)
{
	memset(finding, 0, sizeof(*finding));
	finding->reason = reason;
	finding->class = vouch_reason_class(reason);
	finding->record = VOUCH_NO_RECORD;
	if (name)
		strncpy(finding->name, name, VOUCH_FINDING_NAME);
}

static enum vouch_class effective_class(const struct vouch_findings *list, enum vouch_reason reason)
{
	enum vouch_class class = vouch_reason_class(reason);

	if (class == VOUCH_CLASS_WARNING && !(list->accept && list->accept[reason]))
		return VOUCH_CLASS_POLICY;
	return class;
}

/* The first broken finding outranks a policy failure that came before it. */
static bool is_first_bad(const struct vouch_findings *list, enum vouch_class class)
{
	if (class == VOUCH_CLASS_BROKEN)
		return !list->totals[VOUCH_CLASS_BROKEN];
	return class == VOUCH_CLASS_POLICY && !list->totals[VOUCH_CLASS_BROKEN] &&
	       !list->totals[VOUCH_CLASS_POLICY];
}

void vouch_findings_add(struct vouch_findings *list, const struct vouch_finding *finding)
{
	struct vouch_finding new = *finding;

	new.class = effective_class(list, new.reason);
	if (is_first_bad(list, new.class))
		list->first_bad = new;
	list->totals[new.class]++;
	if (list->count < list->room)
		list->items[list->count++] = new;
}

static bool is_same(const struct vouch_finding *f, enum vouch_reason reason, uint32_t log,
		    uint64_t record)
{
	return f->reason == reason && f->log == log && f->record == record;
}

/* Another one takes its place; where none was kept, it stays empty. */
static void find_first_bad(struct vouch_findings *list)
{
	enum vouch_class class = list->totals[VOUCH_CLASS_BROKEN] ? VOUCH_CLASS_BROKEN :
				 VOUCH_CLASS_POLICY;
	size_t i;

	memset(&list->first_bad, 0, sizeof(list->first_bad));
	list->first_bad.record = VOUCH_NO_RECORD;
	for (i = 0; i < list->count; i++) {
		if (list->items[i].class != class)
			continue;
		list->first_bad = list->items[i];
		return;
	}
}

void vouch_findings_retract(struct vouch_findings *list, enum vouch_reason reason, uint32_t log,
			    uint64_t record)
{
	size_t i = 0;

	list->totals[effective_class(list, reason)]--;
	while (i < list->count && !is_same(&list->items[i], reason, log, record))
		i++;
	if (i < list->count) {
		list->count--;
		memmove(&list->items[i], &list->items[i + 1],
			(list->count - i) * sizeof(*list->items));
	}
	if (is_same(&list->first_bad, reason, log, record))
		find_first_bad(list);
}

bool vouch_findings_note(struct vouch_findings *list, enum vouch_reason reason, const char *name)
{
	struct vouch_finding finding;

	if (reason == VOUCH_REASON_NONE)
		return false;
	vouch_finding_init(&finding, reason, name);
	vouch_findings_add(list, &finding);
	return true;
}
