/* SPDX-License-Identifier: MIT */
/*
 * sse.h - what emit_vec.c, emit_crypto.c and emit_fp.c share: names of the
 * SSE opcodes that more than one of them uses, the scratch registers, and
 * instructions of two vector registers. Intel SDM volume 2.
 */
#ifndef SRC_X64_SSE_H
#define SRC_X64_SSE_H

#include "x64.h"

#define PXOR SSE(0xef)
#define PAND SSE(0xdb)
#define PANDN SSE(0xdf)
#define POR SSE(0xeb)
#define PCMPEQD SSE(0x76)
#define PUNPCKLQDQ SSE(0x6c)
#define PUNPCKHQDQ SSE(0x6d)
#define PSHUFD SSE(0x70)
#define MOVAPS (M_0F | 0x28)
#define MOVQ (P_F3 | M_0F | 0x7e) /* to a register: its upper half is zero */
#define T0 XMM_TMP0
#define T1 XMM_TMP1
#define T2 XMM_TMP2

/* @op of registers @d and @s, general or vector as the opcode says. */
static inline void rr(struct emitter *e, u32 op, unsigned d, unsigned s)
{
    a_rr(&e->a, false, op, d, s);
}

/* The same with an immediate byte. */
static inline void rri(struct emitter *e, u32 op, unsigned d, unsigned s,
                       unsigned imm)
{
    a_rr(&e->a, false, op, d, s);
    a_byte(&e->a, imm);
}

#endif
