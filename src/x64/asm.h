/* SPDX-License-Identifier: MIT */
/*
 * asm.h - x86-64 instruction encoding: opcode constants and the few emit
 * forms that cover them. Knows nothing of IR or of register allocation.
 *
 * An opcode constant is (legacy prefix | map | byte); emit forms add REX,
 * ModRM, SIB and displacement. Only opcodes that are needed are named.
 * Source: Intel SDM volume 2, "Instruction Format".
 */
#ifndef X64_ASM_H
#define X64_ASM_H

#include "base.h"

#include <string.h>

enum x64_reg {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI,
    R8, R9, R10, R11, R12, R13, R14, R15,
    NO_REG = 0xff
};

enum x64_cc {
    CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A,
    CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G
};

#define M_0F 0x100    /* opcode map 0F */
#define M_0F38 0x200  /* opcode map 0F 38 */
#define M_0F3A 0x300  /* opcode map 0F 3A */
#define P_66 0x1000   /* mandatory prefixes */
#define P_F3 0x2000
#define P_F2 0x3000
#define SSE(op) (P_66 | M_0F | (op))
#define SSE38(op) (P_66 | M_0F38 | (op))
#define SSE3A(op) (P_66 | M_0F3A | (op))
#define B_REG 0x10000 /* byte register in ModRM.reg: needs REX for 4..7 */
#define B_RM 0x20000  /* byte register in ModRM.rm */

enum x64_op {
    OP_ADD = 0x03, OP_OR = 0x0b, OP_ADC = 0x13, OP_SBB = 0x1b, OP_AND = 0x23,
    OP_SUB = 0x2b, OP_XOR = 0x33, OP_CMP = 0x3b, /* reg, r/m */
    OP_TEST = 0x85, OP_MOV_ST = 0x89, OP_MOV = 0x8b, OP_LEA = 0x8d,
    OP_MOV_ST8 = 0x88 | B_REG, OP_MOVSXD = 0x63,
    OP_IMUL = M_0F | 0xaf, OP_CMOV = M_0F | 0x40, OP_SETCC = M_0F | 0x90,
    OP_MOVZX8 = M_0F | 0xb6 | B_RM, OP_MOVZX16 = M_0F | 0xb7,
    OP_MOVSX8 = M_0F | 0xbe | B_RM, OP_MOVSX16 = M_0F | 0xbf,
    OP_BSR = M_0F | 0xbd, OP_LZCNT = P_F3 | M_0F | 0xbd,
    OP_SHLD = M_0F | 0xa4, OP_SHRD = M_0F | 0xac,
    OP_MOV_IMM = 0xc7, OP_MOV_IMM8 = 0xc6,
};

/* ModRM.reg of the group opcodes 81/83 and D3/C1 and F7. */
enum x64_grp {
    G_ADD = 0, G_OR = 1, G_ADC = 2, G_SBB = 3, G_AND = 4, G_SUB = 5,
    G_XOR = 6, G_CMP = 7,
    G_ROR = 1, G_SHL = 4, G_SHR = 5, G_SAR = 7,
    G_NOT = 2, G_NEG = 3, G_MUL = 4, G_IMUL = 5, G_DIV = 6, G_IDIV = 7,
};

/* A cursor into the code cache's writable view. */
struct asmbuf {
    u8 *p;      /* next byte */
    u8 *end;    /* one past the usable space */
    s64 rx;     /* add to a writable address: the executable one */
    bool full;  /* something did not fit; bytes were dropped */
};

static inline void a_byte(struct asmbuf *a, unsigned b)
{
    if (likely(a->p < a->end))
        *a->p++ = (u8)b;
    else
        a->full = true;
}

static inline void a_u32(struct asmbuf *a, u32 v)
{
    if (likely(a->p + 4 <= a->end)) {
        memcpy(a->p, &v, 4);
        a->p += 4;
    } else {
        a->full = true;
    }
}

static inline void a_u64(struct asmbuf *a, u64 v)
{
    a_u32(a, (u32)v);
    a_u32(a, (u32)(v >> 32));
}

/* Executable address of the next byte. */
static inline const u8 *a_here(const struct asmbuf *a)
{
    return a->p + a->rx;
}

