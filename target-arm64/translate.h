/* SPDX-License-Identifier: MIT */
/*
 * translate.h - what trans_*() functions work with (L4, private to the
 * target).
 *
 * A trans function returns true when it emitted the instruction's meaning,
 * false when the encoding is UNDEFINED after all (nothing emitted then).
 * Order inside an instruction: everything that may fault first, then writes
 * of guest state (ir.h).
 */
#ifndef A64_TRANSLATE_H
#define A64_TRANSLATE_H

#include "bits.h"
#include "cpu.h"
#include "features.h"
#include "helpers.h"
#include "ir.h"

#include "a64_args.h"

/* Part of a block's key: everything that changes what code means. */
enum a64_tb_flags {
    TB_EL = 3,             /* mask: PSTATE.EL */
    TB_SPSEL = 1 << 2,     /* PSTATE.SP */
    TB_FPEN = 1 << 3,      /* FP/SIMD do not trap */
    TB_ALIGN = 1 << 4,     /* SCTLR.A: alignment checks */
    TB_SPALIGN = 1 << 5,   /* SCTLR.SA / SA0 for the current EL */
    TB_FP_FAST = 1 << 6,   /* FPCR is zero but for RMode */
    TB_BE = 1 << 7,        /* data accesses are big-endian (EE, E0E) */
    TB_SS = 1 << 8,        /* software step is active-not-pending/pending */
    TB_TBI0 = 1 << 9,      /* branch targets: top byte ignored, low half */
    TB_TBI1 = 1 << 10,     /* ... high half */
    TB_MMU = 1 << 11,      /* SCTLR.M (off: data is Device, aligned only) */
    TB_IL = 1 << 12,       /* PSTATE.IL: every instruction is illegal */
    TB_DEBUG = 1 << 13,    /* hardware breakpoints are on */
    TB_UAO = 1 << 14,      /* PSTATE.UAO: LDTR/STTR act as privileged */
    TB_SPMIS = 1 << 15,    /* with TB_SPALIGN: SP is misaligned at the start */
    TB_DZE = 1 << 16,      /* DC ZVA is permitted at EL0 (SCTLR.DZE) */
    TB_PAUTH = 1 << 17,    /* a pointer authentication key is enabled */
    TB_BT = 1 << 18,       /* SCTLR.BT0, BT1 for the current EL */
    TB_NAA = 1 << 19,      /* SCTLR.nAA */
    TB_WATCH = 1 << 20,    /* watchpoints are on */
    TB_PMU = 1 << 21,      /* changes of EL look at the CPU's count */
    TB_GUARDED = TB_PAGE,  /* the page is guarded (GP) */
};

/* How a block ends, set by the last instruction's trans function. */
enum tctx_end {
    TC_NEXT,      /* go on with the next instruction */
    TC_TERMINAL,  /* the function emitted the terminal node */
    TC_END,       /* end the block after this instruction: JUMP to next pc */
    TC_LOOKUP,    /* end it with pc := next and EXIT: context may have
                     changed */
    TC_SYNC,      /* the same, and the architectural block ends here (D9) */
};

struct tctx {
    struct ir_block *b;        /* block being built */
    struct a64_cpu *cpu;       /* only its model and constants are read */
    const struct a64_model *model; /* features */
    u64 pc;                    /* address of the current instruction */
    u32 insn;                  /* its word */
    u32 flags;                 /* enum a64_tb_flags */
    enum tctx_end end;         /* TC_NEXT before each instruction */
    bool partial;              /* TC_TERMINAL: the architectural block goes
                                  on (waits); false before each one */
    bool sp_unknown;           /* SP was set to what may be misaligned */
    ir_ref sp_aligned;         /* latest value of SP known to be aligned */
};

static inline bool tctx_has(const struct tctx *s, enum a64_feat f)
{
    return s->model->feat[f];
}
static inline unsigned tctx_el(const struct tctx *s)
{
    return s->flags & TB_EL;
}

/* --- registers ----------------------------------------------------------- */

/* Xn with 31 = zero. For 32-bit operations the high half is ignored. */
ir_ref tc_x(struct tctx *s, int n);
/* Xn with 31 = SP. */
ir_ref tc_xsp(struct tctx *s, int n);
/* Writes all 64 bits of Xd, 31 = discarded. 32-bit results are already
 * zero-extended by their operations. */
void tc_set_x(struct tctx *s, int n, ir_ref v);
/* The same with 31 = SP. */
void tc_set_xsp(struct tctx *s, int n, ir_ref v);
static inline ir_ref tc_v(struct tctx *s, int n)
{
    return ir0(s->b, IR_GETVEC, (u64)n);
}
static inline void tc_set_v(struct tctx *s, int n, ir_ref v)
{
    ir1i(s->b, IR_SETVEC, v, (u64)n);
}
/* Reads / writes a field of struct a64_arch by name, of its own size. */
#define TC_LDENV(s, field)                                                   \
    ir0((s)->b, IR_LDENV,                                                    \
        offsetof(struct a64_cpu, arch.field) |                               \
            (u64)sizeof(((struct a64_arch *)0)->field) << 32)
#define TC_STENV(s, field, v)                                                \
    ir1i((s)->b, IR_STENV, v,                                                \
         offsetof(struct a64_cpu, arch.field) |                              \
             (u64)sizeof(((struct a64_arch *)0)->field) << 32)

/* --- memory -------------------------------------------------------------- */

/* memop for an access of 1 << @size bytes with the block's SCTLR.A, EE and
 * MMU-off rules applied; OR in IR_M_SIGN and so on. */
u32 tc_memop(const struct tctx *s, unsigned size);
/* Base register @rn (31 = SP) with the SP alignment check if enabled. */
ir_ref tc_base(struct tctx *s, int rn);

/* --- exceptions ----------------------------------------------------------- */

/*
 * Ends the block with a synchronous exception taken at this instruction
 * (preferred return address = its pc; for SVC etc. pass @after = true).
 * @esr is the whole syndrome.
 */
void tc_raise(struct tctx *s, u32 esr, bool after);
/*
 * What the instruction does is done and nothing of it can fault any more:
 * PSTATE.BTYPE becomes 0. Only what ends its block after a helper that may
 * fault needs to say so; for others the block loop does.
 */
void tc_end_target(struct tctx *s);
/*
 * FP/SIMD access check: true if allowed; otherwise the trap was emitted and
 * the caller returns true at once. Every FP/SIMD trans function starts with
 * `if (!tc_fp_check(s)) return true;`.
 */
bool tc_fp_check(struct tctx *s);
/* Logs, called by the decoder for rows marked unimplemented. */
bool a64_unimplemented(struct tctx *s, u32 insn, const char *row,
                       const char *feat); /* returns false */

/* --- helpers ------------------------------------------------------------- */

static inline ir_ref tc_call(struct tctx *s, enum a64_helper h, u32 param,
                             ir_ref a, ir_ref b, ir_ref c)
{
    return ir_call(s->b, IR_CALL, h, param, a, b, c);
}

#include "a64_trans.h"

/* translate.c: target_ops.translate. */
void a64_translate_block(void *cpu, struct ir_block *b, struct tb *tb,
                         const u8 *code, u32 max_insns,
                         bool (*is_io)(void *opaque, gpa_t pa),
                         void *opaque);

/* decode.c: dispatches to trans_*(); false = UNDEFINED. */
bool a64_decode(struct tctx *s, u32 insn);

#endif
