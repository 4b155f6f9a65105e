/* SPDX-License-Identifier: MIT */
/*
 * ir.h - the intermediate representation: typed SSA over one block.
 *
 * A block is an array of 16-byte nodes; a node's index is its value. Guest
 * registers are read and written only by GETREG/SETREG (and VEC, F forms),
 * so that values stay in host registers between; memory is accessed by single
 * nodes that a back end lowers as it likes. A block has exactly one terminal,
 * its last node.
 *
 * Rules that translators keep and back ends rely on:
 *  - Each guest instruction starts with an INSN node. Within an instruction
 *    every node that may fault comes before the first node that writes
 *    guest state (DESIGN D7: an instruction that faults changes nothing).
 *  - A node refers only to nodes before it.
 *  - HI follows its LDP directly, HIV its LDVP.
 *  - A helper's flags (enum ir_helper_flags) say all that it touches.
 *
 * This layer knows neither the guest nor the host: the guest's register file
 * and helpers are described by struct ir_layout.
 */
#ifndef EMU_IR_H
#define EMU_IR_H

#include "base.h"

typedef u16 ir_ref; /* index of a node; 0 = none */

enum ir_type { IR_T_N, IR_T_I, IR_T_V, IR_T_F, IR_T_C };

enum ir_op_flags {
    IR_F_PURE = 1,
    IR_F_STATE = 2,
    IR_F_MEM = 4,
    IR_F_CALLS = 8,
    IR_F_VEC = 16,
    IR_F_TERM = 32,
};

enum ir_op {
#define IR(name, r, a, b, c, flags) IR_##name,
#include "ir_ops.def"
#undef IR
    IR_OP_COUNT
};

struct ir_op_info {
    const char *name;  /* as printed */
    u8 result;         /* enum ir_type */
    u8 arg[3];         /* enum ir_type of a, b, c */
    u8 flags;          /* enum ir_op_flags */
};
extern const struct ir_op_info ir_op_info[IR_OP_COUNT];

struct ir_node {
    u8 op;       /* enum ir_op */
    u8 unused;   /* zero */
    ir_ref a;    /* operands; 0 = absent */
    ir_ref b;
    ir_ref c;
    u64 imm;     /* immediate, by operation */
};
static_assert(sizeof(struct ir_node) == 16, "nodes are 16 bytes");

/* --- immediates ------------------------------------------------------- */

/* Memory operation: bits 15:0 of imm, signed displacement in 63:32. */
enum ir_memop {
    IR_M_SIZE = 7,        /* log2 of bytes of one element, 0..4 */
    IR_M_SIGN = 8,        /* LD: sign-extend */
    IR_M_SIGN32 = 16,     /* with SIGN: only to 32 bits, then zero-extend;
                             means nothing without it */
    IR_M_ALIGN = 32,      /* must be aligned to its whole size, else
                             alignment fault (atomics, SCTLR.A); pairs: to
                             one element, with IR_M_ATOMIC to the pair */
    IR_M_UNPRIV = 64,     /* as EL0 would (LDTR, STTR) */
    IR_M_FOR_WRITE = 128, /* LD, PROBE: must be writable too (RMW) */
    IR_M_BE = 256,        /* big-endian */
    IR_M_ATOMIC = 512,    /* atomic or ordered access: device memory rules */
    IR_M_ELEM = 0x3c00,   /* mask: 1024 times the bytes of an element, 1 to
                             8; made of such, and Device memory sees them
                             one by one. 0: one element of the size above */
    IR_M_WITHIN16 = 0x4000, /* with ALIGN and ATOMIC: may be unaligned, but
                             must lie within 16 bytes that are aligned */
};
/* Does an access of @bytes at @va cross a multiple of 16? */
static inline bool ir_mem_crosses16(u64 va, u32 bytes)
{
    return (va & 15) + bytes > 16;
}
static inline u32 ir_mem_elem(unsigned log2)
{
    return 1024u << log2;
}
static inline u64 ir_mem_imm(u32 memop, s32 disp)
{
    return memop | (u64)(u32)disp << 32;
}
static inline s32 ir_mem_disp(u64 imm)
{
    return (s32)(imm >> 32);
}

/* Helper operation: helper index in 15:0, parameter in 63:32. */
static inline u64 ir_call_imm(u32 helper, u32 param)
{
    return helper | (u64)param << 32;
}
static inline u32 ir_imm_helper(u64 imm)
{
    return (u16)imm;
}
static inline u32 ir_imm_param(u64 imm)
{
    return (u32)(imm >> 32);
}

#define IR_COND_INV 256 /* inverts ISZERO, BIT, EQ, ULT, SLT */

