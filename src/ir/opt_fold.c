/* SPDX-License-Identifier: MIT */
/*
 * opt_fold.c - local folding, done as nodes are built: constants,
 * identities, chains of constants, conversions of what is converted already.
 *
 * A rule looks at the operands of the new node and, once, at their operands;
 * nothing is searched. Rules give what back ends may count on: a constant
 * operand of a commutative operation is operand b, SUB of a constant is ADD,
 * flags of constants are NZCVF of a CONST, a condition known in advance is
 * ISZERO64 of the CONST 0, and addresses carry constant offsets in the
 * displacement.
 *
 * In a rule, "return x" replaces the new node by the value x; "return 0"
 * appends the node, which the rule may have changed in place. Emitting may
 * move the array of nodes: rules that emit look at copies.
 */
#include "ir_impl.h"
#include "value.h"

#define BITS32 0xffffffffull

static inline const struct ir_node *node(const struct ir_block *b, ir_ref x)
{
    return &b->node[x];
}

static unsigned min_u(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static inline ir_ref konst(struct ir_block *b, u64 v)
{
    return ir_const(b, v);
}

/* --- conditions and flags known in advance -------------------------------- */

/* Is @c known in advance, and does it hold? */
static bool cond_known(const struct ir_block *b, ir_ref c, bool *holds)
{
    const struct ir_node *n = node(b, c);

    if (n->op != IR_ISZERO64 || node(b, n->a)->op != IR_CONST)
        return false;
    *holds = (node(b, n->a)->imm == 0) != !!(n->imm & IR_COND_INV);
    return true;
}

static ir_ref cond_const(struct ir_block *b, bool holds)
{
    struct ir_node n = {
        .op = IR_ISZERO64, .a = konst(b, 0), .imm = holds ? 0 : IR_COND_INV
    };
    return ir_append(b, &n);
}

/* Flags known in advance, in bits 31:28. */
static bool flags_known(const struct ir_block *b, ir_ref f, u32 *nzcv)
{
    const struct ir_node *n = node(b, f);

    if (n->op != IR_NZCVF || node(b, n->a)->op != IR_CONST)
        return false;
    *nzcv = (u32)node(b, n->a)->imm & NZCV_MASK;
    return true;
}

static ir_ref flags_const(struct ir_block *b, u32 nzcv)
{
    return ir1(b, IR_NZCVF, konst(b, nzcv & NZCV_MASK));
}

/* Operations whose operands may change places. */
static bool is_commutative(unsigned op)
{
    switch (op) {
    case IR_ADD64:
    case IR_ADD32:
    case IR_AND64:
    case IR_AND32:
    case IR_OR64:
    case IR_OR32:
    case IR_XOR64:
    case IR_XOR32:
    case IR_MUL64:
    case IR_MUL32:
    case IR_UMULH:
    case IR_SMULH:
    case IR_ADDF64:
    case IR_ADDF32:
    case IR_EQ64: return true;
    default: return false;
    }
}

/* --- addition ------------------------------------------------------------- */

/* Writes @x as base + constant, by what its node says. */
static ir_ref split_sum(const struct ir_block *b, ir_ref x, bool is64, u64 *k)
{
    const struct ir_node *n = node(b, x);

    *k = 0;
    if (n->op == (is64 ? IR_ADD64 : IR_ADD32) && ir_is_const(b, n->b, k))
        return n->a;
    if (n->op == (is64 ? IR_SUB64 : IR_SUB32) && ir_is_const(b, n->b, k)) {
        *k = -*k;
        return n->a;
    }
    return x;
}

static ir_ref zxt32(struct ir_block *b, ir_ref x)
{
    return ir1(b, IR_ZXT32, x);
}

/* a + k for a constant k that is not in a node yet. */
static ir_ref fold_add_const(struct ir_block *b, struct ir_node *n, u64 k,
                             bool is64)
{
    u64 inner;
    ir_ref base = split_sum(b, n->a, is64, &inner);

    if (!is64)
        k = (u32)k;
    if (k == 0)
        return is64 ? n->a : zxt32(b, n->a);
    if (base != n->a)
        return ir2(b, is64 ? IR_ADD64 : IR_ADD32, base,
                   konst(b, is64 ? inner + k : (u32)(inner + k)));
    n->op = is64 ? IR_ADD64 : IR_ADD32;
    n->b = konst(b, k);
    return 0;
}

static ir_ref fold_add(struct ir_block *b, struct ir_node *n)
{
    u64 k;

    if (!ir_is_const(b, n->b, &k))
        return 0;
    return fold_add_const(b, n, k, n->op == IR_ADD64);
}

static ir_ref fold_sub(struct ir_block *b, struct ir_node *n)
{
    u64 k;

    if (n->a == n->b)
        return konst(b, 0);
    if (!ir_is_const(b, n->b, &k))
        return 0;
    return fold_add_const(b, n, -k, n->op == IR_SUB64);
}

/* --- logic ---------------------------------------------------------------- */

static ir_ref fold_and64(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);
    u64 k, inner;

    if (n->a == n->b)
        return n->a;
    if (!ir_is_const(b, n->b, &k))
        return 0;
    if (k == 0)
        return n->b;
    if (!(mask64(ir_width(b, n->a)) & ~k))
        return n->a;
    if (a.op == IR_AND64 && ir_is_const(b, a.b, &inner))
        return ir2(b, IR_AND64, a.a, konst(b, k & inner));
    switch (k) {
    case 0xff: return ir1(b, IR_ZXT8, n->a);
    case 0xffff: return ir1(b, IR_ZXT16, n->a);
    case BITS32: return zxt32(b, n->a);
    default: return 0;
    }
}

