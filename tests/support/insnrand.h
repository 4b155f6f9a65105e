/* SPDX-License-Identifier: MIT */
/*
 * insnrand.h - random numbers and corner values for the instruction tester,
 * the same on every host.
 */
#ifndef INSNRAND_H
#define INSNRAND_H

#include "base.h"

/* State of the generator for case @n of @seed (splitmix64). */
u64 rnd_seed(u64 seed, u64 n);
u64 rnd64(u64 *state);
static inline u32 rnd32(u64 *state)
{
    return (u32)(rnd64(state) >> 32);
}
static inline u32 rnd_below(u64 *state, u32 n)
{
    return (u32)((u64)rnd32(state) * n >> 32);
}
/* An integer: a corner value, a run of bits, small, or random. */
u64 rnd_int(u64 *state);
/* A vector: lanes of one size, corner values of FP or integers. */
void rnd_vec(u64 *state, u64 v[2]);
/* Bits of FPCR that there are. */
u32 rnd_fpcr(u64 *state);

#endif
