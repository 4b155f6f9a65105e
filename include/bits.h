/* SPDX-License-Identifier: MIT */
/*
 * bits.h - bit-field arithmetic. Everything is static inline and total:
 * a length of 64 and a shift of 0 are valid everywhere.
 */
#ifndef EMU_BITS_H
#define EMU_BITS_H

#include "base.h"

/* A mask of the low @len bits, 0 <= len <= 64. */
static inline u64 mask64(unsigned len)
{
    return len >= 64 ? ~0ull : (1ull << len) - 1;
}

/* Bits [pos, pos+len) of @v, zero-extended. 1 <= len, pos + len <= 64. */
static inline u64 extract64(u64 v, unsigned pos, unsigned len)
{
    return (v >> pos) & mask64(len);
}

static inline u32 extract32(u32 v, unsigned pos, unsigned len)
{
    return (u32)extract64(v, pos, len);
}

/* The low @len bits of @v, sign-extended. 1 <= len <= 64. */
static inline s64 sext64(u64 v, unsigned len)
{
    return (s64)(v << (64 - len)) >> (64 - len);
}

/* @v with bits [pos, pos+len) replaced by the low bits of @field. */
static inline u64 deposit64(u64 v, unsigned pos, unsigned len, u64 field)
{
    u64 m = mask64(len) << pos;
    return (v & ~m) | ((field << pos) & m);
}

static inline bool bit64(u64 v, unsigned pos)
{
    return (v >> pos) & 1;
}

static inline u64 ror64(u64 v, unsigned n)
{
    n &= 63;
    return n ? (v >> n) | (v << (64 - n)) : v;
}

static inline u32 ror32(u32 v, unsigned n)
{
    n &= 31;
    return n ? (v >> n) | (v << (32 - n)) : v;
}

/* Leading zeros; the operand's width for zero. */
static inline unsigned clz64(u64 v)
{
    return v ? (unsigned)__builtin_clzll(v) : 64;
}

static inline unsigned clz32(u32 v)
{
    return v ? (unsigned)__builtin_clz(v) : 32;
}

/* Trailing zeros; the operand's width for zero. */
static inline unsigned ctz64(u64 v)
{
    return v ? (unsigned)__builtin_ctzll(v) : 64;
}

/* Bit reversal, as RBIT. */
static inline u64 rbit64(u64 v)
{
    v = ((v >> 1) & 0x5555555555555555) | ((v & 0x5555555555555555) << 1);
    v = ((v >> 2) & 0x3333333333333333) | ((v & 0x3333333333333333) << 2);
    v = ((v >> 4) & 0x0f0f0f0f0f0f0f0f) | ((v & 0x0f0f0f0f0f0f0f0f) << 4);
    return __builtin_bswap64(v);
}

static inline u32 rbit32(u32 v)
{
    return (u32)(rbit64(v) >> 32);
}

static inline u64 align_up(u64 v, u64 align)
{
    return (v + align - 1) & ~(align - 1);
}

static inline u64 align_down(u64 v, u64 align)
{
    return v & ~(align - 1);
}

static inline bool is_pow2(u64 v)
{
    return v && !(v & (v - 1));
}

#endif