enum ir_fp_param {
    IR_FP_ES = 3,         /* mask: 1 half, 2 single, 3 double */
    IR_FP_SCALAR = 4,     /* lane 0 only, rest of the result zero */
    IR_FP_SIGNAL = 8,     /* FCMPI: signalling compare */
    IR_FP_INT64 = 16,     /* FTOI, ITOF: 64-bit integer, else 32 */
    IR_FP_UNSIGNED = 32,  /* FTOI, ITOF */
    IR_FP_HALFREG = 64,   /* vector of 64 bits: upper half of result zero */
};

enum ir_ind { IR_IND_JUMP, IR_IND_CALL, IR_IND_RET };

/* --- helpers ----------------------------------------------------------- */

enum ir_helper_flags {
    HF_PURE = 1,       /* result depends on the arguments only */
    HF_FAULT = 2,      /* may fail: sets the CPU's fault flag */
    HF_READ_REGS = 4,  /* reads integer slots of the CPU */
    HF_WRITE_REGS = 8, /* writes them */
    HF_READ_VECS = 16, /* reads vector slots */
    HF_WRITE_VECS = 32,
    HF_READ_FLAGS = 64, /* reads NZCV */
    HF_WRITE_FLAGS = 128,
    HF_TIME = 256,     /* looks at the clock, may move a deadline or raise
                          an interrupt: budget spilled and reloaded */
    HF_MEM = 512,      /* accesses guest memory */
};

struct ir_helper {
    const char *name; /* as printed */
    void *fn;         /* signature by operation, see ir_ops.def */
    u32 flags;        /* enum ir_helper_flags */
};
/* C signatures; cpu is the guest CPU's struct. */
typedef u64 ir_helper_i(void *cpu, u64 a, u64 b, u64 c, u32 param);
typedef void ir_helper_v(void *cpu, v128 *d, const v128 *a, const v128 *b,
                         const v128 *c, u32 param);
typedef u64 ir_helper_iv(void *cpu, const v128 *a, const v128 *b,
                         const v128 *c, u32 param);
typedef void ir_helper_vi(void *cpu, v128 *d, u64 a, const v128 *b,
                          const v128 *c, u32 param);

/* --- the guest's register file ------------------------------------------ */

/*
 * NZCV in memory is kept in the form that LAHF and SETO give: bit 15 N,
 * bit 14 Z, bit 8 C, bit 0 V; the other bits of the 16 are meaningless.
 */
#define IR_NZCV_N 0x8000
#define IR_NZCV_Z 0x4000
#define IR_NZCV_C 0x0100
#define IR_NZCV_V 0x0001

static inline u16 ir_nzcv_from_packed(u32 nzcv)
{
    return (u16)((nzcv >> 16 & 0xc000) | (nzcv >> 21 & 0x100) |
                 (nzcv >> 28 & 1));
}
static inline u32 ir_nzcv_to_packed(u16 w)
{
    return (u32)(w & 0xc000) << 16 | (u32)(w & 0x100) << 21 |
           (u32)(w & 1) << 28;
}

struct ir_layout {
    u32 n_regs;       /* integer slots */
    u32 n_vecs;       /* vector slots */
    u32 reg_off;      /* byte offset of integer slot 0 in the CPU struct */
    u32 vec_off;      /* byte offset of vector slot 0, 16-aligned */
    u32 nzcv_off;     /* u16, form above */
    u32 pc_off;       /* u64 */
    u32 fpcr_off;     /* u32 */
    u32 fpsr_off;     /* u32 */
    u32 host_off;     /* struct cpu_host (jit.h) */
    u32 excl_off;     /* exclusive monitor: u8 armed, u8 size in bytes */
    u32 excl_pa_off;  /* and its physical address, u64 */
    const struct ir_helper *helper; /* the guest's helpers */
    u32 n_helpers;    /* entries of helper */
};

/* --- blocks -------------------------------------------------------------- */

enum ir_block_flags {
    IR_B_FP_FAST = 1, /* FPCR is zero but for RMode: host FP may be used */
    IR_B_NO_OPT = 2,  /* no folding, no passes */
    IR_B_VERIFY = 4,  /* ir_optimize() verifies before and after each pass */
};

#define IR_MAX_NODES 65000
#define IR_MAX_INSNS 256

struct ir_block {
    struct ir_node *node; /* node[0] is unused */
    u32 n;                /* used, node[0] included */
    u32 max;              /* allocated */
    const struct ir_layout *layout; /* the guest */
    u64 pc;               /* virtual address of the first instruction */
    gpa_t pa;             /* its physical address */
    u32 n_insns;          /* guest instructions */
    u32 n_bytes;          /* guest bytes */
    u32 flags;            /* enum ir_block_flags */
    u64 target[2];        /* direct targets of JUMP and BRANCH */
    /* Builder's knowledge: current value of each slot, 0 = unknown. */
    ir_ref cur_reg[64];   /* integer slots */
    ir_ref cur_vec[32];   /* vector slots */
    ir_ref cur_flags;     /* NZCV */
    ir_ref recent[16];    /* constants made last, by hash of the value */
};

