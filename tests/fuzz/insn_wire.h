/* SPDX-License-Identifier: MIT */
/*
 * insn_wire.h - what insn.c and its guest (insn_guest.c) share: the layout of
 * a batch of cases in one memory file, and the guest's memory while a case
 * runs.
 *
 * A case is up to INSN_MAX instructions in a slot of its own, ended by BRK,
 * the state it starts from, and three pages of memory, the same for all cases
 * of a batch: two that can be written, one that can only be read; the pages
 * on both sides of them are not mapped. It ends with its first exception.
 *
 * The guest is built by a compiler for the guest, so nothing of emu is used.
 */
#ifndef INSN_WIRE_H
#define INSN_WIRE_H

#include <stdint.h>

#define INSN_CODE_VA 0x1240000000ull    /* slot 0 */
#define INSN_DATA_VA 0x1250010000ull    /* the three pages */
#define INSN_BATCH 8192                 /* slots */
#define INSN_SLOT_WORDS 16              /* words of a slot */
#define INSN_SLOT_BYTES 64
#define INSN_MAX 14                     /* instructions of a case */
#define INSN_PAGE 4096
#define INSN_RW_BYTES (2 * INSN_PAGE)   /* what a case may write */
#define INSN_DATA_BYTES (3 * INSN_PAGE)
#define INSN_EDGE 64                    /* last bytes that can be written */
#define INSN_BRK 0xd4200000u
#define INSN_NOP 0xd503201fu

/* What a case starts from and what it ends with. */
struct insn_state {
    uint64_t x[31];   /* X0..X30 */
    uint64_t sp;      /* SP */
    uint64_t pc;      /* at the end: of the instruction that trapped */
    uint32_t nzcv;    /* bits 31:28 */
    uint32_t fpcr;    /* FPCR */
    uint32_t fpsr;    /* FPSR */
    uint32_t zero;    /* unused */
    uint64_t v[32][2]; /* V0..V31, low half first */
};

struct insn_end {
    struct insn_state s; /* registers */
    uint64_t far;        /* SIGSEGV, SIGBUS: the address, else 0 */
    uint32_t sig;        /* number of the signal */
    uint32_t code;       /* SIGSEGV: 1 not mapped, 2 not permitted; else 0 */
    uint64_t hash;       /* of what can be written but for the edge */
    uint8_t edge[INSN_EDGE]; /* its last bytes */
};

/* The file; code and data begin at a page. */
struct insn_batch {
    uint32_t n;        /* cases */
    uint32_t unused[1023]; /* zero */
    uint32_t code[INSN_BATCH][INSN_SLOT_WORDS]; /* slots */
    uint64_t data[INSN_DATA_BYTES / 8]; /* the three pages */
    struct insn_state start[INSN_BATCH]; /* where cases start */
    struct insn_end end[INSN_BATCH];     /* where they end */
};

/* Any difference of the bytes changes it; the same everywhere. */
static inline uint64_t insn_hash(const uint64_t *p)
{
    uint64_t h = 0;

    for (unsigned i = 0; i < (INSN_RW_BYTES - INSN_EDGE) / 8; i++)
        h = (h ^ p[i]) * 0x9e3779b97f4a7c15ull + (h >> 29);
    return h;
}

#endif
