# SPDX-License-Identifier: GPL-2.0-only
# vouch-cardd: the core and its platform behind vfio-user sockets.

vfu := $(card)/vfu
card-vfu-src := $(sort $(wildcard $(vfu)/*.c))
cardd-src := $(card)/main.c $(card)/options.c $(card)/setup.c $(card-vfu-src)
cardd-objs := $(cardd-src:%.c=$(O)/obj/%.o) $(card-core-objs) $(card-platform-objs)

$(O)/bin/vouch-cardd: $(cardd-objs)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie $^ $(card-libs) -ljansson -o $@
programs += $(O)/bin/vouch-cardd

# The same program with sanitizers, for tests that drive it through its socket.
$(O)/test/vouch-cardd: $(cardd-src:%.c=$(O)/obj-san/%.o) $(card-core-san-objs) \
		       $(card-platform-san-objs)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $^ $(card-libs) -ljansson -o $@

$(O)/test/card-socket: $(O)/test/vouch-cardd
	@printf '#!/bin/sh\nVOUCH_CARDD=%s exec tools/testing/card/card_test.py\n' $< > $@
	@chmod +x $@
unit-tests += $(O)/test/card-socket

$(O)/test/card-dma: $(O)/obj-san/$(vfu)/tests/dma_test.o $(O)/obj-san/$(vfu)/dma.o \
		    $(O)/obj-san/$(vfu)/dmafile.o
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -Wl,--wrap=fcntl -Wl,--wrap=fstat $^ -o $@
unit-tests += $(O)/test/card-dma

$(O)/fuzz/card-vfu: $(O)/obj-fuzz/$(vfu)/fuzz/vfu.o \
		    $(card-vfu-src:%.c=$(O)/obj-fuzz/%.o) $(card-core-fuzz-objs)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $^ $(card-libs) -o $@
fuzzers += $(O)/fuzz/card-vfu
