/* SPDX-License-Identifier: MIT */
/*
 * opt_flags.c - flags written in vain: removes a SETF that is followed by
 * another one before the guest's NZCV can be looked at. What computed the
 * flags then goes with opt_dead.c, unless a condition uses it.
 *
 * Who looks: GETF, a helper that reads or writes flags or the clock, a node
 * that may leave the block by a fault, the terminal.
 */
#include "ir_impl.h"

u32 opt_flags(struct ir_block *b)
{
    const u32 lookers = HF_READ_FLAGS | HF_WRITE_FLAGS | HF_FAULT | HF_TIME;
    bool is_dead = false;
    u32 removed = 0, i;

    for (i = b->n - 1; i > 0; i--) {
        struct ir_node *n = &b->node[i];
        u8 flags = ir_op_info[n->op].flags;

        if (n->op == IR_SETF && is_dead) {
            *n = (struct ir_node){ .op = IR_NOP };
            removed++;
        } else if (n->op == IR_SETF) {
            is_dead = true;
        } else if (n->op == IR_GETF || (flags & (IR_F_MEM | IR_F_TERM)) ||
                   ((flags & IR_F_CALLS) &&
                    (ir_helper_flags(b, n) & lookers))) {
            is_dead = false;
        }
    }
    return removed;
}
