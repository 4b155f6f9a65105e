/* SPDX-License-Identifier: MIT */
/*
 * translate.c - the block loop, and what every trans_*() function uses:
 * registers, memory operands, exceptions.
 *
 * A block of IR ends where the architectural block of DESIGN D9 ends (after a
 * branch, an exception-generating or context-synchronising instruction, or at
 * the next 1 KiB-aligned address), or earlier: at the caller's limit, after an
 * instruction that touches a device, or where context may have changed. In
 * these cases tb->mid_block says that the architectural block goes on.
 *
 * SP alignment (SCTLR_EL1.SA, SA0) costs nothing at accesses. Whether SP is
 * misaligned is part of the block's key; inside a block its alignment is
 * known as long as it moves by multiples of 16, and the block ends with a
 * check after an instruction that sets it to something else.
 */
#include "translate.h"

#include "a64sys.h"
#include "help_sys.h"
#include "trans_int.h"

#define BLOCK_ALIGN 1024u /* architectural blocks do not cross this */
#define SLOT_SP 31

/* --- registers ----------------------------------------------------------- */

ir_ref tc_x(struct tctx *s, int n)
{
    return n == 31 ? ir_const(s->b, 0) : ir0(s->b, IR_GETREG, (u64)n);
}

ir_ref tc_xsp(struct tctx *s, int n)
{
    return ir0(s->b, IR_GETREG, (u64)n);
}

void tc_set_x(struct tctx *s, int n, ir_ref v)
{
    if (n != 31)
        ir1i(s->b, IR_SETREG, v, (u64)n);
}

/* Is @v known to be a multiple of 16? */
static bool is_aligned(const struct tctx *s, ir_ref v)
{
    const struct ir_node *n = &s->b->node[v];
    u64 c;

    if (s->sp_aligned && v == s->sp_aligned)
        return true;
    switch (n->op) {
    case IR_CONST:
        return !(n->imm & 15);
    case IR_GETREG:
        return n->imm == SLOT_SP;
    case IR_ADD64:
    case IR_SUB64:
        return ir_is_const(s->b, n->b, &c) && !(c & 15) &&
               is_aligned(s, n->a);
    case IR_AND64:
        return ir_is_const(s->b, n->b, &c) && !(c & 15);
    default:
        return false;
    }
}

void tc_set_xsp(struct tctx *s, int n, ir_ref v)
{
    ir1i(s->b, IR_SETREG, v, (u64)n);
    if (n != 31 || !(s->flags & TB_SPALIGN))
        return;
    if (!(s->flags & TB_SPMIS) && is_aligned(s, v))
        s->sp_aligned = v;
    else
        s->sp_unknown = true;
}

/* --- memory -------------------------------------------------------------- */

u32 tc_memop(const struct tctx *s, unsigned size)
{
    u32 m = size;

    if ((s->flags & TB_ALIGN) || !(s->flags & TB_MMU))
        m |= IR_M_ALIGN;
    if (s->flags & TB_BE)
        m |= IR_M_BE;
    return m;
}

ir_ref tc_base(struct tctx *s, int rn)
{
    ir_ref base = tc_xsp(s, rn);

    if (rn == 31 && (s->flags & TB_SPALIGN) && (s->flags & TB_SPMIS))
        tc_call(s, H_sys_sp_check, 0, base, 0, 0);
    return base;
}

/* --- exceptions ---------------------------------------------------------- */

void tc_raise(struct tctx *s, u32 esr, bool after)
{
    u64 ret = after ? s->pc + 4 : s->pc;

    tc_call(s, s->flags & TB_PMU ? H_sys_raise_time : H_sys_raise, esr,
            ir_const(s->b, ret), ir_const(s->b, after), 0);
    ir0(s->b, IR_EXIT, 0);
    s->end = TC_TERMINAL;
}

bool tc_fp_check(struct tctx *s)
{
    if (likely(s->flags & TB_FPEN))
        return true;
    /* CV = 1, COND = 0b1110. */
    tc_raise(s, A64_ESR(EC_FPTRAP, 0x1eu << 20), false);
    return false;
}

/* --- the block loop ------------------------------------------------------ */

static bool is_load_exclusive(u32 insn)
{
    /* Pairs of less than 64 bits in all would be CASPA. */
    return (insn & 0x3fc00000) == 0x08400000 &&
           (insn & 0x80200000) != 0x00200000;
}

/* What comes before the instruction's own meaning. */
static void checks(struct tctx *s)
{
    if (s->flags & TB_SS)
        tc_call(s, H_sys_step, is_load_exclusive(s->insn), 0, 0, 0);
    if (s->flags & TB_DEBUG)
        tc_call(s, H_sys_breakpoint, 0, ir_const(s->b, s->pc), 0, 0);
}

/* --- branch targets ------------------------------------------------------- */

/* May an indirect branch with @btype lead to @insn in a guarded page?
 * DDI 0487, "BTI", "PSTATE.BTYPE", "BTypeCompatible_PACIXSP". */