static ir_ref fold_and32(struct ir_block *b, struct ir_node *n)
{
    u64 k;

    if (n->a == n->b)
        return zxt32(b, n->a);
    if (!ir_is_const(b, n->b, &k))
        return 0;
    k = (u32)k;
    if (k == 0)
        return konst(b, 0);
    if (!(mask64(ir_width(b, n->a)) & BITS32 & ~k))
        return zxt32(b, n->a);
    switch (k) {
    case 0xff: return ir1(b, IR_ZXT8, n->a);
    case 0xffff: return ir1(b, IR_ZXT16, n->a);
    default: n->b = konst(b, k); return 0;
    }
}

static ir_ref fold_or(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_OR64;
    u64 k, ones = is64 ? ~0ull : BITS32;

    if (n->a == n->b)
        return is64 ? n->a : zxt32(b, n->a);
    if (!ir_is_const(b, n->b, &k))
        return 0;
    k &= ones;
    if (k == 0)
        return is64 ? n->a : zxt32(b, n->a);
    if (k == ones)
        return konst(b, ones);
    n->b = konst(b, k);
    return 0;
}

static ir_ref fold_xor(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_XOR64;
    u64 k, ones = is64 ? ~0ull : BITS32;

    if (n->a == n->b)
        return konst(b, 0);
    if (!ir_is_const(b, n->b, &k))
        return 0;
    k &= ones;
    if (k == 0)
        return is64 ? n->a : zxt32(b, n->a);
    if (k == ones)
        return ir1(b, is64 ? IR_NOT64 : IR_NOT32, n->a);
    n->b = konst(b, k);
    return 0;
}

static ir_ref fold_andn(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_ANDN64;
    u64 k;

    if (n->a == n->b)
        return konst(b, 0);
    if (ir_is_const(b, n->b, &k))
        return ir2(b, is64 ? IR_AND64 : IR_AND32, n->a,
                   konst(b, is64 ? ~k : (u32)~k));
    if (ir_is_const(b, n->a, &k) && (is64 ? k : (u32)k) == 0)
        return konst(b, 0);
    return 0;
}

static ir_ref fold_not(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);

    if (a.op != n->op)
        return 0;
    return n->op == IR_NOT64 ? a.a : zxt32(b, a.a);
}

/* --- shifts --------------------------------------------------------------- */

