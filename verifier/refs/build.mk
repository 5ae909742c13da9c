# SPDX-License-Identifier: GPL-2.0-only
# Reference values: vouch-refs. Of the verifier's library it takes just what
# reads a CoRIM; its objects are made by verifier/build.mk.

refs-src := $(wildcard verifier/refs/*.c)
refs-core := $(filter-out verifier/refs/main.c $(wildcard verifier/refs/verb_*.c),$(refs-src))
refs-lib := cbor cbor-check cbor-item comid corim cose interner refs refs-find utf8
refs-libs := -lcrypto -lcbor -ljansson -llzma -lzstd
refs-tests := $(patsubst verifier/refs/tests/%_test.c,$(O)/test/refs-%,$(wildcard verifier/refs/tests/*_test.c))
refs-fuzzers := $(patsubst verifier/refs/fuzz/%.c,$(O)/fuzz/refs-%,$(wildcard verifier/refs/fuzz/*.c))
refs-vectors := $(O)/vectors/refs

programs += $(O)/bin/vouch-refs
unit-tests += $(refs-tests)
fuzzers += $(refs-fuzzers)

$(O)/bin/vouch-refs: $(refs-src:%.c=$(O)/obj/%.o) \
		$(refs-lib:%=$(O)/obj/verifier/lib/%.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie $(LDFLAGS) -o $@ $^ $(refs-libs)

$(O)/test/refs-%: verifier/refs/tests/%_test.c $(refs-core:%.c=$(O)/obj-san/%.o) \
		$(refs-lib:%=$(O)/obj-san/verifier/lib/%.o) $(refs-vectors)/cases.txt
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -MF $@.d -DVECTORS='"$(refs-vectors)"' -o $@ $(filter %.c %.o,$^) \
		$(refs-libs)

$(O)/fuzz/refs-%: verifier/refs/fuzz/%.c $(refs-core:%.c=$(O)/obj-fuzz/%.o) \
		$(refs-lib:%=$(O)/obj-fuzz/verifier/lib/%.o)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -MF $@.d -o $@ $(filter %.c %.o,$^) $(refs-libs)

# Made by an implementation that shares no code with ours.
$(refs-vectors)/cases.txt: tools/testing/vectors/make_refs.py tools/testing/vectors/make_efi.py
	$< $(@D)
