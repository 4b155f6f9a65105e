/* SPDX-License-Identifier: MIT */
/*
 * base.h - fixed-width types and the few language extensions that every
 * layer uses.
 *
 * Invariants: depends on libc only; holds no state; defines no function
 * with external linkage but bug().
 */
#ifndef EMU_BASE_H
#define EMU_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned __int128 u128;
typedef __int128 s128;

typedef u64 gva_t; /* guest virtual address */
typedef u64 gpa_t; /* guest physical address */

/* One 128-bit vector register; element 0 is the least significant. */
typedef union v128 {
    u8 b[16]; /* bytes */
    u16 h[8]; /* halfwords */
    u32 s[4]; /* words */
    u64 d[2]; /* doublewords */
} __attribute__((aligned(16))) v128;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define container_of(ptr, type, member) \
    ((type *)((char *)(ptr) - offsetof(type, member)))
#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define KiB (1024ull)
#define MiB (1024ull * KiB)
#define GiB (1024ull * MiB)

/*
 * An impossible state of our own code was reached: print the message
 * with its place on stderr and abort() (exit status 134). Never used
 * for guest behaviour or for host errors.
 */
NORETURN void bug_at(const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
#define bug(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