static ir_ref fold_shift(struct ir_block *b, struct ir_node *n, bool is64)
{
    unsigned max = is64 ? 63 : 31;
    u64 k;

    if (ir_is_const(b, n->a, &k) && (is64 ? k : (u32)k) == 0)
        return konst(b, 0);
    if (!ir_is_const(b, n->b, &k))
        return 0;
    if ((k & max) == 0)
        return is64 ? n->a : zxt32(b, n->a);
    if (k & ~(u64)max)
        n->b = konst(b, k & max);
    if ((n->op == IR_SHR64 || n->op == IR_SHR32) &&
        ir_width(b, n->a) <= (k & max))
        return konst(b, 0);
    return 0;
}

static ir_ref fold_extr(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_EXTR64;
    u64 k;

    if (n->imm == 0)
        return is64 ? n->b : zxt32(b, n->b);
    if (n->a == n->b)
        return ir2(b, is64 ? IR_ROR64 : IR_ROR32, n->a, konst(b, n->imm));
    if (ir_is_const(b, n->a, &k) && (is64 ? k : (u32)k) == 0)
        return ir2(b, is64 ? IR_SHR64 : IR_SHR32, n->b, konst(b, n->imm));
    return 0;
}

/* --- multiplication and division ------------------------------------------ */

static ir_ref fold_mul(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_MUL64;
    u64 k;

    if (!ir_is_const(b, n->b, &k))
        return 0;
    if (!is64)
        k = (u32)k;
    if (k == 0)
        return konst(b, 0);
    if (k == 1)
        return is64 ? n->a : zxt32(b, n->a);
    if (is_pow2(k))
        return ir2(b, is64 ? IR_SHL64 : IR_SHL32, n->a, konst(b, ctz64(k)));
    return 0;
}

static ir_ref fold_mulh(struct ir_block *b, struct ir_node *n)
{
    u64 k;

    if (!ir_is_const(b, n->b, &k))
        return 0;
    if (k == 0 || (k == 1 && n->op == IR_UMULH))
        return konst(b, 0);
    return 0;
}

static ir_ref fold_div(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_UDIV64 || n->op == IR_SDIV64;
    bool is_unsigned = n->op == IR_UDIV64 || n->op == IR_UDIV32;
    u64 k;

    if (!ir_is_const(b, n->b, &k))
        return 0;
    if (!is64)
        k = (u32)k;
    if (k == 0)
        return konst(b, 0);
    if (k == 1)
        return is64 ? n->a : zxt32(b, n->a);
    if (is_unsigned && is_pow2(k))
        return ir2(b, is64 ? IR_SHR64 : IR_SHR32, n->a, konst(b, ctz64(k)));
    return 0;
}

/* --- conversions and fields ----------------------------------------------- */

static ir_ref fold_zxt(struct ir_block *b, struct ir_node *n, unsigned len)
{
    n->a = ir_low_bits(b, n->a, len);
    return ir_width(b, n->a) <= len ? n->a : 0;
}

static ir_ref fold_sxt(struct ir_block *b, struct ir_node *n, unsigned len)
{
    if (ir_is_sign_extended(b, n->a, len) || ir_width(b, n->a) < len)
        return n->a;
    n->a = ir_low_bits(b, n->a, len);
    return ir_is_sign_extended(b, n->a, len) ? n->a : 0;
}

static ir_ref fold_extract(struct ir_block *b, struct ir_node *n)
{
    unsigned pos = ir_field_pos(n->imm), len = ir_field_len(n->imm);
    const struct ir_node a = *node(b, n->a);
    unsigned w = ir_width(b, n->a);

    if (w <= pos)
        return konst(b, 0);
    if (pos == 0 && w <= len)
        return n->a;
    if (a.op == IR_EXTRACT)
        return ir1i(b, IR_EXTRACT, a.a,
                    ir_field_imm(pos + ir_field_pos(a.imm),
                                 min_u(len, ir_field_len(a.imm) - pos)));
    if (pos == 0 && (len == 8 || len == 16 || len == 32))
        return ir1(b, len == 8 ? IR_ZXT8 : len == 16 ? IR_ZXT16 : IR_ZXT32,
                   n->a);
    if (pos + len == 64)
        return ir2(b, IR_SHR64, n->a, konst(b, pos));
    n->a = ir_low_bits(b, n->a, pos + len);
    return 0;
}

