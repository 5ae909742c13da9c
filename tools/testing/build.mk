# SPDX-License-Identifier: GPL-2.0-only
all: userspace modules ## everything that is installed
	@echo "programs are in $(O)/bin/, modules in $(O)/kmod/"
userspace: $(programs) $(bpf-objects) ## the card, the client, the verifier

ifdef VOUCH_INSIDE
.PHONY: unit-programs fuzz-programs kernels
kernels:
	@tools/testing/vm/fetch-kernels.sh > /dev/null

unit-programs: $(unit-tests)
fuzz-programs: $(fuzzers)

check: ## set everything up and run all tests
	@tools/testing/check.sh

check-long: ## hours under fire, most of them on the debug kernel
	@tools/testing/long/check.sh

lint: ## checkpatch, sparse, layering, headers alone, scripts, texts
	@tools/testing/lint/lint.py

unit: $(unit-tests) ## unit tests under ASAN and UBSAN
	@tools/testing/run-tap.sh $^

fuzz: $(fuzzers) ## each fuzz target for FUZZ_SECONDS (30)
	@tools/testing/run-fuzz.sh $^

# Packages made by an implementation that shares no code with what reads them.
vectors := $(O)/vectors/verify
$(vectors)/manifest.json: $(wildcard tools/testing/vectors/*.py)
	tools/testing/vectors/make_vectors.py $(@D)

vectors: $(O)/bin/vouch-verify $(vectors)/manifest.json ## golden and broken packages, each with its verdict
	@tools/testing/vectors/run.sh $(O)/bin/vouch-verify $(vectors) tools/testing/vectors/fixed

demo: kernels $(programs) modules ## the whole path, step by step, with its attacks
	@tools/testing/demo/demo.py

topology: kernels ## the test VMs themselves: nested guest, passthrough, kexec
	@tools/testing/vm/topology_test.py

kselftest: kernels $(programs) modules ## the module's tests in a VM on each release
	@for release in $$(cat /etc/vouch-kernels); do \
		tools/testing/vm/kselftest.py $$release || exit; done

kexec: kernels $(programs) modules ## loads, jumps and panics that go wrong, on each release
	@for release in $$(cat /etc/vouch-kernels); do \
		tools/testing/vm/kexec_test.py $$release && \
		tools/testing/vm/kexec_card_test.py $$release && \
		tools/testing/vm/crash_test.py $$release || exit; done

latency: kernels $(programs) modules ## what eBPF tells of the bus, on the newest and the oldest release
	@for release in $$(sed -n '1p;$$p' /etc/vouch-kernels); do \
		tools/testing/vm/latency_test.py $$release || exit; done

sleep: kernels $(programs) modules ## a host that really sleeps, on each release
	@for release in $$(cat /etc/vouch-kernels); do \
		tools/testing/vm/sleep_test.py $$release || exit; done

secureboot: kernels $(programs) modules ## a host that starts only what is signed, on the newest and the oldest release
	@for release in $$(sed -n '1p;$$p' /etc/vouch-kernels); do \
		tools/testing/vm/secureboot_test.py $$release || exit; done

full: kernels $(programs) modules ## a card whose log has no room for this kernel, on each release
	@for release in $$(cat /etc/vouch-kernels); do \
		tools/testing/vm/full_test.py $$release || exit; done

measured: $(programs) modules ## a host whose firmware measures what it starts, and its TPM
	@tools/testing/vm/measured_test.py

near: kernels $(programs) $(O)/bench/relay modules ## proximity through QEMU, and relays before a card
	@for release in $$(sed -n '1p;$$p' /etc/vouch-kernels); do \
		tools/testing/vm/near_test.py $$release || exit; done

osguest: kernels $(programs) modules ## a VM's own kernels in its own log, on each release
	@for release in $$(cat /etc/vouch-kernels); do \
		tools/testing/vm/osguest_test.py $$release || exit; done

debug-kernel: ## KASAN, lockdep, KHO and live update, from Debian's source (25 min, once)
	@tools/testing/debug/build-kernel.sh

# Of the kernels here only that one can do it.
liveupdate: debug-kernel $(programs) ## live updates on the debug kernel: module loaded, unloaded, absent
	@$(MAKE) -s modules KDIR=/cache/debug-kernel/build
	@tools/testing/vm/liveupdate_test.py $$(cat /cache/debug-kernel/release)

include tools/testing/bench/build.mk
bench: kernels $(bench-programs) $(programs) modules ## measure, next to what others use
	@tools/testing/bench/bench.py
endif

-include $(shell find $(O) -name '*.d' 2>/dev/null)