/* Allocates / frees the node array; a block is reused by ir_reset(). */
void ir_block_init(struct ir_block *b, const struct ir_layout *layout);
void ir_block_fini(struct ir_block *b);
/* Empties the block for a new translation at (pc, pa). */
void ir_reset(struct ir_block *b, u64 pc, gpa_t pa, u32 flags);
/*
 * A heap copy of a finished block, without removed nodes and no larger than
 * it must be: what the evaluator keeps. Freed by ir_block_free().
 */
struct ir_block *ir_block_dup(const struct ir_block *b);
void ir_block_free(struct ir_block *b);

/* --- building ------------------------------------------------------------- */
/*
 * Appends a node and returns its value, or an existing or simpler value
 * with the same meaning (folding, GETREG forwarding). Operand types are
 * checked by ir_verify(). When the block is full (IR_MAX_NODES) that is a
 * bug(): translators stop long before, see ir_room().
 */
ir_ref ir_emit(struct ir_block *b, enum ir_op op, ir_ref x, ir_ref y,
               ir_ref z, u64 imm);
/* True while a whole guest instruction still fits. */
static inline bool ir_room(const struct ir_block *b)
{
    return b->n < IR_MAX_NODES - 2048;
}

static inline ir_ref ir0(struct ir_block *b, enum ir_op op, u64 imm)
{
    return ir_emit(b, op, 0, 0, 0, imm);
}
static inline ir_ref ir1(struct ir_block *b, enum ir_op op, ir_ref x)
{
    return ir_emit(b, op, x, 0, 0, 0);
}
static inline ir_ref ir2(struct ir_block *b, enum ir_op op, ir_ref x,
                         ir_ref y)
{
    return ir_emit(b, op, x, y, 0, 0);
}
static inline ir_ref ir3(struct ir_block *b, enum ir_op op, ir_ref x,
                         ir_ref y, ir_ref z)
{
    return ir_emit(b, op, x, y, z, 0);
}
static inline ir_ref ir1i(struct ir_block *b, enum ir_op op, ir_ref x,
                          u64 imm)
{
    return ir_emit(b, op, x, 0, 0, imm);
}
static inline ir_ref ir2i(struct ir_block *b, enum ir_op op, ir_ref x,
                          ir_ref y, u64 imm)
{
    return ir_emit(b, op, x, y, 0, imm);
}
static inline ir_ref ir3i(struct ir_block *b, enum ir_op op, ir_ref x,
                          ir_ref y, ir_ref z, u64 imm)
{
    return ir_emit(b, op, x, y, z, imm);
}
static inline ir_ref ir_const(struct ir_block *b, u64 value)
{
    return ir_emit(b, IR_CONST, 0, 0, 0, value);
}
static inline bool ir_is_const(const struct ir_block *b, ir_ref x, u64 *v)
{
    if (b->node[x].op != IR_CONST)
        return false;
    *v = b->node[x].imm;
    return true;
}
/* The condition that holds when @c does not. */
ir_ref ir_not_cond(struct ir_block *b, ir_ref c);
/* CALL and its forms; unused operands are 0. */
static inline ir_ref ir_call(struct ir_block *b, enum ir_op op, u32 helper,
                             u32 param, ir_ref x, ir_ref y, ir_ref z)
{
    return ir_emit(b, op, x, y, z, ir_call_imm(helper, param));
}

/* Effect of node @n beyond its result: flags of its helper or 0. */
static inline u32 ir_helper_flags(const struct ir_block *b,
                                  const struct ir_node *n)
{
    return (ir_op_info[n->op].flags & IR_F_CALLS)
               ? b->layout->helper[ir_imm_helper(n->imm)].flags
               : 0;
}
/* May control leave the block at this node (fault)? */
static inline bool ir_may_fault(const struct ir_block *b,
                                const struct ir_node *n)
{
    return (ir_op_info[n->op].flags & IR_F_MEM) ||
           (ir_helper_flags(b, n) & HF_FAULT);
}

/* --- passes, checking, printing ------------------------------------------ */

/* Runs every pass of the list in passes.c, unless IR_B_NO_OPT. */
void ir_optimize(struct ir_block *b);
/* NULL if the block is well formed, else the reason, to be g_free()d. */
char *ir_verify(const struct ir_block *b);
/* Appends the block's text to @out (a GString). */
struct _GString;
void ir_print(const struct ir_block *b, struct _GString *out);
/*
 * Parses the text form that ir_print() writes into @b. False with @err set
 * to a g_malloc'ed message naming the line.
 */
bool ir_parse(struct ir_block *b, const char *text, char **err);

#endif