static ir_ref fold_sextract(struct ir_block *b, struct ir_node *n)
{
    unsigned pos = ir_field_pos(n->imm), len = ir_field_len(n->imm);

    if (len == 64)
        return n->a;
    if (pos == 0 && (len == 8 || len == 16 || len == 32))
        return ir1(b, len == 8 ? IR_SXT8 : len == 16 ? IR_SXT16 : IR_SXT32,
                   n->a);
    if (pos + len == 64)
        return ir2(b, IR_SAR64, n->a, konst(b, pos));
    n->a = ir_low_bits(b, n->a, pos + len);
    return 0;
}

static ir_ref fold_deposit(struct ir_block *b, struct ir_node *n)
{
    unsigned pos = ir_field_pos(n->imm), len = ir_field_len(n->imm);
    u64 k;

    if (len == 64)
        return n->b;
    n->b = ir_low_bits(b, n->b, len);
    if (ir_is_const(b, n->b, &k) && !(k & mask64(len)))
        return ir2(b, IR_AND64, n->a, konst(b, ~(mask64(len) << pos)));
    if (!ir_is_const(b, n->a, &k) || k != 0)
        return 0;
    if (pos + len == 64)
        return ir2(b, IR_SHL64, n->b, konst(b, pos));
    return ir2(b, IR_SHL64, ir1i(b, IR_EXTRACT, n->b, ir_field_imm(0, len)),
               konst(b, pos));
}

static ir_ref fold_bswap(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);

    if (a.op != n->op)
        return 0;
    return n->op == IR_BSWAP64 ? a.a : zxt32(b, a.a);
}

/* --- flags and conditions ------------------------------------------------- */

/*
 * Operand c of ADDF and SUBF promises that node c computes the same sum.
 * Folding may have changed that node: a SUB of a constant became an ADD. If
 * it has the right value it is turned back, else the promise is withdrawn.
 */
static ir_ref fold_addf(struct ir_block *b, struct ir_node *n)
{
    bool is64 = n->op == IR_ADDF64 || n->op == IR_SUBF64;
    bool is_sub = n->op == IR_SUBF64 || n->op == IR_SUBF32;
    u8 op = is_sub ? (is64 ? IR_SUB64 : IR_SUB32)
                   : (is64 ? IR_ADD64 : IR_ADD32);
    struct ir_node *sum = &b->node[n->c];
    u64 k, k_sum, k_a, mask = is64 ? ~0ull : BITS32;

    if (!n->c || (sum->op == op && sum->a == n->a && sum->b == n->b))
        return 0;
    if (ir_is_const(b, n->b, &k) && n->a < n->c && n->b < n->c &&
        split_sum(b, n->c, is64, &k_sum) ==
            split_sum(b, n->a, is64, &k_a) &&
        sum->op != IR_CONST &&
        ((k_a + (is_sub ? -k : k) - k_sum) & mask) == 0) {
        *sum = (struct ir_node){ .op = op, .a = n->a, .b = n->b };
        return 0;
    }
    n->c = 0;
    return 0;
}

static ir_ref fold_ccmp(struct ir_block *b, struct ir_node *n)
{
    bool holds;
    enum ir_op op;

    if (!cond_known(b, n->c, &holds))
        return 0;
    if (!holds)
        return flags_const(b, (u32)n->imm << 28);
    switch (n->op) {
    case IR_CCMP64: op = IR_SUBF64; break;
    case IR_CCMP32: op = IR_SUBF32; break;
    case IR_CCMN64: op = IR_ADDF64; break;
    default: op = IR_ADDF32; break;
    }
    return ir2(b, op, n->a, n->b);
}

static ir_ref fold_fnzcv(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);

    if (a.op == IR_NZCVF)
        return ir2(b, IR_AND64, a.a, konst(b, NZCV_MASK));
    return 0;
}

