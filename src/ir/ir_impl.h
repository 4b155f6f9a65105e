/* SPDX-License-Identifier: MIT */
/*
 * ir_impl.h - what the files of src/ir share: how each operation uses its
 * immediate, raw appending, the folding hook and the passes.
 *
 * Private to src/ir (and its tests).
 */
#ifndef EMU_IR_IMPL_H
#define EMU_IR_IMPL_H

#include "ir.h"

/* What an operation's immediate means: printing, parsing and checking. */
enum ir_imm_kind {
    IMM_NONE,   /* must be zero */
    IMM_VALUE,  /* any 64 bits: CONST, VCONST, INSN */
    IMM_REG,    /* integer slot */
    IMM_VEC,    /* vector slot */
    IMM_ENV,    /* byte offset in the CPU | size << 32 */
    IMM_MEM,    /* ir_mem_imm() */
    IMM_HELPER, /* ir_call_imm() */
    IMM_FIELD,  /* pos | len << 8 */
    IMM_COUNT,  /* EXTR: bits */
    IMM_NZCV,   /* CCMP, CCMN: four bits */
    IMM_COND,   /* CC: condition code, 0..13 */
    IMM_INV,    /* IR_COND_INV or 0 */
    IMM_BIT,    /* BIT: bit number, IR_COND_INV */
    IMM_BYTES,  /* VLOW: 1, 2, 4 or 8 */
    IMM_ES,     /* VDUP: log2 of lane bytes */
    IMM_LANE,   /* es | lane << 8 */
    IMM_IND,    /* INDIRECT: enum ir_ind */
};
extern const u8 ir_imm_kind[IR_OP_COUNT]; /* enum ir_imm_kind by operation */

/* EXTRACT and its kin: imm = pos | len << 8. */
static inline u64 ir_field_imm(unsigned pos, unsigned len)
{
    return pos | (u64)len << 8;
}
static inline unsigned ir_field_pos(u64 imm)
{
    return (unsigned)(imm & 0xff);
}
static inline unsigned ir_field_len(u64 imm)
{
    return (unsigned)(imm >> 8 & 0xff);
}

/* --- the text form -------------------------------------------------------- */

extern const char *const ir_cond_name[16]; /* eq ... nv */
extern const char *const ir_ind_name[3];   /* enum ir_ind */
/* Flags of memory operations, by name; the last name is NULL. */
struct ir_memop_flag {
    const char *name; /* as printed */
    u32 bit;          /* of enum ir_memop */
};
extern const struct ir_memop_flag ir_memop_flag[];

/* --- building ------------------------------------------------------------- */

/* Appends @n as it is: no folding, no forwarding. */
ir_ref ir_append(struct ir_block *b, const struct ir_node *n);

/*
 * Local folding (opt_fold.c). Returns a value with the meaning of @n, or 0
 * when @n, possibly changed into a simpler node, is to be appended.
 */
ir_ref ir_fold(struct ir_block *b, struct ir_node *n);

/* --- for opt_fold.c ------------------------------------------------------- */

/* A bound on the significant bits of @x (known.c): x < 1 << width. */
unsigned ir_width(const struct ir_block *b, ir_ref x);
/* Is @x the sign extension of its low @len bits, by its operation? */
bool ir_is_sign_extended(const struct ir_block *b, ir_ref x, unsigned len);
/* @x without conversions that leave its low @len bits as they are. */
ir_ref ir_low_bits(const struct ir_block *b, ir_ref x, unsigned len);
/*
 * The value of an operation on constants (fold_const.c), false if it is not
 * one that is folded. Flags are NZCV in bits 31:28.
 */
bool ir_const_binary(unsigned op, u64 x, u64 y, u64 imm, u64 *r);
bool ir_const_unary(unsigned op, u64 x, u64 imm, u64 *r);
bool ir_const_flags(unsigned op, u64 x, u64 y, u32 *r);

/* --- passes --------------------------------------------------------------- */

/* Passes: each returns the number of nodes that it removed. */
u32 opt_state(struct ir_block *b);
u32 opt_flags(struct ir_block *b);
u32 opt_dead(struct ir_block *b);

/* May node @n be removed when nobody uses its result? */
bool ir_removable(const struct ir_block *b, const struct ir_node *n);

#endif
