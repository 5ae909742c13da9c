# SPDX-License-Identifier: GPL-2.0-only
# Benchmarks: what `make bench` runs. The card's and the verifier's own are
# built by their parts.

bench-dir := tools/testing/bench
bench-obj := $(patsubst %.c,$(O)/obj/%.o,$(wildcard $(bench-dir)/*.c))
bench-common := $(O)/obj/$(bench-dir)/samples.o $(O)/lib/libvouch.a
bench-vm := $(addprefix $(O)/bench/,path hooks crowd probes)
bench-programs := $(bench-vm) $(O)/bench/relay \
	$(if $(wildcard userspace/card/bench/*.c),$(addprefix $(O)/bench/card-,core batch)) \
	$(if $(wildcard verifier/bench/*.c),$(O)/bench/verify-log)

$(bench-obj): PART_CFLAGS := -Iuserspace/lib -Iuserspace/cli -Ibpf -isystem $(O)/bpf
$(O)/obj/$(bench-dir)/probes.o: $(O)/bpf/latency.skel.h
$(O)/bench/probes: $(O)/obj/userspace/cli/ring.o

$(O)/bench/path $(O)/bench/crowd: $(O)/obj/$(bench-dir)/burst.o
$(O)/bench/path: $(O)/obj/$(bench-dir)/tpm.o $(O)/obj/userspace/agent/esys.o
$(O)/bench/path: bench-libs := -ltss2-esys -ltss2-tcti-device
$(bench-vm): $(O)/bench/%: $(O)/obj/$(bench-dir)/%.o $(bench-common)
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $^ -lcrypto -lpthread $(bench-libs)

$(O)/bench/relay: $(O)/obj/$(bench-dir)/relay.o $(O)/obj/$(bench-dir)/message.o
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $^
