# SPDX-License-Identifier: GPL-2.0-only
# Reference values: vouch-refs.

refs-obj := $(O)/obj/verifier/refs
refs-src := $(filter-out verifier/refs/main.c,$(wildcard verifier/refs/*.c))
refs-lib-src := $(addprefix verifier/lib/,cbor.c cbor-check.c comid.c corim.c cose.c \
	interner.c refs.c utf8.c)
refs-libs := -lcrypto -lcbor -ljansson -llzma -lzstd -lpthread

programs += $(O)/bin/vouch-refs

$(O)/bin/vouch-refs: $(patsubst %.c,$(O)/obj/%.o,verifier/refs/main.c $(refs-src) \
		$(patsubst verifier/lib/%,verifier/refs/lib/%,$(refs-lib-src)))
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $^ $(refs-libs)

$(refs-obj)/%.o: verifier/refs/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(refs-obj)/lib/%.o: verifier/lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
