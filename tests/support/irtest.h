/* SPDX-License-Identifier: MIT */
/*
 * irtest.h - a small guest for tests of the IR, the evaluator and back ends:
 * 32 integer and 32 vector registers, a few state fields, helpers of every
 * kind, and a memory whose pages behave differently.
 *
 * Memory, at IRT_MEM:
 *     pages 0..3   read-write, for the unprivileged view too
 *     pages 4..7   read-write, faults for the unprivileged view
 *     page 8       read-only
 *     page 9       faults
 *     page 10      a device: never a tag; any instruction but the last of
 *                  its block is restarted
 *     pages 11..15 as 4..7
 * All other addresses fault. Slow accesses fill tags, as an engine does.
 */
#ifndef IRTEST_H
#define IRTEST_H

#include "ir.h"
#include "jit.h"

#define IRT_MEM 0x10000ull
#define IRT_PAGES 16
#define IRT_BYTES (IRT_PAGES * 4096)
#define IRT_TAG_BITS 4

struct irt_cpu {
    u64 reg[32];          /* integer slots */
    v128 vec[32];         /* vector slots */
    u64 pc;               /* guest pc */
    u64 env[4];           /* state fields without meaning */
    u32 fpcr;             /* FP control */
    u32 fpsr;             /* FP status */
    u16 nzcv;             /* in the form of ir.h */
    u64 fault_va;         /* address of the last failed access */
    u64 n_slow;           /* slow accesses */
    struct cpu_host host; /* engine's part */
    struct tag_table tags[3]; /* own, other half, unprivileged */
    struct jc_entry jc[1u << JC_BITS]; /* jump cache, empty */
    u32 pages[1u << CODE_SLOT_BITS]; /* fetch context, empty */
    u8 mem[IRT_BYTES];    /* guest memory */
};

/* Helpers by number; those of vector operations follow, see irt_helper_of. */
enum irt_helper {
    IRT_NONE,
    IRT_ADD3,      /* I, pure: a + 2b + 3c + param */
    IRT_FAIL_IF,   /* I, faults if a; else b */
    IRT_READ_REG,  /* I, reads registers: reg[param] */
    IRT_WRITE_REG, /* I, writes registers: reg[param] = a, gives the old */
    IRT_READ_VEC,  /* IV, reads vectors: sum of vec[param] */
    IRT_WRITE_VEC, /* V, writes vectors: vec[param] = a, gives the old */
    IRT_READ_FLAGS, /* I, reads flags */
    IRT_WRITE_FLAGS, /* I, writes flags: NZCV in bits 31:28 of a */
    IRT_TIME,      /* I, time: instructions executed before this one */
    IRT_STEAL,     /* I, time: steals the budget */
    IRT_VMIX,      /* V, pure: a rotated by 8 bytes ^ b + c, param added */
    IRT_VSUM,      /* IV, pure: halves of a - b + c, added up, plus param */
    IRT_VFILL,     /* VI, pure: a in both halves ^ b, c added */
    IRT_COUNT,     /* I, not pure: env[3] += a; gives a */
    IRT_FIRST_VEC  /* helpers of vector operations from here on */
};

extern const struct ir_layout irt_layout;
extern const struct jit_slow irt_slow;

/* Writes to every register that a C function may: what compiled code needs
 * after a helper or a slow path must not be in one. */
void irt_clobber(void);

/* The number of the helper of a VEC operation, 0 if it has none here. */
u32 irt_helper_of(enum ir_op op);
/* A CPU with everything zero, tags empty and a budget of 1000. */
struct irt_cpu *irt_new(void);
void irt_free(struct irt_cpu *c);
/* Empties the tags. */
void irt_drop_tags(struct irt_cpu *c);
/* Runs @b once under the evaluator. */
struct jit_result irt_eval(struct irt_cpu *c, struct ir_block *b);
/* Host address of @va, which must be in the memory. */
u8 *irt_mem(struct irt_cpu *c, u64 va);

#endif
