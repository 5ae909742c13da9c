# SPDX-License-Identifier: GPL-2.0-only
all: userspace modules ## everything that is installed
userspace: $(programs) ## the card, the client, the verifier

ifdef VOUCH_INSIDE
unit: $(unit-tests) ## unit tests under ASAN and UBSAN
	@tools/testing/run-tap.sh $^

fuzz: $(fuzzers) ## each fuzz target for FUZZ_SECONDS (30)
	@tools/testing/run-fuzz.sh $^
endif

-include $(shell find $(O) -name '*.d' 2>/dev/null)