/* Prefixes, REX and opcode for reg, index (0 if none) and base/rm. */
static inline void a_opcode(struct asmbuf *a, bool w, u32 op, unsigned reg,
                            unsigned index, unsigned rm, bool rm_is_reg)
{
    unsigned prefix = op >> 12 & 3;
    unsigned rex = (w ? 8u : 0) | (reg >> 3) << 2 | (index >> 3) << 1 |
                   rm >> 3;

    if (prefix)
        a_byte(a, prefix == 1 ? 0x66 : prefix == 2 ? 0xf3 : 0xf2);
    if (((op & B_REG) && reg >= 4) ||
        ((op & B_RM) && rm_is_reg && rm >= 4))
        rex |= 0x40;
    if (rex)
        a_byte(a, 0x40 | rex);
    if (op & 0x300) {
        a_byte(a, 0x0f);
        if ((op & 0x300) == M_0F38)
            a_byte(a, 0x38);
        else if ((op & 0x300) == M_0F3A)
            a_byte(a, 0x3a);
    }
    a_byte(a, op & 0xff);
}

/* op reg, rm (both registers). */
static inline void a_rr(struct asmbuf *a, bool w, u32 op, unsigned reg,
                        unsigned rm)
{
    a_opcode(a, w, op, reg, 0, rm, true);
    a_byte(a, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* op reg, [base + disp]. */
static inline void a_rm(struct asmbuf *a, bool w, u32 op, unsigned reg,
                        unsigned base, s32 disp)
{
    unsigned mod = disp == 0 && (base & 7) != 5 ? 0
                   : disp >= -128 && disp <= 127 ? 1 : 2;

    a_opcode(a, w, op, reg, 0, base, false);
    a_byte(a, mod << 6 | (reg & 7) << 3 | (base & 7));
    if ((base & 7) == 4)
        a_byte(a, 0x24);
    if (mod == 1)
        a_byte(a, (u8)disp);
    else if (mod == 2)
        a_u32(a, (u32)disp);
}

/* op reg, [base + index << scale + disp]; index is not RSP. */
/* NOLINTNEXTLINE(readability-function-size): the parts of an instruction */
static inline void a_rmx(struct asmbuf *a, bool w, u32 op, unsigned reg,
                         unsigned base, unsigned index, unsigned scale,
                         s32 disp)
{
    unsigned mod = disp == 0 && (base & 7) != 5 ? 0
                   : disp >= -128 && disp <= 127 ? 1 : 2;

    a_opcode(a, w, op, reg, index, base, false);
    a_byte(a, mod << 6 | (reg & 7) << 3 | 4);
    a_byte(a, scale << 6 | (index & 7) << 3 | (base & 7));
    if (mod == 1)
        a_byte(a, (u8)disp);
    else if (mod == 2)
        a_u32(a, (u32)disp);
}

/* Group 81/83: op rm, imm32 (sign-extended). */
static inline void a_grp_imm(struct asmbuf *a, bool w, enum x64_grp g,
                             unsigned rm, s32 imm)
{
    bool small = imm >= -128 && imm <= 127;

    if (!small && rm == RAX) {
        if (w)
            a_byte(a, 0x48);
        a_byte(a, (unsigned)g << 3 | 5);
        a_u32(a, (u32)imm);
        return;
    }
    a_rr(a, w, small ? 0x83 : 0x81, g, rm);
    if (small)
        a_byte(a, (u8)imm);
    else
        a_u32(a, (u32)imm);
}

/* Group 81/83 with a memory operand. */
static inline void a_grp_imm_m(struct asmbuf *a, bool w, enum x64_grp g,
                               unsigned base, s32 disp, s32 imm)
{
    bool small = imm >= -128 && imm <= 127;

    a_rm(a, w, small ? 0x83 : 0x81, g, base, disp);
    if (small)
        a_byte(a, (u8)imm);
    else
        a_u32(a, (u32)imm);
}

/* Shift or rotate by a constant, 1 <= n. */
static inline void a_shift(struct asmbuf *a, bool w, enum x64_grp g,
                           unsigned rm, unsigned n)
{
    a_rr(a, w, 0xc1, g, rm);
    a_byte(a, n);
}

/* reg := imm, EFLAGS kept. */
static inline void a_mov_imm(struct asmbuf *a, unsigned reg, u64 imm)
{
    if (imm <= UINT32_MAX) {
        if (reg >= 8)
            a_byte(a, 0x41);
        a_byte(a, 0xb8 | (reg & 7));
        a_u32(a, (u32)imm);
    } else if ((s64)imm >= INT32_MIN && (s64)imm < 0) {
        a_rr(a, true, OP_MOV_IMM, 0, reg);
        a_u32(a, (u32)imm);
    } else {
        a_byte(a, 0x48 | (reg >> 3));
        a_byte(a, 0xb8 | (reg & 7));
        a_u64(a, imm);
    }
}

static inline void a_mov(struct asmbuf *a, unsigned d, unsigned s)
{
    if (d != s)
        a_rr(a, true, OP_MOV, d, s);
}

/* Fills up with long NOPs to a multiple of @n bytes, a power of two. */
static inline void a_align(struct asmbuf *a, unsigned n)
{
    static const u8 nop[9] = { 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0 };

    for (unsigned k; (k = -(uintptr_t)a_here(a) & (n - 1)) && !a->full;) {
        if (k >= 9) {
            for (unsigned i = 0; i < 9; i++)
                a_byte(a, nop[i]);
        } else if (k >= 3) {
            a_byte(a, 0x0f); /* nop [rax], rax+0 or rax+disp32 */
            a_byte(a, 0x1f);
            a_byte(a, k >= 7 ? 0x80 : 0x00);
            if (k >= 7)
                a_u32(a, 0);
        } else {
            a_byte(a, 0x90);
        }
    }
}

/* Relative jumps and calls; @target is an executable address. */
static inline void a_rel32(struct asmbuf *a, const u8 *target)
{
    a_u32(a, (u32)(target - (a_here(a) + 4)));
}
static inline void a_jmp(struct asmbuf *a, const u8 *target)
{
    a_byte(a, 0xe9);
    a_rel32(a, target);
}
static inline void a_jcc(struct asmbuf *a, enum x64_cc cc, const u8 *target)
{
    a_byte(a, 0x0f);
    a_byte(a, 0x80 | (unsigned)cc);
    a_rel32(a, target);
}
/* Forward jumps: the returned place is given to a_patch() or a_patch8(). */
static inline u8 *a_jcc_fwd(struct asmbuf *a, enum x64_cc cc)
{
    a_byte(a, 0x0f);
    a_byte(a, 0x80 | (unsigned)cc);
    a_u32(a, 0);
    return a->p - 4;
}
static inline u8 *a_jmp_fwd(struct asmbuf *a)
{
    a_byte(a, 0xe9);
    a_u32(a, 0);
    return a->p - 4;
}
static inline u8 *a_jcc8_fwd(struct asmbuf *a, enum x64_cc cc)
{
    a_byte(a, 0x70 | (unsigned)cc);
    a_byte(a, 0);
    return a->p - 1;
}
static inline u8 *a_jmp8_fwd(struct asmbuf *a)
{
    a_byte(a, 0xeb);
    a_byte(a, 0);
    return a->p - 1;
}
/* Points the rel32 at @at (writable view) to the next byte / @target. */
static inline void a_patch(struct asmbuf *a, u8 *at)
{
    s32 rel = (s32)(a->p - (at + 4));

    if (!a->full)
        memcpy(at, &rel, 4);
}
static inline void a_patch8(struct asmbuf *a, u8 *at)
{
    if (!a->full)
        *at = (u8)(a->p - (at + 1));
}

/*
 * VEX-encoded three-operand vector op: op dst, src1, src2 (registers).
 * @map 1 = 0F, 2 = 0F38, 3 = 0F3A; @pp 0 none, 1 66, 2 F3, 3 F2.
 */
/* NOLINTNEXTLINE(readability-function-size): the parts of an instruction */
static inline void a_vex_rrr(struct asmbuf *a, unsigned map, unsigned pp,
                             bool w, bool l256, unsigned op, unsigned dst,
                             unsigned src1, unsigned src2)
{
    a_byte(a, 0xc4);
    a_byte(a, (dst < 8 ? 0x80u : 0) | 0x40 | (src2 < 8 ? 0x20u : 0) | map);
    a_byte(a, (w ? 0x80u : 0) | (~src1 & 15) << 3 | (l256 ? 4u : 0) | pp);
    a_byte(a, op);
    a_byte(a, 0xc0 | (dst & 7) << 3 | (src2 & 7));
}

#endif
