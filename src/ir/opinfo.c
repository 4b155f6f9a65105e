/* SPDX-License-Identifier: MIT */
/*
 * opinfo.c - ir_ops.def as tables: types and flags of each operation, and
 * what its immediate means.
 *
 * The kind of an immediate follows from the operation's flags for whole
 * families (memory, helpers); only the others are listed one by one.
 */
#include "ir_impl.h"

const struct ir_op_info ir_op_info[IR_OP_COUNT] = {
#define PURE IR_F_PURE
#define STATE IR_F_STATE
#define MEM IR_F_MEM
#define CALLS IR_F_CALLS
#define VEC IR_F_VEC
#define TERM IR_F_TERM
#define IR(name, r, a, b, c, flags)                                           \
    [IR_##name] = { #name, IR_T_##r, { IR_T_##a, IR_T_##b, IR_T_##c }, flags },
#include "ir_ops.def"
#undef IR
#undef PURE
#undef STATE
#undef MEM
#undef CALLS
#undef VEC
#undef TERM
};

/* clang-format off */
#define ALL_OF_A_FAMILY(flags) \
    ((flags) & IR_F_MEM ? IMM_MEM : (flags) & IR_F_CALLS ? IMM_HELPER : IMM_NONE)

/* The first, general row of an operation is overridden by its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const u8 ir_imm_kind[IR_OP_COUNT] = {
#define PURE IR_F_PURE
#define STATE IR_F_STATE
#define MEM IR_F_MEM
#define CALLS IR_F_CALLS
#define VEC IR_F_VEC
#define TERM IR_F_TERM
#define IR(name, r, a, b, c, flags) [IR_##name] = ALL_OF_A_FAMILY(flags),
#include "ir_ops.def"
#undef IR
    [IR_CONST] = IMM_VALUE, [IR_VCONST] = IMM_VALUE, [IR_INSN] = IMM_VALUE,
    [IR_GETREG] = IMM_REG, [IR_SETREG] = IMM_REG,
    [IR_GETVEC] = IMM_VEC, [IR_SETVEC] = IMM_VEC,
    [IR_LDENV] = IMM_ENV, [IR_STENV] = IMM_ENV,
    [IR_EXTRACT] = IMM_FIELD, [IR_SEXTRACT] = IMM_FIELD, [IR_DEPOSIT] = IMM_FIELD,
    [IR_EXTR64] = IMM_COUNT, [IR_EXTR32] = IMM_COUNT,
    [IR_CCMP64] = IMM_NZCV, [IR_CCMP32] = IMM_NZCV,
    [IR_CCMN64] = IMM_NZCV, [IR_CCMN32] = IMM_NZCV,
    [IR_CC] = IMM_COND, [IR_BIT] = IMM_BIT,
    [IR_ISZERO64] = IMM_INV, [IR_ISZERO32] = IMM_INV,
    [IR_EQ64] = IMM_INV, [IR_ULT64] = IMM_INV, [IR_SLT64] = IMM_INV,
    [IR_VLOW] = IMM_BYTES, [IR_VDUP] = IMM_ES,
    [IR_VINS] = IMM_LANE, [IR_VGET] = IMM_LANE,
    [IR_INDIRECT] = IMM_IND,
#undef PURE
#undef STATE
#undef MEM
#undef CALLS
#undef VEC
#undef TERM
};
#pragma GCC diagnostic pop
/* clang-format on */
