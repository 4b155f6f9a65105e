/* SPDX-License-Identifier: MIT */
/*
 * opt_state.c - guest registers written in vain: removes a SETREG or SETVEC
 * whose slot is written again before anyone can see the first value.
 *
 * One sweep backwards keeps the set of slots that are overwritten further
 * down with nothing between that may look: a GETREG of the slot, a helper
 * that reads (or may partly write) the registers or the clock, a node that
 * may leave the block by a fault, the terminal.
 */
#include "ir_impl.h"

struct dead_slots {
    u64 regs; /* integer slots overwritten below */
    u32 vecs; /* vector slots */
};

static void see_helper(struct dead_slots *dead, u32 flags)
{
    if (flags & (HF_READ_REGS | HF_WRITE_REGS | HF_FAULT | HF_TIME))
        dead->regs = 0;
    if (flags & (HF_READ_VECS | HF_WRITE_VECS | HF_FAULT | HF_TIME))
        dead->vecs = 0;
}

u32 opt_state(struct ir_block *b)
{
    struct dead_slots dead = { 0, 0 };
    u32 removed = 0, i;

    for (i = b->n - 1; i > 0; i--) {
        struct ir_node *n = &b->node[i];
        u64 reg = 1ull << (n->imm & 63);
        u32 vec = 1u << (n->imm & 31);
        u8 flags = ir_op_info[n->op].flags;

        if (n->op == IR_SETREG ? dead.regs & reg
                               : n->op == IR_SETVEC && (dead.vecs & vec)) {
            *n = (struct ir_node){ .op = IR_NOP };
            removed++;
        } else if (n->op == IR_SETREG) {
            dead.regs |= reg;
        } else if (n->op == IR_GETREG) {
            dead.regs &= ~reg;
        } else if (n->op == IR_SETVEC) {
            dead.vecs |= vec;
        } else if (n->op == IR_GETVEC) {
            dead.vecs &= ~vec;
        } else if (flags & (IR_F_MEM | IR_F_TERM)) {
            dead = (struct dead_slots){ 0, 0 };
        } else if (flags & IR_F_CALLS) {
            see_helper(&dead, ir_helper_flags(b, n));
        }
    }
    return removed;
}
