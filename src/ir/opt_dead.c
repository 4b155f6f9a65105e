/* SPDX-License-Identifier: MIT */
/*
 * opt_dead.c - dead code: removes nodes whose value nobody uses and that do
 * nothing else. Loads stay, since they may fault.
 *
 * Operand c of ADDF and SUBF only says that a sum is at hand: it does not
 * keep the sum alive. Such nodes are listed during the sweep, and those
 * whose sum went lose their operand c afterwards.
 */
#include "ir_impl.h"

#include <string.h>

#define MAX_HINTS 512 /* ADDF/SUBF nodes whose c is a hint; more are uses */

bool ir_removable(const struct ir_block *b, const struct ir_node *n)
{
    u8 flags = ir_op_info[n->op].flags;

    switch (n->op) {
    case IR_GETREG:
    case IR_GETVEC:
    case IR_GETF:
    case IR_LDENV: return true;
    default: break;
    }
    if (flags & IR_F_CALLS)
        return ir_helper_flags(b, n) & HF_PURE;
    return flags & IR_F_PURE;
}

static bool is_sum_flags(const struct ir_node *n)
{
    return n->op >= IR_ADDF64 && n->op <= IR_SUBF32;
}
static_assert(IR_ADDF64 + 3 == IR_SUBF32, "ORDER ADDF SUBF");

static inline void use(u64 *used, ir_ref x)
{
    used[x >> 6] |= 1ull << (x & 63);
}

u32 opt_dead(struct ir_block *b)
{
    u64 used[IR_MAX_NODES / 64 + 1];
    ir_ref hint[MAX_HINTS];
    u32 n_hints = 0, removed = 0, i;

    memset(used, 0, (b->n / 64 + 1) * sizeof(used[0]));
    for (i = b->n - 1; i > 0; i--) {
        struct ir_node *n = &b->node[i];

        if (n->op == IR_NOP)
            continue;
        if (!(used[i >> 6] & 1ull << (i & 63)) && ir_removable(b, n)) {
            *n = (struct ir_node){ .op = IR_NOP };
            removed++;
            continue;
        }
        use(used, n->a);
        use(used, n->b);
        if (n->c && is_sum_flags(n) && n_hints < MAX_HINTS)
            hint[n_hints++] = (ir_ref)i;
        else
            use(used, n->c);
    }
    for (i = 0; i < n_hints; i++) {
        struct ir_node *n = &b->node[hint[i]];

        if (b->node[n->c].op == IR_NOP)
            n->c = 0;
    }
    return removed;
}