static bool is_landing_pad(const struct tctx *s, u32 btype)
{
    switch (s->insn) {
    case 0xd503245f: /* BTI c */
        return btype != BTYPE_JUMP;
    case 0xd503249f: /* BTI j */
        return btype != BTYPE_CALL;
    case 0xd50324df: /* BTI jc */
        return true;
    case 0xd503233f: /* PACIASP */
    case 0xd503237f: /* PACIBSP */
        return btype != BTYPE_JUMP || !(s->flags & TB_BT);
    default: /* BRK and HLT come first */
        return (s->insn & 0xffe0001f) == 0xd4200000 ||
               (s->insn & 0xffe0001f) == 0xd4400000;
    }
}

/* Branches and calls of a higher level: they end a block and cannot fault.
 * Not BRK, and not system instructions, which may trap. */
static bool just_leaves(u32 insn)
{
    return (insn >> 26 & 7) == 5 && insn >> 22 != 0x354 &&
           (insn & 0xffe0001f) != 0xd4200000;
}

void tc_end_target(struct tctx *s)
{
    if (likely(!(s->flags & TB_ENTRY_MASK)))
        return;
    TC_STENV(s, btype, ir_const(s->b, 0));
    s->flags &= ~TB_ENTRY_MASK;
}

/*
 * An instruction with PSTATE.BTYPE not 0, the first of its block: it must be
 * a landing pad if the page is guarded, and BTYPE is 0 once it is done. What
 * faults, traps, is UNDEFINED or BRK leaves BTYPE for SPSR; SVC does not
 * (either is permitted).
 */
static bool decode_target(struct tctx *s)
{
    u32 btype = s->flags >> TB_ENTRY_SHIFT;
    bool known;

    if ((s->flags & TB_GUARDED) && !is_landing_pad(s, btype)) {
        tc_raise(s, A64_ESR(EC_BTI, btype), false);
        return true;
    }
    if (just_leaves(s->insn)) {
        tc_end_target(s);
        known = a64_decode(s, s->insn);
        if (!known)
            TC_STENV(s, btype, ir_const(s->b, btype));
        return known;
    }
    known = a64_decode(s, s->insn);
    if (known && s->end != TC_TERMINAL)
        tc_end_target(s);
    return known;
}

/* --- one instruction ------------------------------------------------------ */

static void translate_one(struct tctx *s)
{
    bool known = true;

    s->end = TC_NEXT;
    s->partial = false;
    ir0(s->b, IR_INSN, s->pc);
    if (unlikely(s->flags & (TB_SS | TB_DEBUG)))
        checks(s);
    if (unlikely(s->flags & TB_IL))
        tc_raise(s, A64_ESR(EC_ILLEGAL, 0), false);
    else if (unlikely(s->flags & TB_ENTRY_MASK))
        known = decode_target(s);
    else
        known = a64_decode(s, s->insn);
    if (!known)
        tc_raise(s, A64_ESR(EC_UNKNOWN, 0), false);
    if (s->sp_unknown && s->end != TC_TERMINAL) {
        tc_call(s, H_sys_sp_changed, 0, tc_xsp(s, SLOT_SP),
                ir_const(s->b, s->pc + 4), 0);
        if (s->end != TC_SYNC)
            s->end = TC_LOOKUP;
    }
}

/* Emits the terminal after the last instruction, whose end is @s->end, and
 * tells whether the architectural block goes on at s->pc. */
static bool finish(struct tctx *s)
{
    bool at_limit = !(s->pc & (BLOCK_ALIGN - 1));

    switch (s->end) {
    case TC_TERMINAL:
        return s->partial && !at_limit;
    case TC_SYNC:
    case TC_LOOKUP:
        TC_STENV(s, pc, ir_const(s->b, s->pc));
        ir0(s->b, IR_EXIT, 0);
        return s->end == TC_LOOKUP && !at_limit;
    default:
        s->b->target[0] = s->pc;
        ir0(s->b, IR_JUMP, 0);
        return !at_limit;
    }
}

void a64_translate_block(void *cpu, struct ir_block *b, struct tb *tb,
                         const u8 *code, u32 max_insns,
                         bool (*is_io)(void *opaque, gpa_t pa), void *opaque)
{
    struct tctx s = {
        .b = b,
        .cpu = cpu,
        .model = ((struct a64_cpu *)cpu)->model,
        .pc = b->pc,
        .flags = tb->flags,
    };
    u32 limit = (BLOCK_ALIGN - (u32)(b->pc & (BLOCK_ALIGN - 1))) / 4;
    u32 n = 0;

    if (max_insns && max_insns < limit)
        limit = max_insns;
    if (s.flags & TB_SS)
        limit = 1;
    if (s.flags & TB_FP_FAST)
        b->flags |= IR_B_FP_FAST;
    do {
        const u8 *p = code + 4 * n;

        s.insn = (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 |
                 (u32)p[3] << 24;
        translate_one(&s);
        n++;
        s.pc += 4;
    } while (s.end == TC_NEXT && n < limit && ir_room(b) &&
             !is_io(opaque, b->pa + 4 * (n - 1)));
    tb->mid_block = finish(&s);
    b->n_insns = n;
    b->n_bytes = 4 * n;
}
