# SPDX-License-Identifier: GPL-2.0-only
# What the kernel's lib.mk does, as far as it is needed here: builds
# TEST_GEN_PROGS and runs them, and builds TEST_GEN_FILES. The harness headers
# come from Debian's kernel source; KSFT names their folder.

ifneq ($(filter-out clean,$(or $(MAKECMDGOALS),all)),)
KSFT ?= $(shell ../../lint/fetch-scripts.sh)/tools/testing/selftests
endif
programs := $(TEST_GEN_PROGS:%=$(OUTPUT)/%)
files := $(TEST_GEN_FILES:%=$(OUTPUT)/%)

.PHONY: all run_tests clean
all: $(programs) $(files)

$(programs) $(files): $(OUTPUT)/%: %.c $(TEST_SOURCES) $(TEST_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -isystem $(KSFT) -o $@ $< $(TEST_SOURCES) $(LDFLAGS) $(LDLIBS)

run_tests: $(programs)
	@../run-tests.sh $(notdir $(CURDIR)) $(programs)

clean:
	rm -f $(programs) $(files)
