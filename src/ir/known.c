/* SPDX-License-Identifier: MIT */
/*
 * known.c - what can be told of a value from the operation that made it: how
 * many bits it has, whether it is a sign extension, and which value has the
 * same low bits. For opt_fold.c.
 *
 * Bounds are conservative and cost a bounded time: at most two operands deep.
 */
#include "bits.h"
#include "ir_impl.h"

static inline const struct ir_node *node(const struct ir_block *b, ir_ref x)
{
    return &b->node[x];
}

/* Bits that operations of a fixed width may set; 0 = see value_width(). */
/* clang-format off */
static const u8 fixed_width[IR_OP_COUNT] = {
    [IR_ADD32] = 32, [IR_SUB32] = 32, [IR_ADC32] = 32, [IR_SBC32] = 32,
    [IR_OR32] = 32, [IR_XOR32] = 32, [IR_ANDN32] = 32, [IR_NOT32] = 32,
    [IR_AND32] = 32, [IR_SHL32] = 32, [IR_SHR32] = 32, [IR_SAR32] = 32,
    [IR_ROR32] = 32, [IR_MUL32] = 32, [IR_UDIV32] = 32, [IR_SDIV32] = 32,
    [IR_BSWAP32] = 32, [IR_EXTR32] = 32, [IR_ZXT32] = 32, [IR_FNZCV] = 32,
    [IR_CLZ64] = 7, [IR_CLZ32] = 6, [IR_ZXT8] = 8, [IR_ZXT16] = 16,
    [IR_SETC] = 1,
};
/* clang-format on */

static unsigned memop_width(u64 imm)
{
    if (imm & IR_M_SIGN)
        return (imm & IR_M_SIGN32) ? 32 : 64;
    return (imm & IR_M_SIZE) >= 3 ? 64 : 8u << (imm & IR_M_SIZE);
}

static unsigned min_u(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* A bound on the significant bits of @x, looking @depth operands deep. */
static unsigned value_width(const struct ir_block *b, ir_ref x, int depth)
{
    const struct ir_node *n = node(b, x);
    unsigned w, v;

    if (fixed_width[n->op])
        return fixed_width[n->op];
    switch (n->op) {
    case IR_CONST: return 64 - clz64(n->imm);
    case IR_EXTRACT: return ir_field_len(n->imm);
    case IR_LD:
    case IR_LDP: return memop_width(n->imm);
    case IR_HI: return memop_width(node(b, n->a)->imm);
    case IR_LDENV: return 8 * (unsigned)(n->imm >> 32);
    case IR_VGET: return 8u << (n->imm & 3);
    default: break;
    }
    if (depth == 0)
        return 64;
    depth--;
    switch (n->op) {
    case IR_AND64:
        return min_u(value_width(b, n->a, depth), value_width(b, n->b, depth));
    case IR_OR64:
    case IR_XOR64:
        w = value_width(b, n->a, depth);
        v = value_width(b, n->b, depth);
        return w > v ? w : v;
    case IR_SELECT:
        w = value_width(b, n->b, depth);
        v = value_width(b, n->c, depth);
        return w > v ? w : v;
    case IR_ANDN64:
    case IR_UDIV64: return value_width(b, n->a, depth);
    case IR_SHR64:
        if (node(b, n->b)->op != IR_CONST)
            return value_width(b, n->a, depth);
        w = value_width(b, n->a, depth);
        v = (unsigned)node(b, n->b)->imm & 63;
        return w > v ? w - v : 0;
    default: return 64;
    }
}

unsigned ir_width(const struct ir_block *b, ir_ref x)
{
    return value_width(b, x, 2);
}

/* Is @x the sign extension of its low @len bits, by its operation? */
bool ir_is_sign_extended(const struct ir_block *b, ir_ref x, unsigned len)
{
    const struct ir_node *n = node(b, x);

    switch (n->op) {
    case IR_SXT8: return len >= 8;
    case IR_SXT16: return len >= 16;
    case IR_SXT32: return len >= 32;
    case IR_SEXTRACT: return len >= ir_field_len(n->imm);
    case IR_LD:
        if ((n->imm & (IR_M_SIGN | IR_M_SIGN32)) != IR_M_SIGN)
            return false;
        return (8u << (n->imm & IR_M_SIZE)) <= len;
    default: return false;
    }
}

/* @x without conversions that leave its low @len bits as they are. */
ir_ref ir_low_bits(const struct ir_block *b, ir_ref x, unsigned len)
{
    for (;;) {
        const struct ir_node *n = node(b, x);
        unsigned kept;

        switch (n->op) {
        case IR_ZXT8:
        case IR_SXT8: kept = 8; break;
        case IR_ZXT16:
        case IR_SXT16: kept = 16; break;
        case IR_ZXT32:
        case IR_SXT32: kept = 32; break;
        default: return x;
        }
        if (kept < len)
            return x;
        x = n->a;
    }
}
