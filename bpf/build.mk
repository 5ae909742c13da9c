# SPDX-License-Identifier: GPL-2.0-only
# BPF programs. A release is one object for every kernel: what it needs to know
# of a kernel it finds in that kernel's BTF.

bpf-dir := bpf
bpf-cflags := -target bpf -mcpu=v3 -D__linux__ -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
	-Ikmod/uapi -I/usr/include/$(shell gcc -print-multiarch)
bpf-objects := $(patsubst $(bpf-dir)/%.bpf.c,$(O)/bpf/%.bpf.o,$(wildcard $(bpf-dir)/*.bpf.c))
bpf-skeletons := $(bpf-objects:.bpf.o=.skel.h)
# Debian's is where only root looks.
BPFTOOL ?= $(shell PATH=$$PATH:/usr/sbin:/sbin command -v bpftool)
lib-home = $(DESTDIR)$(PREFIX)/lib/vouch

# As compiled, and then without what is only for a debugger.
$(O)/bpf/%.bpf.o: $(bpf-dir)/%.bpf.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(bpf-cflags) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@.whole $<
	$(BPFTOOL) gen object $@ $@.whole

# A light one: it loads itself, without libbpf and without reading the kernel's
# BTF in user space, which takes a hundred times as long.
$(O)/bpf/%.skel.h: $(O)/bpf/%.bpf.o
	$(BPFTOOL) -L gen skeleton $< name $*_bpf > $@.new
	mv $@.new $@

.PHONY: bpf-install bpf-uninstall
install: bpf-install
bpf-install: $(bpf-objects)
	install -D -m 644 -t $(lib-home) $^

uninstall: bpf-uninstall
bpf-uninstall:
	rm -f $(addprefix $(lib-home)/,$(notdir $(bpf-objects)))
