/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the fuzzers of files and command lines share
 * (tests/fuzz/NAME_fuzz.c).
 *
 * A fuzzer is one function, libFuzzer's LLVMFuzzerTestOneInput(). In a
 * MODE=fuzz build libFuzzer calls it; in any other, fuzz_main.c does, with
 * a fixed corpus and mutations of it from a seed. A fuzzer stops by bug(),
 * a sanitizer's report, or by taking too long.
 */
#ifndef EMU_TEST_FUZZ_H
#define EMU_TEST_FUZZ_H

#include "loader.h"

#define FUZZ_RAM_BASE 0x40000000ull

struct _GError;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Stops the fuzzer with a report of what does not hold. */
#define fuzz_check(cond)            \
    do {                            \
        if (!(cond))                \
            bug("fuzz: %s", #cond); \
    } while (0)

/* The error must be one line that says something; frees it. */
void fuzz_check_error(struct _GError *err);

/*
 * Loads @b into @ram_size bytes of RAM; a tree is made up if @b has none.
 * What must hold, whatever comes: it fails with one line, or everything it
 * says lies in RAM and nothing overlaps. True if it was loaded. @by_file
 * goes through files (blob_read()).
 */
bool fuzz_boot(const struct boot_blobs *b, const char *append, u64 ram_size,
               bool by_file);

/* RAM of one of four small sizes. */
u64 fuzz_ram_size(unsigned n);

/* A copy of its very own size, so that a sanitizer sees both ends. */
u8 *fuzz_copy(const u8 *p, size_t n);

/* SplitMix64: the next number of the sequence that *x stands for. */
u64 fuzz_random(u64 *x);

#endif
