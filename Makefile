# SPDX-License-Identifier: GPL-2.0-only
#
# vouch. `make help` lists the targets. Everything that is built goes to
# build/; each part's rules are in its own build.mk. V=1 shows the commands.

O := build
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
ifndef V
MAKEFLAGS += -s
endif

# Tests and the demo always run in the reference root (Debian 13), which they
# make themselves. What a user installs is built right here where the libraries
# are present, and in that root where they are not.
native := $(if $(VOUCH_INSIDE),y,$(shell pkg-config --exists libcrypto 'libcbor >= 0.10' jansson libzstd liblzma 'libbpf >= 1.0' 2>/dev/null && \
	PATH=$$PATH:/usr/sbin && command -v clang > /dev/null && command -v bpftool > /dev/null && echo y))
enter := tools/testing/vm/enter
in_root := check check-long demo bench lint unit fuzz vectors kselftest kexec sleep full latency near topology measured secureboot debug-kernel liveupdate

ifdef VOUCH_INSIDE
forwarded :=
else ifeq ($(native),y)
forwarded := $(in_root)
else
forwarded := $(in_root) all userspace modules
endif

# The last one uses what the others add to.
parts := $(sort $(wildcard */build.mk userspace/*/build.mk verifier/*/build.mk)) \
	tools/testing/build.mk

.PHONY: all userspace modules install uninstall clean distclean help shell $(in_root)

ifneq ($(forwarded),)
$(forwarded):
	@$(enter) make $@ $(if $(KDIR),KDIR=$(KDIR)) $(if $(V),V=$(V))
endif

help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile $(parts)

shell: ## a shell in the reference root, this tree at /src
	@$(enter) bash

clean: ## remove build/
	rm -rf $(O)

distclean: clean ## remove build/ and the cache folder with the reference root
	tools/testing/vm/distclean.sh

ifneq ($(filter y,$(native)),)
include tools/build/flags.mk $(parts)
else
install uninstall:
	@echo "make $@ needs Debian 13's libssl-dev libcbor-dev libjansson-dev libzstd-dev" >&2
	@echo "liblzma-dev libbpf-dev clang bpftool pkg-config and kernel headers; nothing was done" >&2
	@false
endif
