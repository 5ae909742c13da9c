# SPDX-License-Identifier: GPL-2.0-only
# vouch: the client.

cli-dir := userspace/cli
cli-src := $(wildcard $(cli-dir)/*.c)
cli-obj := $(cli-src:%.c=$(O)/obj/%.o)
cli-libs := -lcbor -ljansson -lcrypto

programs += $(O)/bin/vouch
$(O)/bin/vouch: $(cli-obj) $(O)/lib/libvouch.a
	@mkdir -p $(@D)
	$(CC) -pie $(LDFLAGS) -o $@ $^ $(cli-libs)

$(cli-obj): $(O)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Iuserspace/lib -c -o $@ $<
