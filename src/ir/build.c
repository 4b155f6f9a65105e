/* SPDX-License-Identifier: MIT */
/*
 * build.c - appending nodes to a block.
 *
 * ir_emit() is the one way in for translators. It folds (opt_fold.c), and it
 * knows which value each guest register holds, so that a register written by
 * one instruction and read by the next stays one value: GETREG gives the
 * value last read or written, a SETREG of the value that is there already
 * vanishes. A helper that writes registers, vectors or flags ends that
 * knowledge. Nothing is allocated per node; the array doubles when it is full.
 *
 * IR_B_NO_OPT blocks get every node as it was asked for.
 */
#include "ir_impl.h"

#include <glib.h>
#include <string.h>

#define FIRST_MAX 16384 /* nodes allocated at first: 256 KiB */

void ir_block_init(struct ir_block *b, const struct ir_layout *layout)
{
    assert(layout->n_regs <= ARRAY_SIZE(b->cur_reg));
    assert(layout->n_vecs <= ARRAY_SIZE(b->cur_vec));
    memset(b, 0, sizeof(*b));
    b->layout = layout;
    b->max = FIRST_MAX;
    b->node = g_new(struct ir_node, b->max);
    ir_reset(b, 0, 0, 0);
}

void ir_block_fini(struct ir_block *b)
{
    g_free(b->node);
    b->node = NULL;
    b->n = b->max = 0;
}

void ir_reset(struct ir_block *b, u64 pc, gpa_t pa, u32 flags)
{
    b->n = 1;
    b->node[0] = (struct ir_node){ .op = IR_NOP };
    b->pc = pc;
    b->pa = pa;
    b->n_insns = 0;
    b->n_bytes = 0;
    b->flags = flags;
    b->target[0] = b->target[1] = 0;
    memset(b->cur_reg, 0, sizeof(b->cur_reg));
    memset(b->cur_vec, 0, sizeof(b->cur_vec));
    b->cur_flags = 0;
    memset(b->recent, 0, sizeof(b->recent));
}

struct ir_block *ir_block_dup(const struct ir_block *b)
{
    struct ir_block *d = g_new(struct ir_block, 1);
    ir_ref *map = g_new(ir_ref, b->n);
    u32 n = 1, i;

    *d = *b;
    d->node = g_new(struct ir_node, b->n);
    d->node[0] = b->node[0];
    map[0] = 0;
    for (i = 1; i < b->n; i++) {
        struct ir_node node = b->node[i];

        map[i] = 0;
        if (node.op == IR_NOP)
            continue;
        node.a = map[node.a];
        node.b = map[node.b];
        node.c = map[node.c];
        map[i] = (ir_ref)n;
        d->node[n++] = node;
    }
    d->n = d->max = n;
    d->node = g_renew(struct ir_node, d->node, n);
    g_free(map);
    return d;
}

void ir_block_free(struct ir_block *b)
{
    if (b)
        ir_block_fini(b);
    g_free(b);
}

ir_ref ir_append(struct ir_block *b, const struct ir_node *n)
{
    if (unlikely(b->n == b->max)) {
        b->max *= 2;
        b->node = g_renew(struct ir_node, b->node, b->max);
    }
    if (unlikely(b->n >= IR_MAX_NODES))
        bug("IR block at %#llx is full", (unsigned long long)b->pc);
    b->node[b->n] = *n;
    return (ir_ref)b->n++;
}

/* A constant made not long ago is used again. */
static ir_ref emit_const(struct ir_block *b, const struct ir_node *n)
{
    ir_ref *recent = &b->recent[n->imm * 0x9e3779b97f4a7c15 >> 60];
    const struct ir_node *r = &b->node[*recent];

    if (*recent && r->imm == n->imm && r->op == n->op)
        return *recent;
    return *recent = ir_append(b, n);
}

/* What is known of the guest's registers after a call. */
static void forget(struct ir_block *b, u32 helper_flags)
{
    if (helper_flags & HF_WRITE_REGS)
        memset(b->cur_reg, 0, sizeof(b->cur_reg));
    if (helper_flags & HF_WRITE_VECS)
        memset(b->cur_vec, 0, sizeof(b->cur_vec));
    if (helper_flags & HF_WRITE_FLAGS)
        b->cur_flags = 0;
}

/* A read of a register whose current value may be in @cur. */
static ir_ref emit_get(struct ir_block *b, const struct ir_node *n,
                       ir_ref *cur)
{
    if (!*cur)
        *cur = ir_append(b, n);
    return *cur;
}

static ir_ref emit_set(struct ir_block *b, const struct ir_node *n,
                       ir_ref *cur)
{
    if (*cur == n->a)
        return 0;
    *cur = n->a;
    return ir_append(b, n);
}

ir_ref ir_emit(struct ir_block *b, enum ir_op op, ir_ref x, ir_ref y,
               ir_ref z, u64 imm)
{
    struct ir_node n = { .op = (u8)op, .a = x, .b = y, .c = z, .imm = imm };
    u32 flags;
    ir_ref r;

    if (op == IR_CC && (imm & 14) == 14) /* AL and NV always hold */
        n = (struct ir_node){ .op = IR_ISZERO64, .a = ir_const(b, 0) };
    if (b->flags & IR_B_NO_OPT)
        return ir_append(b, &n);
    switch (n.op) {
    case IR_CONST:
    case IR_VCONST: return emit_const(b, &n);
    case IR_GETREG: return emit_get(b, &n, &b->cur_reg[imm & 63]);
    case IR_GETVEC: return emit_get(b, &n, &b->cur_vec[imm & 31]);
    case IR_GETF: return emit_get(b, &n, &b->cur_flags);
    case IR_SETREG: return emit_set(b, &n, &b->cur_reg[imm & 63]);
    case IR_SETVEC: return emit_set(b, &n, &b->cur_vec[imm & 31]);
    case IR_SETF: return emit_set(b, &n, &b->cur_flags);
    default: break;
    }
    flags = ir_op_info[n.op].flags;
    if (flags & (IR_F_PURE | IR_F_MEM)) {
        r = ir_fold(b, &n);
        return r ? r : ir_append(b, &n);
    }
    if (flags & IR_F_CALLS)
        forget(b, ir_helper_flags(b, &n));
    return ir_append(b, &n);
}

ir_ref ir_not_cond(struct ir_block *b, ir_ref c)
{
    const struct ir_node n = b->node[c];

    assert(ir_op_info[n.op].result == IR_T_C);
    if (n.op != IR_CC)
        return ir_emit(b, n.op, n.a, n.b, n.c, n.imm ^ IR_COND_INV);
    return ir_emit(b, IR_CC, n.a, 0, 0, n.imm ^ 1);
}
