# SPDX-License-Identifier: MIT
#
# make            build/release/emu
# make help       every target
#
#   MODE=release|debug|asan|tsan|cov|fuzz   which build; each has its own folder
#   V=1                                show the commands
#   CI=true                            warnings are errors
#
# Objects mirror the tree below build/$(MODE); what scripts/decodegen.py makes
# goes to build/gen.  Sources are found by wildcard, one folder a layer, and
# headers are tracked by the compiler (-MMD), so nothing is listed by hand.

MODE ?= release
V ?= 0
PREFIX ?= /usr/local
VERSION := 0.1

B := build/$(MODE)
G := build/gen
ifeq ($(MODE),fuzz)
CC := clang
else ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
PYTHON ?= python3

ifeq ($(V),0)
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
ifneq (,$(findstring s,$(firstword -$(MAKEFLAGS))))
say = @:
endif
endif

# --- What is built -------------------------------------------------------

FOLDERS := src src/base src/mem src/io src/ir src/x64 src/exec src/debug \
	   src/trace src/replay src/symbols src/loader src/tools hw \
	   target-arm64
# The code generator is for x86-64 hosts; others run -engine eval.
HOST := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
ifneq ($(HOST),x86_64)
FOLDERS := $(filter-out src/x64,$(FOLDERS))
endif

