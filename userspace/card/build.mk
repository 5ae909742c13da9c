# SPDX-License-Identifier: GPL-2.0-only
# The card's core and platform.

card := userspace/card
card-core-src := $(sort $(wildcard $(card)/core/*.c))
card-platform-src := $(sort $(wildcard $(card)/platform/*.c))
card-libs := -lcbor -lcrypto

card-core-objs := $(card-core-src:%.c=$(O)/obj/%.o)
card-platform-objs := $(card-platform-src:%.c=$(O)/obj/%.o)
card-core-san-objs := $(card-core-src:%.c=$(O)/obj-san/%.o)
card-platform-san-objs := $(card-platform-src:%.c=$(O)/obj-san/%.o)
card-core-fuzz-objs := $(card-core-src:%.c=$(O)/obj-fuzz/%.o)

# Tests: tests/NAME.c becomes $(O)/test/card-NAME.
card-tests := commands logs epochs guests evidence batches proximity proximity_ends journals crash
card-test-objs := $(patsubst %,$(O)/obj-san/$(card)/tests/%.o,rig reader session sign1 tree ask) \
	$(card-core-san-objs) $(O)/obj-san/$(card)/platform/crypto.o
unit-tests += $(card-tests:%=$(O)/test/card-%)

$(card-tests:%=$(O)/test/card-%): $(O)/test/card-%: $(O)/obj-san/$(card)/tests/%.o \
		$(card-test-objs)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $^ $(card-libs) -o $@

# Tests of the platform use real folders; card-kill also intercepts system calls.
card-folder-tests := platform kill
card-wrapped := pwrite fsync fdatasync ftruncate rename
unit-tests += $(card-folder-tests:%=$(O)/test/card-%)

$(O)/test/card-kill: LDFLAGS = $(card-wrapped:%=-Wl,--wrap=%)
$(card-folder-tests:%=$(O)/test/card-%): $(O)/test/card-%: $(O)/obj-san/$(card)/tests/%.o \
		$(O)/obj-san/$(card)/tests/folder.o $(card-core-san-objs) \
		$(card-platform-san-objs)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(LDFLAGS) $^ $(card-libs) -o $@

card-fuzzers := command proximity journal
fuzzers += $(card-fuzzers:%=$(O)/fuzz/card-%)
$(card-fuzzers:%=$(O)/fuzz/card-%): $(O)/fuzz/card-%: $(O)/obj-fuzz/$(card)/fuzz/%.o \
		$(O)/obj-fuzz/$(card)/fuzz/stub.o $(card-core-fuzz-objs)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $^ -lcbor -o $@

$(O)/bench/card-core: $(O)/obj/$(card)/bench/core.o $(card-core-objs) $(card-platform-objs)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie $^ $(card-libs) -o $@

$(O)/bench/card-batch: $(O)/obj/$(card)/bench/batch.o $(O)/obj/$(card)/tests/rig.o \
		$(card-core-objs) $(card-platform-objs)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie $^ $(card-libs) -o $@

-include $(card)/vfu/build.mk