static ir_ref fold_nzcvf(struct ir_block *b, struct ir_node *n)
{
    if (node(b, n->a)->op == IR_FNZCV)
        return node(b, n->a)->a;
    n->a = ir_low_bits(b, n->a, 32);
    return 0;
}

static ir_ref fold_cc(struct ir_block *b, struct ir_node *n)
{
    u32 nzcv;

    if (flags_known(b, n->a, &nzcv))
        return cond_const(b, value_cond(nzcv, (unsigned)n->imm & 15));
    return 0;
}

static ir_ref fold_iszero(struct ir_block *b, struct ir_node *n)
{
    bool inv = n->imm & IR_COND_INV, is64 = n->op == IR_ISZERO64;
    const struct ir_node a = *node(b, n->a);

    if (a.op == IR_CONST) {
        if (is64 && a.imm == 0)
            return 0;
        return cond_const(b, ((is64 ? a.imm : (u32)a.imm) == 0) != inv);
    }
    if (a.op == IR_SETC)
        return inv ? a.a : ir_not_cond(b, a.a);
    if (is64 && a.op == IR_ZXT32)
        return ir1i(b, IR_ISZERO32, a.a, n->imm);
    return 0;
}

static ir_ref fold_bit(struct ir_block *b, struct ir_node *n)
{
    unsigned bit = (unsigned)n->imm & 63;
    bool inv = n->imm & IR_COND_INV;
    const struct ir_node a = *node(b, n->a);

    if (a.op == IR_CONST)
        return cond_const(b, bit64(a.imm, bit) != inv);
    if (ir_width(b, n->a) <= bit)
        return cond_const(b, inv);
    if (a.op == IR_SETC)
        return inv ? ir_not_cond(b, a.a) : a.a;
    n->a = ir_low_bits(b, n->a, bit + 1);
    return 0;
}

static ir_ref fold_compare(struct ir_block *b, struct ir_node *n)
{
    bool inv = n->imm & IR_COND_INV, holds;
    u64 x, y;

    if (n->a == n->b)
        return cond_const(b, (n->op == IR_EQ64) != inv);
    if (!ir_is_const(b, n->b, &y))
        return 0;
    if (ir_is_const(b, n->a, &x)) {
        holds = n->op == IR_EQ64    ? x == y
                : n->op == IR_ULT64 ? x < y
                                    : (s64)x < (s64)y;
        return cond_const(b, holds != inv);
    }
    if (y == 0 && n->op == IR_EQ64)
        return ir1i(b, IR_ISZERO64, n->a, n->imm);
    if (y == 0 && n->op == IR_ULT64)
        return cond_const(b, inv);
    return 0;
}

static ir_ref fold_setc(struct ir_block *b, struct ir_node *n)
{
    bool holds;

    return cond_known(b, n->a, &holds) ? konst(b, holds) : 0;
}

static ir_ref fold_select(struct ir_block *b, struct ir_node *n)
{
    bool holds;
    u64 x, y;

    if (n->b == n->c)
        return n->b;
    if (cond_known(b, n->a, &holds))
        return holds ? n->b : n->c;
    if (n->op != IR_SELECT || !ir_is_const(b, n->b, &x) ||
        !ir_is_const(b, n->c, &y))
        return 0;
    if (x == y)
        return n->b;
    if (x == 1 && y == 0)
        return ir1(b, IR_SETC, n->a);
    if (x == 0 && y == 1)
        return ir1(b, IR_SETC, ir_not_cond(b, n->a));
    return 0;
}

/* --- memory --------------------------------------------------------------- */

