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

# It, a guest and relays between them, judged by the verifier.
$(O)/test/card-near: $(O)/test/vouch-cardd $(O)/bin/vouch-verify
	@printf '#!/bin/sh\nVOUCH_CARDD=%s VOUCH_VERIFY=%s exec tools/testing/card/near_test.py\n' \
		$^ > $@
	@chmod +x $@
unit-tests += $(O)/test/card-near

# The same program with a shim that lies to the driver: for tests of the driver.
hostile-src := $(sort $(wildcard $(vfu)/hostile/*.c))
hostile-wrapped := vouch_dma_write vouch_dma_publish vouch_queue_post vouch_irq_raise \
	vouch_regs_read

$(O)/obj/$(vfu)/hostile/cardd.o: $(O)/obj/$(card)/main.o
	objcopy --redefine-sym main=vouch_cardd_main $< $@

$(O)/test/vouch-card-hostile: $(hostile-src:%.c=$(O)/obj/%.o) \
		$(O)/obj/$(vfu)/hostile/cardd.o $(filter-out $(O)/obj/$(card)/main.o,$(cardd-objs))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -pie $(hostile-wrapped:%=-Wl,--wrap=%) $^ $(card-libs) -ljansson -o $@

$(O)/test/card-hostile: $(O)/test/vouch-card-hostile
	@printf '#!/bin/sh\nVOUCH_CARDD=%s exec tools/testing/card/hostile_test.py\n' $< > $@
	@chmod +x $@
unit-tests += $(O)/test/card-hostile

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
