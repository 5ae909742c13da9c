# SPDX-License-Identifier: GPL-2.0-only
# vouch: the client.

cli-dir := userspace/cli
cli-src := $(wildcard $(cli-dir)/*.c)
cli-obj := $(cli-src:%.c=$(O)/obj/%.o)
cli-libs := -ljansson -lcrypto
$(O)/obj/$(cli-dir)/%.o $(O)/obj-san/$(cli-dir)/%.o: PART_CFLAGS := -Iuserspace/lib -Ibpf -isystem $(O)/bpf
$(O)/obj/$(cli-dir)/probe.o $(O)/obj-san/$(cli-dir)/probe.o: $(O)/bpf/latency.skel.h

programs += $(O)/bin/vouch
$(O)/bin/vouch: $(cli-obj) $(O)/lib/libvouch.a
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(cli-libs)

# For the initramfs of test VMs: nothing else is needed beside it. Not installed.
# The linker warns of name lookups and plug-ins, which are never used here.
ifdef VOUCH_INSIDE
programs += $(O)/bin/vouch-static
endif
$(O)/bin/vouch-static: $(cli-obj) $(O)/lib/libvouch.a
	@mkdir -p $(@D)
	$(CC) -static-pie -Wl,--no-warnings $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) -ljansson $(shell pkg-config --static --libs libcrypto)

# The tests run the same files, with sanitizers, on a fake card.
cli-san-obj := $(patsubst %.c,$(O)/obj-san/%.o,$(filter-out %/main.c,$(cli-src)))
cli-san-lib := $(patsubst %.c,$(O)/obj-san/%.o,$(wildcard userspace/lib/*.c))
cli-test-flags := -I$(cli-dir) -Ibpf -Iuserspace/lib -Iuserspace/lib/tests
unit-tests += $(O)/test/cli $(O)/test/cli-latency $(O)/test/cli-package $(O)/test/cli-policy \
	$(O)/test/cli-calibrate
cli-tests := latency policy calibrate
$(O)/test/cli: $(cli-dir)/tests/cli_test.c $(cli-dir)/tests/run.h $(wildcard userspace/lib/tests/fake*.c) $(cli-san-obj) $(cli-san-lib)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(cli-test-flags) -o $@ $(filter %.c %.o %.a,$^) $(cli-libs)

$(cli-tests:%=$(O)/test/cli-%): $(O)/test/cli-%: $(cli-dir)/tests/%_test.c $(cli-dir)/tests/run.h \
		$(wildcard userspace/lib/tests/fake*.c) $(cli-san-obj) $(cli-san-lib)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(cli-test-flags) -o $@ $(filter %.c %.o %.a,$^) $(cli-libs)

$(O)/test/helper/fake-vouch: $(cli-dir)/tests/fake_vouch.c $(wildcard userspace/lib/tests/fake*.c) \
		$(cli-san-obj) $(cli-san-lib)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(cli-test-flags) -o $@ $(filter %.c %.o %.a,$^) $(cli-libs)

$(O)/test/cli-package: $(cli-dir)/tests/package_test.py $(O)/test/helper/fake-vouch
	printf '#!/bin/sh\nexec python3 %s %s\n' $^ > $@
	chmod 755 $@
