# SPDX-License-Identifier: GPL-2.0-only
# vouch-agent: a host's TPM, quoted to its card. Left out where libtss2 is missing.

agent-dir := userspace/agent
agent-src := $(wildcard $(agent-dir)/*.c)
agent-obj := $(agent-src:%.c=$(O)/obj/%.o)
agent-libs := -lcrypto -ltss2-esys -ltss2-rc -ltss2-tcti-device
$(agent-obj): PART_CFLAGS := -Iuserspace/lib

ifeq ($(shell pkg-config --exists tss2-esys tss2-rc tss2-tcti-device && echo y),y)
programs += $(O)/bin/vouch-agent
endif
$(O)/bin/vouch-agent: $(agent-obj) $(O)/lib/libvouch.a
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(agent-libs)

unit-tests += $(O)/test/agent-events
$(O)/test/agent-events: $(agent-dir)/tests/events_test.c $(O)/obj-san/$(agent-dir)/events.o
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -I$(agent-dir) -o $@ $(filter %.c %.o,$^)

fuzzers += $(O)/fuzz/agent-events
$(O)/fuzz/agent-events: $(agent-dir)/fuzz/events.c $(agent-dir)/events.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -I$(agent-dir) -o $@ $^
