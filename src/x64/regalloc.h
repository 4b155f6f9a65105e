/* SPDX-License-Identifier: MIT */
/*
 * regalloc.h - which host register holds which SSA value, within one block.
 *
 * A forward allocator: values get registers when they are defined or first
 * used and lose them at their last use or by eviction. A guest register that
 * was written (SETREG) is just a binding of its slot to a value; it is
 * stored to its home when it is evicted or when the block ends. Faults find
 * dirty slots through the side table. Emitters name registers only where x86
 * demands it.
 */
#ifndef X64_REGALLOC_H
#define X64_REGALLOC_H

#include "ir.h"

struct emitter;

enum val_class { CLS_GPR, CLS_XMM }; /* integer or vector registers */

/* Prepares the allocator for e->b: last uses, everything in its home. */
void ra_init(struct emitter *e);
/* Is @v needed after the current node? */
bool ra_live_after(struct emitter *e, ir_ref v);
/* The register that holds @v, loaded if necessary; locked until the node's
 * end. EFLAGS are kept. */
unsigned ra_use(struct emitter *e, ir_ref v, enum val_class cls);
/* If @v is only in memory and this is its last use: true, with its address
 * (base register r15 + *disp) for a memory operand. */
bool ra_use_mem(struct emitter *e, ir_ref v, enum val_class cls, s32 *disp);
/* A fresh register for the result of the current node. */
unsigned ra_def(struct emitter *e, enum val_class cls);
/* The result's register, initialised with @v: @v's own if @v dies here,
 * else a copy. */
unsigned ra_def_copy(struct emitter *e, ir_ref v, enum val_class cls);
/* The result is already in @reg (scratch registers are copied). */
unsigned ra_def_in(struct emitter *e, unsigned reg, enum val_class cls);
/* Binds @slot to @v (SETREG, SETVEC): nothing is emitted. */
void ra_bind(struct emitter *e, enum val_class cls, unsigned slot, ir_ref v);
/* The current node reads @slot (GETREG): its value is in the home. */
void ra_get(struct emitter *e, enum val_class cls, unsigned slot);
/* Ends the current node: unlocks, frees registers of dead values. */
void ra_node_done(struct emitter *e);
/* Stores every dirty slot of @cls to its home. */
void ra_writeback(struct emitter *e, enum val_class cls);
/* Before a C call: values in caller-saved registers go to memory. */
void ra_before_call(struct emitter *e);
/* The callee may write the slots of @cls: forget them (after writeback and
 * before the call); live values in homes move away first. */
void ra_invalidate(struct emitter *e, enum val_class cls);
/* Byte offset from r15 of a slot's home. */
s32 ra_home(struct emitter *e, enum val_class cls, unsigned slot);
/* The same as ra_def() for node @node, a second result (HI, HIV). */
unsigned ra_def_node(struct emitter *e, unsigned node, enum val_class cls);
/* After the arguments of a C call were moved: caller-saved registers hold
 * nothing any more. */
void ra_call_clobber(struct emitter *e);
/* Register of @v if it is in one, else NO_REG. Nothing is emitted. */
unsigned ra_peek(struct emitter *e, ir_ref v);

/* Stores the dirty slot @slot to its home. */
void ra_writeback_slot(struct emitter *e, enum val_class cls, unsigned slot);
/* @v is needed until node @until at least. */
void ra_keep(struct emitter *e, ir_ref v, u32 until);
/* Emits the move of register @s to @d; no bookkeeping. */
void ra_mov(struct emitter *e, enum val_class cls, unsigned d, unsigned s);
/* Emits the load of @v, which is in memory or a constant, into @r; no
 * bookkeeping. EFLAGS are kept. */
void ra_load(struct emitter *e, enum val_class cls, unsigned r, ir_ref v);
/* The same with the home of @slot. */
void ra_load_home(struct emitter *e, enum val_class cls, unsigned r,
                  unsigned slot);

#endif