SRCS := $(foreach d,$(FOLDERS),$(wildcard $(d)/*.c))
OBJS := $(SRCS:%.c=$(B)/%.o)
LIBOBJS := $(filter-out $(B)/src/main.o $(B)/src/tools/%,$(OBJS))
TRACE_OBJS := $(filter $(B)/src/tools/emu_trace%,$(OBJS))
GEN := $(addprefix $(G)/,a64_decode.inc a64_args.h a64_trans.h a64_rows.inc \
			 a64_match.inc a64_feats.inc)

# One cmocka program a unit test; programs of other suites beside them, but
# for what runs in the guest.
UNIT_SRCS := $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)
TOOL_SRCS := $(filter-out %_guest.c,$(foreach d,decode fuzz ir symbols tools \
	     trace,$(wildcard tests/$(d)/*.c)))
SUPPORT_SRCS := $(wildcard tests/support/*.c)
UNITS := $(UNIT_SRCS:%.c=$(B)/%)
TOOLS := $(TOOL_SRCS:%.c=$(B)/%)
SUPPORT_OBJS := $(SUPPORT_SRCS:%.c=$(B)/%.o)
HOOK_SRCS := tests/hooked/hooks.c
TEST_OBJS := $(patsubst %.c,$(B)/%.o,$(UNIT_SRCS) $(TOOL_SRCS) $(HOOK_SRCS)) \
	     $(SUPPORT_OBJS)

# --- How -----------------------------------------------------------------

LIBS := glib-2.0 capstone libdw libelf libxxhash libzstd zlib
LOOKERS := clean help format format-check check-layers check-style boot check \
	   trace-demo
ifneq ($(filter-out $(LOOKERS),$(or $(MAKECMDGOALS),all)),)
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -lfdt
ifeq ($(findstring -lglib,$(LIB_LIBS)),)
$(error libraries are missing ($(LIBS)): run scripts/setup.sh)
endif
endif

MODEFLAGS_release := -O2 -g
MODEFLAGS_debug := -O0 -g3
MODEFLAGS_asan := -O1 -g -fno-omit-frame-pointer \
		  -fsanitize=address,undefined -fno-sanitize-recover=undefined
MODEFLAGS_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
MODEFLAGS_cov := -O0 -g --coverage
# For libFuzzer: clang, and line coverage to tell what the inputs reached.
MODEFLAGS_fuzz := -O1 -g -fno-omit-frame-pointer \
		  -fsanitize=fuzzer-no-link,address,undefined \
		  -fno-sanitize-recover=undefined \
		  -fprofile-instr-generate -fcoverage-mapping -DEMU_LIBFUZZER
MODEFLAGS := $(MODEFLAGS_$(MODE))
ifeq ($(MODEFLAGS),)
$(error MODE=$(MODE): release, debug, asan, tsan, cov or fuzz is wanted)
endif

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ifeq ($(CI),true)
WARN += -Werror
endif
# Guest arithmetic wraps, guest memory is read at every type, and a fused
# multiply-add is used only where the guest asks for one.
CFLAGS ?=
ALL_CFLAGS := -std=gnu11 $(MODEFLAGS) -fno-strict-aliasing -fwrapv \
	      -ffp-contract=off $(WARN) -pthread $(LIB_CFLAGS) $(CFLAGS)
ALL_CPPFLAGS := -iquote include -iquote . -iquote $(G) -D_GNU_SOURCE \
		-DEMU_VERSION='"$(VERSION)"' $(CPPFLAGS)
ALL_LDFLAGS := $(MODEFLAGS) -pthread $(LDFLAGS)

COMPILE = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all tests objects gen check check-quick check-long check-asan \
	check-tsan check-layers check-symbols check-headers check-style \
	check-docs bench bench-trace fuzz programs mutate cov lint format \
	format-check compdb \
	docs boot trace-demo clean install tested-rows help FORCE

all: $(B)/emu $(B)/emu-trace
objects: $(OBJS)
gen: $(G)/.stamp
tests: $(B)/emu $(B)/emu-trace $(B)/tests/hooked/emu $(UNITS) $(TOOLS)

$(B)/emu: $(B)/src/main.o $(B)/libemu.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(B)/emu-trace: $(TRACE_OBJS) $(B)/libemu.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(B)/libemu.a: $(LIBOBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(LIBOBJS)

$(B)/libtest.a: $(SUPPORT_OBJS) $(B)/flags
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(SUPPORT_OBJS)

$(UNITS) $(TOOLS): %: %.o $(B)/libtest.a $(B)/libemu.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(FUZZ_LDFLAGS) -o $@ $^ $(LIB_LIBS) -lcmocka

# libFuzzer brings the main function of these.
ifeq ($(MODE),fuzz)
$(filter %_fuzz,$(TOOLS)): FUZZ_LDFLAGS := -fsanitize=fuzzer
endif

# An emu that can do more than the real one, for tests.
HOOKS := a64_decode a64_model_new
$(B)/tests/hooked/emu: $(B)/tests/hooked/hooks.o $(B)/src/main.o $(B)/libemu.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(HOOKS:%=-Wl,--wrap=%) -o $@ $^ $(LIB_LIBS)

# Tests see the private headers of every folder.
$(TEST_OBJS): ALL_CPPFLAGS += $(addprefix -iquote ,tests/support $(FOLDERS))

$(OBJS) $(TEST_OBJS): $(B)/%.o: %.c $(B)/flags | $(G)/.stamp
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c -o $@ $<

# Everything is built again when the compiler or its flags change.
FLAGS_LINE := $(shell $(CC) -dumpversion) $(ALL_CPPFLAGS) $(ALL_CFLAGS) \
	      $(ALL_LDFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_LINE))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(FLAGS_LINE))' >$@

# The generator leaves files that would not change as they are.
$(G)/.stamp: target-arm64/a64.decode scripts/decodegen.py
	$(call say,GEN,$(G))
	@mkdir -p $(@D)
	$(Q)$(PYTHON) scripts/decodegen.py -o $(G) $<
	@touch $@
$(GEN): $(G)/.stamp ;

-include $(OBJS:.o=.d) $(TEST_OBJS:.o=.d)

# --- Tests ---------------------------------------------------------------

RUN := $(PYTHON) scripts/run-tests.py --build $(B)

# The scripts call make themselves, and install what is missing first.
check:
	+@scripts/check.sh
boot:
	+@scripts/boot.sh $(ARGS)
trace-demo:
	+@scripts/trace-demo.sh

check-quick: all tests
	+@$(RUN) --level quick $(SUITES)
check-long: all tests
	+@scripts/fetch-guest.sh cloud busybox full installer programs
	+@$(RUN) --level long $(SUITES)
check-asan:
	+@$(MAKE) --no-print-directory MODE=asan tests
	+@$(PYTHON) scripts/run-tests.py --build build/asan --level quick \
	    $(or $(SUITES),unit decode ir a64)
check-tsan:
	+@$(MAKE) --no-print-directory MODE=tsan tests
	+@$(PYTHON) scripts/run-tests.py --build build/tsan --level quick \
	    $(or $(SUITES),unit)

# make fuzz T=60 F=insn: T seconds of one fuzzer.
T ?= 60
F ?= insn
fuzz: all tests
	@EMU_BUILD=$(B) $(PYTHON) tests/fuzz/run.py --seconds $(T) $(F)
bench: all
	@EMU_BUILD=$(B) $(PYTHON) tests/bench/run.py $(ARGS)
# make bench-trace ARGS=--qemu: what a trace costs.
bench-trace: all
	@EMU_BUILD=$(B) $(PYTHON) tests/bench/trace.py $(ARGS)
# make programs ARGS='openssl python': Debian's programs in a booted guest.
programs: all
	+@scripts/fetch-guest.sh cloud busybox programs
	@EMU_BUILD=$(B) $(PYTHON) tests/programs/run.py $(ARGS)
# make mutate N=50 SEED=1 FILES='src/ir/opt_fold.c': do the tests notice?
N ?= 10
SEED ?= 1
mutate:
	@$(PYTHON) scripts/mutate.py --count $(N) --seed $(SEED) $(FILES)
# make tested-rows ROWS='ADD_*': which rows do directed tests hold?
tested-rows: $(B)/emu $(B)/tests/hooked/emu
	@EMU_BUILD=$(B) $(PYTHON) scripts/tested-rows.py $(ROWS)
cov:
	+@$(MAKE) --no-print-directory MODE=cov tests
	@find build/cov -name '*.gcda' -delete
	-+@$(PYTHON) scripts/run-tests.py --build build/cov --level quick \
	    $(or $(SUITES),unit decode ir a64)
	@$(PYTHON) scripts/coverage.py build/cov

# --- The house's rules ---------------------------------------------------

HEADERS := $(wildcard include/*.h src/*.h src/*/*.h hw/*.h target-arm64/*.h \
	     tests/support/*.h)
C_FILES := $(HEADERS) $(SRCS) $(UNIT_SRCS) $(TOOL_SRCS) $(HOOK_SRCS) \
	   $(SUPPORT_SRCS)

check-layers:
	@$(PYTHON) scripts/check-layers.py
check-style:
	@$(PYTHON) scripts/check-style.py
check-symbols: $(OBJS)
	@scripts/check-symbols.sh $(B)
# Every header compiles alone.
check-headers: $(HEADERS:%=$(B)/%.ok)
$(B)/%.h.ok: %.h $(B)/flags | $(G)/.stamp
	$(call say,HEADER,$<)
	@mkdir -p $(@D)
	$(Q)printf '#include "%s"\n' '$<' | $(COMPILE) \
	    $(addprefix -iquote ,tests/support $(if $(filter tests/%,$<),$(FOLDERS))) \
	    -Wno-unused-function -MF $@.d -MT $@ -fsyntax-only -x c -
	@touch $@
-include $(HEADERS:%=$(B)/%.ok.d)

lint: check-layers check-style check-symbols check-headers compdb
	@clang-tidy --quiet -p . $(filter %.c,$(C_FILES)) 2>/dev/null
format:
	@clang-format -i $(C_FILES)
format-check:
	@clang-format --dry-run -Werror $(C_FILES)
compdb: $(G)/.stamp
	@$(MAKE) -nB V=1 --no-print-directory MODE=$(MODE) objects tests | \
	    $(PYTHON) scripts/compdb.py >compile_commands.json

# Documents made from the tables in the code; check-docs tells stale ones.
DOC_SCRIPTS := $(wildcard scripts/doc-*.py)
docs: $(G)/.stamp
	@for s in $(DOC_SCRIPTS); do $(PYTHON) $$s docs || exit 1; done
check-docs: $(G)/.stamp
	@rm -rf build/docs && mkdir -p build/docs
	@for s in $(DOC_SCRIPTS); do $(PYTHON) $$s build/docs || exit 1; done
	@for f in $$(ls build/docs); do cmp -s build/docs/$$f docs/$$f || \
	    { echo "docs/$$f is stale: run make docs" >&2; exit 1; }; done
	@$(PYTHON) scripts/check-docs.py

install: all
	install -D -m 755 $(B)/emu $(DESTDIR)$(PREFIX)/bin/emu
	install -D -m 755 $(B)/emu-trace $(DESTDIR)$(PREFIX)/bin/emu-trace
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/emu/README.md
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/emu/LICENSE

clean:
	rm -rf build compile_commands.json

help:
	@printf '%s\n' \
	  'all            build/$$MODE/emu and emu-trace (the default)' \
	  'boot           boot Debian to a busybox shell' \
	  'trace-demo     boots with a trace, looks at it, compares two' \
	  'check          all that must hold; installs what is missing' \
	  'check-quick    unit, decoder, IR and instruction tests, < 1 minute' \
	  'check-long     check with long runs, the full kernel, the installer' \
	  'check-asan     the quick tests under the sanitizers; also check-tsan' \
	  'fuzz           T=60 F=insn|fpmatrix|softfp|loader|image|elf|dtb|gzip|' \
  '               initrd|cmdline|trace|guest|code|wild: T seconds of one' \
	  'bench          in turn with qemu-system-aarch64; writes JSON' \
	  'bench-trace    ARGS=--qemu: what a trace costs' \
	  'programs       ARGS=...: openssl, python, stress-ng, perl in a guest' \
	  'mutate         N=10 SEED=1 FILES=...: do the tests notice a change?' \
	  'tested-rows    writes tests/rows/tested.txt; then make docs' \
	  'cov            line coverage of the quick tests' \
	  'lint           check-layers, -style, -symbols, -headers, clang-tidy' \
	  'format         clang-format; format-check only tells' \
	  'compdb         compile_commands.json for editors' \
	  'docs           the documents made from tables in the code' \
	  'install        to DESTDIR PREFIX (/usr/local)' \
	  'clean          remove build/; fetched guests stay in cache/' \
	  'SUITES="a64 ir" limits the check targets; V=1 shows commands.'
