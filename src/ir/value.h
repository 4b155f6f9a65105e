/* SPDX-License-Identifier: MIT */
/*
 * value.h - the arithmetic of IR operations that C has no operator for, over
 * plain integers. The folder and the evaluator share it, so that a folded
 * constant cannot differ from the value computed at run time.
 *
 * Flags are NZCV in bits 31:28, as FNZCV gives them.
 */
#ifndef EMU_IR_VALUE_H
#define EMU_IR_VALUE_H

#include "bits.h"

#define NZCV_N (1u << 31)
#define NZCV_Z (1u << 30)
#define NZCV_C (1u << 29)
#define NZCV_V (1u << 28)
#define NZCV_MASK 0xf0000000u

/* Flags of a + b + carry (DDI 0487, "AddWithCarry"). */
static inline u32 value_addf64(u64 a, u64 b, u64 carry)
{
    u64 sum, r;
    bool c1 = __builtin_add_overflow(a, b, &sum);
    bool c2 = __builtin_add_overflow(sum, carry, &r);

    return (u32)(r >> 63) << 31 | (u32)(r == 0) << 30 |
           (u32)(c1 | c2) << 29 | (u32)((~(a ^ b) & (a ^ r)) >> 63) << 28;
}

static inline u32 value_addf32(u64 a, u64 b, u64 carry)
{
    u32 x = (u32)a, y = (u32)b;
    u64 sum = (u64)x + y + carry;
    u32 r = (u32)sum;

    return (r & NZCV_N) | (u32)(r == 0) << 30 | (u32)(sum >> 32) << 29 |
           (~(x ^ y) & (x ^ r)) >> 31 << 28;
}

static inline u32 value_subf64(u64 a, u64 b)
{
    return value_addf64(a, ~b, 1);
}

static inline u32 value_subf32(u64 a, u64 b)
{
    return value_addf32(a, ~b, 1);
}

static inline u32 value_logf64(u64 a)
{
    return (u32)(a >> 63) << 31 | (u32)(a == 0) << 30;
}

static inline u32 value_logf32(u64 a)
{
    return ((u32)a & NZCV_N) | (u32)((u32)a == 0) << 30;
}

/* C as 0 or 1. */
static inline u64 value_carry(u64 nzcv)
{
    return nzcv >> 29 & 1;
}

/* Does A64 condition @cc hold? (DDI 0487, "ConditionHolds") */
static inline bool value_cond(u64 nzcv, unsigned cc)
{
    bool n = nzcv >> 31 & 1, z = nzcv >> 30 & 1;
    bool c = nzcv >> 29 & 1, v = nzcv >> 28 & 1;
    bool holds;

    switch (cc >> 1 & 7) {
    case 0: holds = z; break;
    case 1: holds = c; break;
    case 2: holds = n; break;
    case 3: holds = v; break;
    case 4: holds = c && !z; break;
    case 5: holds = n == v; break;
    case 6: holds = n == v && !z; break;
    default: return true;
    }
    return holds != (cc & 1);
}

static inline u64 value_udiv64(u64 a, u64 b)
{
    return b ? a / b : 0;
}

static inline u64 value_udiv32(u64 a, u64 b)
{
    return (u32)b ? (u32)a / (u32)b : 0;
}

static inline u64 value_sdiv64(u64 a, u64 b)
{
    if (b == 0)
        return 0;
    if (b == ~0ull)
        return -a;
    return (u64)((s64)a / (s64)b);
}

static inline u64 value_sdiv32(u64 a, u64 b)
{
    if ((u32)b == 0)
        return 0;
    if ((u32)b == ~0u)
        return -(u32)a;
    return (u32)((s32)a / (s32)b);
}

static inline u64 value_umulh(u64 a, u64 b)
{
    return (u64)((u128)a * b >> 64);
}

static inline u64 value_smulh(u64 a, u64 b)
{
    return (u64)((s128)(s64)a * (s64)b >> 64);
}

static inline u64 value_sar32(u64 a, u64 n)
{
    return (u32)((s32)a >> (n & 31));
}

static inline u64 value_sar64(u64 a, u64 n)
{
    return (u64)((s64)a >> (n & 63));
}

static inline u64 value_sextract(u64 a, unsigned pos, unsigned len)
{
    return (u64)sext64(a >> pos, len);
}

static inline u64 value_extr64(u64 a, u64 b, u64 n)
{
    return n ? b >> n | a << (64 - n) : b;
}

static inline u64 value_extr32(u64 a, u64 b, u64 n)
{
    return (u32)(((u64)(u32)a << 32 | (u32)b) >> n);
}

#endif
