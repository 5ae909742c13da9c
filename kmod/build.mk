# SPDX-License-Identifier: GPL-2.0-only
# vouch.ko for one kernel (KDIR), or for each release in /etc/vouch-kernels.
# Kbuild writes beside the sources, and only newer ones can be told not to, so
# it gets a folder of links under build/ for each release.

ifdef KDIR
kmod-releases := $(shell cat $(KDIR)/include/config/kernel.release)
else ifneq ($(wildcard /etc/vouch-kernels),)
kmod-releases := $(shell cat /etc/vouch-kernels)
else
kmod-releases := $(shell uname -r)
endif

MODULE_OUT ?= $(O)/kmod
kmod-kdir = $(or $(KDIR),/lib/modules/$(1)/build)
kmod-sources := Kbuild $(wildcard kmod/*.[ch] kmod/uapi/vouch/*.h)
kmod-modules := $(kmod-releases:%=$(MODULE_OUT)/%/vouch.ko)
MODULE_DIR ?= updates

# Links to the sources alone: what a build in the tree itself left beside them
# would be written through, and is another release's. Two makes in one folder
# would trip over each other.
$(MODULE_OUT)/%/vouch.ko: $(kmod-sources)
	@mkdir -p $(addprefix $(@D)/,$(sort $(dir $(kmod-sources))))
	+flock $(@D) sh -c 'find $(@D) -type l -delete && \
		for each in $(kmod-sources); do ln -s $(CURDIR)/$$each $(@D)/$$each || exit; done && \
		exec $(MAKE) -C $(call kmod-kdir,$*) M=$(CURDIR)/$(@D) modules'
	@touch $@

modules: $(kmod-modules) ## vouch.ko, for KDIR or this machine's kernel

# Without the kernel's own key there is nothing to sign with.
kmod-unsigned = $(if $(wildcard $(call kmod-kdir,$(1))/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

.PHONY: modules-install modules-uninstall
install: modules-install
modules-install: $(kmod-modules)
	$(foreach r,$(kmod-releases),$(MAKE) -C $(call kmod-kdir,$(r)) \
		M=$(CURDIR)/$(MODULE_OUT)/$(r) INSTALL_MOD_DIR=$(MODULE_DIR) \
		INSTALL_MOD_STRIP=1 $(call kmod-unsigned,$(r)) \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR) DEPMOD=true) modules_install &&) true
	install -D -m 644 kmod/70-vouch.rules $(DESTDIR)/usr/lib/udev/rules.d/70-vouch.rules
	install -D -m 644 kmod/vouch.sysusers $(DESTDIR)/usr/lib/sysusers.d/vouch.conf
	install -D -m 644 kmod/vouch.service $(DESTDIR)/usr/lib/systemd/system/vouch.service
	$(if $(DESTDIR),,@echo "now: systemd-sysusers && udevadm control --reload && modprobe vouch")

uninstall: modules-uninstall
modules-uninstall:
	$(foreach r,$(kmod-releases),rm -f $(DESTDIR)/lib/modules/$(r)/$(MODULE_DIR)/vouch.ko* &&) true
	rm -f $(DESTDIR)/usr/lib/udev/rules.d/70-vouch.rules $(DESTDIR)/usr/lib/sysusers.d/vouch.conf
	rm -f $(DESTDIR)/usr/lib/systemd/system/vouch.service
	$(if $(DESTDIR),,$(foreach r,$(kmod-releases),depmod $(r) || true;))

# DKMS builds the module anew for each kernel that is installed later.
kmod-version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' kmod/dkms.conf)
kmod-dkms = $(DESTDIR)/usr/src/vouch-$(kmod-version)
.PHONY: install-dkms uninstall-dkms
install-dkms: ## the module's source for DKMS, in /usr/src
	for each in $(kmod-sources); do install -D -m 644 $$each $(kmod-dkms)/$$each || exit; done
	install -m 644 kmod/dkms.conf $(kmod-dkms)/dkms.conf
	$(if $(DESTDIR),,@echo "now: dkms install vouch/$(kmod-version)")

uninstall-dkms:
	$(if $(DESTDIR),,-dkms remove vouch/$(kmod-version) --all)
	rm -rf $(kmod-dkms)

# The rings, and what is read of a handover, in user space: each kernel header that
# they include is one of ours.
kmod-stubs := $(O)/obj/kmod/stubs
kmod-headers := linux/bitmap linux/cdev linux/cleanup linux/completion linux/device linux/io \
	linux/jiffies linux/kernel linux/mutex linux/pci linux/rwsem linux/spinlock linux/string \
	linux/time64 linux/timekeeping linux/tracepoint linux/wait linux/workqueue \
	trace/define_trace
kmod-user := -include tools/testing/kmod/kernel.h -Itools/testing/kmod -I$(kmod-stubs)
kmod-tests := ring listen handover
unit-tests += $(kmod-tests:%=$(O)/test/kmod-%)
fuzzers += $(O)/fuzz/kmod-handover

$(kmod-stubs)/%.h: kmod/build.mk
	@mkdir -p $(@D)
	@echo '#include <kernel.h>' > $@

$(kmod-tests:%=$(O)/test/kmod-%): $(O)/test/kmod-%: tools/testing/kmod/%.c kmod/%.c \
		$(kmod-headers:%=$(kmod-stubs)/%.h)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -Wno-cast-qual $(kmod-user) -o $@ $<

$(O)/fuzz/kmod-handover: tools/testing/kmod/fuzz/handover.c kmod/handover.c \
		$(kmod-headers:%=$(kmod-stubs)/%.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $(kmod-user) -o $@ $<
