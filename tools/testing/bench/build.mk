# SPDX-License-Identifier: GPL-2.0-only
# Benchmarks: what `make bench` runs. The card's and the verifier's own are
# built by their parts.

bench-dir := tools/testing/bench
bench-src := $(wildcard $(bench-dir)/*.c)
bench-obj := $(bench-src:%.c=$(O)/obj/%.o)
bench-programs := $(O)/bench/path \
	$(if $(wildcard userspace/card/bench/*.c),$(O)/bench/card-core) \
	$(if $(wildcard verifier/bench/*.c),$(O)/bench/verify-log)
bench-libs := -lcrypto -ltss2-esys -ltss2-tcti-device

$(bench-obj): PART_CFLAGS := -Iuserspace/lib

$(O)/bench/path: $(bench-obj) $(O)/lib/libvouch.a
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $^ $(bench-libs)
