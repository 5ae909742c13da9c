# SPDX-License-Identifier: GPL-2.0-only
# What a user installs besides the module: programs, man pages, completion.

PREFIX ?= /usr/local
DESTDIR ?=
bin-dir = $(DESTDIR)$(PREFIX)/bin
man-dir = $(DESTDIR)$(PREFIX)/share/man
bash-dir = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
installed = $(filter-out %-static,$(programs))
man-pages = $(wildcard Documentation/man/*.[1-8])

.PHONY: programs-install programs-uninstall
install: programs-install ## programs, man pages and module (DESTDIR, PREFIX)
programs-install: userspace
	install -d $(bin-dir) $(bash-dir)
	install -m 755 $(installed) $(bin-dir)
	install -m 644 userspace/cli/vouch.bash $(bash-dir)/vouch
	$(foreach page,$(man-pages),install -D -m 644 $(page) \
		$(man-dir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)) &&) :

uninstall: programs-uninstall ## remove what install put there
programs-uninstall:
	rm -f $(addprefix $(bin-dir)/,$(notdir $(installed))) $(bash-dir)/vouch
	rm -f $(foreach page,$(man-pages),$(man-dir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