/* Constant offsets go to the displacement; stores ignore high bits. */
static ir_ref fold_mem(struct ir_block *b, struct ir_node *n)
{
    unsigned bits = 8u << (n->imm & 3);
    u64 k;
    ir_ref base = split_sum(b, n->a, true, &k);
    s64 disp = ir_mem_disp(n->imm);

    if (base != n->a && k + 0x80000000 <= BITS32 &&
        (s64)k + disp == (s32)((s64)k + disp)) {
        n->a = base;
        n->imm = ir_mem_imm((u32)n->imm, (s32)((s64)k + disp));
    }
    if ((n->op == IR_ST || n->op == IR_STP) && (n->imm & IR_M_SIZE) < 3) {
        n->b = ir_low_bits(b, n->b, bits);
        if (n->op == IR_STP)
            n->c = ir_low_bits(b, n->c, bits);
    }
    return 0;
}

/* --- vectors -------------------------------------------------------------- */

static ir_ref fold_vlow(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);

    if (a.op == IR_VLOW && a.imm <= n->imm)
        return n->a;
    if (a.op == IR_VLOW)
        n->a = a.a;
    if (a.op == IR_LDV && 1u << (a.imm & IR_M_SIZE) <= n->imm)
        return n->a;
    if (a.op == IR_VFROM && n->imm == 8)
        return n->a;
    if (a.op == IR_VCONST && a.imm == 0)
        return n->a;
    return 0;
}

static ir_ref fold_vget(struct ir_block *b, struct ir_node *n)
{
    const struct ir_node a = *node(b, n->a);
    unsigned es = (unsigned)n->imm & 3, bits = 8u << es;
    unsigned pos = (unsigned)(n->imm >> 8 & 15) * bits;

    if (a.op == IR_VCONST)
        return konst(b, extract64(a.imm, pos & 63, bits));
    if (a.op == IR_VFROM && pos >= 64)
        return konst(b, 0);
    if (a.op == IR_VFROM)
        return bits == 64 ? a.a
                          : ir1i(b, IR_EXTRACT, a.a, ir_field_imm(pos, bits));
    if (a.op == IR_VDUP && (a.imm & 3) == es)
        return bits == 64 ? a.a
                          : ir1i(b, IR_EXTRACT, a.a, ir_field_imm(0, bits));
    return 0;
}

static ir_ref fold_vlogic(struct ir_block *b, struct ir_node *n)
{
    if (n->op == IR_VNOT)
        return node(b, n->a)->op == IR_VNOT ? node(b, n->a)->a : 0;
    if (n->a != n->b)
        return 0;
    if (n->op == IR_VAND || n->op == IR_VOR)
        return n->a;
    return ir0(b, IR_VCONST, 0);
}

/* --- dispatch ------------------------------------------------------------- */

