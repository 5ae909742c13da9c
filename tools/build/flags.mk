# SPDX-License-Identifier: GPL-2.0-only
# Compilers, flags and objects for every user-space part. A part's build.mk
# appends to:
#   programs    installed binaries, $(O)/bin/NAME
#   unit-tests  $(O)/test/NAME, built with $(SAN_CFLAGS): prints TAP, run by `make unit`
#   fuzzers     $(O)/fuzz/NAME, built with $(FUZZ_CC) $(FUZZ_CFLAGS); corpus in
#               tools/testing/corpus/NAME/

HOSTED := -D_GNU_SOURCE -std=gnu11
WARN := -Wall -Wextra -Werror -Wshadow -Wcast-qual -Wwrite-strings \
	-Wmissing-prototypes -Wstrict-prototypes -Wvla -Wimplicit-fallthrough \
	-Wformat-security
CC := gcc
CFLAGS ?= -O2 -g
ALL_CFLAGS = $(HOSTED) $(WARN) -fstack-protector-strong -fPIE -MMD -MP \
	-Ikmod/uapi $(CFLAGS)
SAN_CFLAGS = $(HOSTED) $(WARN) -O1 -g -fno-omit-frame-pointer -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Ikmod/uapi -Itools/testing
FUZZ_CC := clang
FUZZ_CFLAGS = $(HOSTED) -Wall -O1 -g -Ikmod/uapi -MMD -MP \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

programs :=
unit-tests :=
fuzzers :=

# Objects, in folders like the sources': obj/ as installed, obj-san/ for tests,
# obj-fuzz/ for fuzzers. A part sets PART_CFLAGS for its own, where it needs any.
$(O)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(PART_CFLAGS) -c -o $@ $<

$(O)/obj-san/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(PART_CFLAGS) -c -o $@ $<

$(O)/obj-fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $(PART_CFLAGS) -c -o $@ $<
