# SPDX-License-Identifier: GPL-2.0-only
# libvouch: the client library over /dev/vouchN.

lib-dir := userspace/lib
lib-src := $(wildcard $(lib-dir)/*.c)
lib-obj := $(lib-src:%.c=$(O)/obj/%.o)
lib-libs := -lcrypto
$(O)/obj/$(lib-dir)/%.o $(O)/obj-san/$(lib-dir)/%.o: \
	PART_CFLAGS := -Wconversion -Wno-sign-conversion -I$(lib-dir)

$(O)/lib/libvouch.a: $(lib-obj)
	@mkdir -p $(@D)
	rm -f $@
	ar rcsD $@ $^

lib-san-obj := $(lib-src:%.c=$(O)/obj-san/%.o)
lib-fake := $(wildcard $(lib-dir)/tests/fake*.c)
lib-tests := record log package exchange
unit-tests += $(lib-tests:%=$(O)/test/lib-%)
$(lib-tests:%=$(O)/test/lib-%): $(O)/test/lib-%: $(lib-dir)/tests/%_test.c $(lib-fake) $(lib-san-obj)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -I$(lib-dir) -o $@ $(filter %.c %.o %.a,$^) $(lib-libs)

lib-fuzz := record evidence receipt cbor proximity
fuzzers += $(lib-fuzz:%=$(O)/fuzz/cli-%)
$(lib-fuzz:%=$(O)/fuzz/cli-%): $(O)/fuzz/cli-%: $(lib-dir)/fuzz/%.c $(lib-src)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -I$(lib-dir) -o $@ $(filter %.c %.o %.a,$^) $(lib-libs) -lcbor
