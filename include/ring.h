/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the words in which the engine tells a trace what runs (DESIGN D9).
 *
 * They are written by the thread that runs the guest and read by another one.
 * A word below RING_RECORD is the identity of a block that the current CPU
 * enters; translated code writes these itself. Any other word begins a
 * record: its type in bits 30:24, the number of words that follow in 23:0.
 * Numbers of 64 bits take two words, the low one first.
 *
 * Identities are private to the run: RING_DEFINE may give one a new meaning
 * at any time.
 */
#ifndef EMU_RING_H
#define EMU_RING_H

#include "base.h"

#define RING_RECORD 0x80000000u
#define RING_ALL 0xffffffffu /* RING_CUT: every instruction ran */
/* The longest record: an event with its text. */
#define RING_MAX_WORDS 2048

enum ring_type {
    RING_DEFINE, /* identity, enum ring_block, va, pa, instructions... */
    RING_CPU,    /* the CPU that has the turn from now on */
    RING_CUT,    /* instructions of the last block that ran; does its block go
                    on? (trace_cut()) */
    RING_EVENT,  /* kind | fields << 8, bytes of text, count, fields, text */
    RING_GATE,   /* is what begins from now on wanted? (0, 1), count */
};

/* The second word of RING_DEFINE. */
enum ring_block {
    RING_EL = 3,        /* mask: the exception level */
    RING_MMU = 4,       /* stage 1 translation is on */
    RING_ASID = 8,      /* ... by TTBR0, so that the ASID matters */
    RING_PIECE = 0x100, /* the architectural block does not end with it */
};

static inline u32 ring_head(enum ring_type type, u32 words)
{
    return RING_RECORD | (u32)type << 24 | words;
}
static inline enum ring_type ring_type(u32 head)
{
    return (enum ring_type)(head >> 24 & 0x7f);
}
static inline u32 ring_words(u32 head)
{
    return head & 0xffffff;
}
static inline void ring_put64(u32 *p, u64 v)
{
    p[0] = (u32)v;
    p[1] = (u32)(v >> 32);
}
static inline u64 ring_get64(const u32 *p)
{
    return p[0] | (u64)p[1] << 32;
}

/* Where the words go. One thread writes. */
struct ring {
    u32 *end; /* behind the room that there is now */
    /*
     * Takes what was written up to @p (NULL: nothing yet) and returns where
     * to go on, with room for @words words; waits for it if need be. Nothing
     * is ever lost.
     */
    u32 *(*more)(void *opaque, u32 *p, u64 words);
    void *opaque; /* argument of more */
};

#endif