/* NOLINTNEXTLINE(readability-function-size): a line an operation */
static ir_ref fold_by_op(struct ir_block *b, struct ir_node *n)
{
    switch (n->op) {
    case IR_ADD64:
    case IR_ADD32: return fold_add(b, n);
    case IR_SUB64:
    case IR_SUB32: return fold_sub(b, n);
    case IR_AND64: return fold_and64(b, n);
    case IR_AND32: return fold_and32(b, n);
    case IR_OR64:
    case IR_OR32: return fold_or(b, n);
    case IR_XOR64:
    case IR_XOR32: return fold_xor(b, n);
    case IR_ANDN64:
    case IR_ANDN32: return fold_andn(b, n);
    case IR_NOT64:
    case IR_NOT32: return fold_not(b, n);
    case IR_SHL64:
    case IR_SHR64:
    case IR_SAR64:
    case IR_ROR64: return fold_shift(b, n, true);
    case IR_SHL32:
    case IR_SHR32:
    case IR_SAR32:
    case IR_ROR32: return fold_shift(b, n, false);
    case IR_EXTR64:
    case IR_EXTR32: return fold_extr(b, n);
    case IR_MUL64:
    case IR_MUL32: return fold_mul(b, n);
    case IR_UMULH:
    case IR_SMULH: return fold_mulh(b, n);
    case IR_UDIV64:
    case IR_UDIV32:
    case IR_SDIV64:
    case IR_SDIV32: return fold_div(b, n);
    case IR_BSWAP64:
    case IR_BSWAP32: return fold_bswap(b, n);
    case IR_SXT8: return fold_sxt(b, n, 8);
    case IR_SXT16: return fold_sxt(b, n, 16);
    case IR_SXT32: return fold_sxt(b, n, 32);
    case IR_ZXT8: return fold_zxt(b, n, 8);
    case IR_ZXT16: return fold_zxt(b, n, 16);
    case IR_ZXT32: return fold_zxt(b, n, 32);
    case IR_EXTRACT: return fold_extract(b, n);
    case IR_SEXTRACT: return fold_sextract(b, n);
    case IR_DEPOSIT: return fold_deposit(b, n);
    case IR_ADDF64:
    case IR_ADDF32:
    case IR_SUBF64:
    case IR_SUBF32: return fold_addf(b, n);
    case IR_CCMP64:
    case IR_CCMP32:
    case IR_CCMN64:
    case IR_CCMN32: return fold_ccmp(b, n);
    case IR_NZCVF: return fold_nzcvf(b, n);
    case IR_FNZCV: return fold_fnzcv(b, n);
    case IR_CC: return fold_cc(b, n);
    case IR_ISZERO64:
    case IR_ISZERO32: return fold_iszero(b, n);
    case IR_BIT: return fold_bit(b, n);
    case IR_EQ64:
    case IR_ULT64:
    case IR_SLT64: return fold_compare(b, n);
    case IR_SETC: return fold_setc(b, n);
    case IR_SELECT:
    case IR_VSELECT: return fold_select(b, n);
    case IR_LD:
    case IR_ST:
    case IR_LDP:
    case IR_STP:
    case IR_LDV:
    case IR_STV:
    case IR_LDVP:
    case IR_STVP:
    case IR_PROBE: return fold_mem(b, n);
    case IR_VLOW: return fold_vlow(b, n);
    case IR_VGET: return fold_vget(b, n);
    case IR_VAND:
    case IR_VOR:
    case IR_VXOR:
    case IR_VANDN:
    case IR_VNOT: return fold_vlogic(b, n);
    default: return 0;
    }
}

/* Operations that read only the low halves of operands a and b. */
/* clang-format off */
static const bool reads_low_halves[IR_OP_COUNT] = {
    [IR_ADD32] = true, [IR_SUB32] = true, [IR_ADC32] = true, [IR_SBC32] = true,
    [IR_AND32] = true, [IR_OR32] = true, [IR_XOR32] = true, [IR_ANDN32] = true,
    [IR_NOT32] = true, [IR_SHL32] = true, [IR_SHR32] = true, [IR_SAR32] = true,
    [IR_ROR32] = true, [IR_MUL32] = true, [IR_UDIV32] = true, [IR_SDIV32] = true,
    [IR_CLZ32] = true, [IR_BSWAP32] = true, [IR_EXTR32] = true,
    [IR_ADDF32] = true, [IR_SUBF32] = true, [IR_ADCF32] = true, [IR_SBCF32] = true,
    [IR_LOGF32] = true, [IR_CCMP32] = true, [IR_CCMN32] = true, [IR_ISZERO32] = true,
};
/* clang-format on */

ir_ref ir_fold(struct ir_block *b, struct ir_node *n)
{
    u64 x, y, r;
    u32 nzcv;

    if (reads_low_halves[n->op]) {
        n->a = ir_low_bits(b, n->a, 32);
        n->b = ir_low_bits(b, n->b, 32);
    }
    if (n->a && ir_is_const(b, n->a, &x)) {
        if (!n->b) {
            if (ir_const_unary(n->op, x, n->imm, &r))
                return konst(b, r);
            if (ir_const_flags(n->op, x, 0, &nzcv))
                return flags_const(b, nzcv);
        } else if (ir_is_const(b, n->b, &y)) {
            if (ir_const_binary(n->op, x, y, n->imm, &r))
                return konst(b, r);
            if (n->op < IR_CCMP64 && ir_const_flags(n->op, x, y, &nzcv))
                return flags_const(b, nzcv);
        } else if (is_commutative(n->op)) {
            n->a ^= n->b;
            n->b ^= n->a;
            n->a ^= n->b;
        }
    }
    return fold_by_op(b, n);
}
