# SPDX-License-Identifier: GPL-2.0-only
# The verifier: libvouch-verify, vouch-verify, and their tests.

verify-lib-src := $(wildcard verifier/lib/*.c)
verify-lib-obj := $(verify-lib-src:%.c=$(O)/obj/%.o)
verify-lib-san := $(verify-lib-src:%.c=$(O)/obj-san/%.o)
verify-lib-fuzz := $(verify-lib-src:%.c=$(O)/obj-fuzz/%.o)
verify-lib := $(O)/lib/libvouch-verify.a
verify-lib-libs := -lcbor -lcrypto
verify-tool-src := $(wildcard verifier/vouch-verify*.c)
verify-tool-obj := $(verify-tool-src:%.c=$(O)/obj/%.o)
verify-tests := $(patsubst verifier/tests/%_test.c,$(O)/test/verify-%,$(wildcard verifier/tests/*_test.c))
verify-fuzzers := $(patsubst verifier/fuzz/%.c,$(O)/fuzz/verify-%,$(wildcard verifier/fuzz/*.c))

programs += $(O)/bin/vouch-verify
unit-tests += $(verify-tests)
fuzzers += $(verify-fuzzers)

$(verify-lib): $(verify-lib-obj)
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

$(O)/bin/vouch-verify: $(verify-tool-obj) $(verify-lib)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie -o $@ $^ $(verify-lib-libs) -ljansson

$(O)/test/verify-%: verifier/tests/%_test.c $(verify-lib-san)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -MF $@.d -o $@ $(filter %.c %.o,$^) $(verify-lib-libs)

$(O)/fuzz/verify-%: verifier/fuzz/%.c $(verify-lib-fuzz)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -MF $@.d -o $@ $< $(filter %.o,$^) $(verify-lib-libs)

$(O)/bench/verify-log: $(wildcard verifier/bench/*.c) $(verify-lib)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MF $@.d -pie -o $@ $(filter %.c %.a,$^) $(verify-lib-libs)
