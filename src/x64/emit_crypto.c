/* SPDX-License-Identifier: MIT */
/*
 * emit_crypto.c - AES, SHA-256 and polynomial multiplication by the host's
 * instructions for them; without these, by the operation's helper, whose
 * meaning is the same (ir_ops.def).
 *
 * The host has the operations of one algorithm in other steps and orders
 * than the IR; what is put between is said at each.
 */
#include "sse.h"

#define SHA256RNDS2 (M_0F38 | 0xcb)
#define SHA256MSG1 (M_0F38 | 0xcc)
#define SHA256MSG2 (M_0F38 | 0xcd)

/* --- AES ----------------------------------------------------------------- */

/* AESE is AESENCLAST with a zero key, the real one added before. */
static void aes_last(struct emitter *e, struct ir_node *n, u32 op)
{
    unsigned b, d;

    if (!e->j->feat.aes) {
        emit_helper_call(e, n);
        return;
    }
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def_copy(e, n->a, CLS_XMM);
    rr(e, PXOR, d, b);
    rr(e, PXOR, T0, T0);
    rr(e, op, d, T0);
}
void x64_VAESE(struct emitter *e, struct ir_node *n)
{
    aes_last(e, n, SSE38(0xdd));
}
void x64_VAESD(struct emitter *e, struct ir_node *n)
{
    aes_last(e, n, SSE38(0xdf));
}

/* AESENC(AESDECLAST(x, 0), 0) = MixColumns(x). */
void x64_VAESMC(struct emitter *e, struct ir_node *n)
{
    unsigned d;

    if (!e->j->feat.aes) {
        emit_helper_call(e, n);
        return;
    }
    d = ra_def_copy(e, n->a, CLS_XMM);
    rr(e, PXOR, T0, T0);
    rr(e, SSE38(0xdf), d, T0);
    rr(e, SSE38(0xdc), d, T0);
}
void x64_VAESIMC(struct emitter *e, struct ir_node *n)
{
    unsigned s, d;

    if (!e->j->feat.aes) {
        emit_helper_call(e, n);
        return;
    }
    s = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    rr(e, SSE38(0xdb), d, s);
}

void x64_VPMULL64(struct emitter *e, struct ir_node *n)
{
    unsigned b, d;

    if (!e->j->feat.pclmul) {
        emit_helper_call(e, n);
        return;
    }
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def_copy(e, n->a, CLS_XMM);
    rri(e, SSE3A(0x44), d, b, 0);
}

/* --- SHA-256 ------------------------------------------------------------- */

/*
 * Four rounds. The guest has the state as (a b c d) and (e f g h), lane 0
 * first; the host wants (f e b a) and (h g d c), does two rounds at a time
 * and takes their words from the low half of xmm0.
 */
static void sha256_rounds(struct emitter *e, struct ir_node *n, ir_ref abcd,
                          ir_ref efgh, bool want_efgh)
{
    unsigned x, y, w, d;

    if (!e->j->feat.sha) {
        emit_helper_call(e, n);
        return;
    }
    x = ra_use(e, abcd, CLS_XMM);
    y = ra_use(e, efgh, CLS_XMM);
    w = ra_use(e, n->c, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    rri(e, PSHUFD, T1, x, 0xb1);
    rri(e, PSHUFD, T2, y, 0xb1);
    rr(e, MOVAPS, T0, T2);
    rr(e, PUNPCKLQDQ, T0, T1); /* f e b a */
    rr(e, PUNPCKHQDQ, T2, T1); /* h g d c */
    rr(e, MOVAPS, T1, 0);      /* xmm0 is somebody's */
    rr(e, MOVAPS, 0, w);
    rr(e, SHA256RNDS2, T2, T0);
    rri(e, PSHUFD, 0, 0, 0x0e);
    rr(e, SHA256RNDS2, T0, T2); /* T2 now plays the part of (h g d c) */
    rr(e, MOVAPS, 0, T1);
    /* The newest state is T0 = (f e b a), T2 = (h g d c). */
    rr(e, want_efgh ? PUNPCKLQDQ : PUNPCKHQDQ, T0, T2);
    rri(e, PSHUFD, d, T0, 0xb1);
}
void x64_VSHA256H(struct emitter *e, struct ir_node *n)
{
    sha256_rounds(e, n, n->a, n->b, false);
}
void x64_VSHA256H2(struct emitter *e, struct ir_node *n)
{
    sha256_rounds(e, n, n->b, n->a, true);
}

void x64_VSHA256SU0(struct emitter *e, struct ir_node *n)
{
    unsigned b, d;

    if (!e->j->feat.sha) {
        emit_helper_call(e, n);
        return;
    }
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def_copy(e, n->a, CLS_XMM);
    rr(e, SHA256MSG1, d, b);
}

/* The host leaves the addition of W[t-7], (c:b) >> 32, to the program. */
void x64_VSHA256SU1(struct emitter *e, struct ir_node *n)
{
    unsigned b, c, d;

    if (!e->j->feat.sha) {
        emit_helper_call(e, n);
        return;
    }
    b = ra_use(e, n->b, CLS_XMM);
    c = ra_use(e, n->c, CLS_XMM);
    d = ra_def_copy(e, n->a, CLS_XMM);
    rr(e, MOVAPS, T0, c);
    rr(e, MOVAPS, T1, c);          /* d may be c's register */
    rri(e, SSE3A(0x0f), T0, b, 4); /* palignr */
    rr(e, SSE(0xfe), d, T0);       /* paddd */
    rr(e, SHA256MSG2, d, T1);
}
