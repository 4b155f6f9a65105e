/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_ldst.c - LD1-LD4, ST1-ST4 (multiple and single structures) and
 * LD1R-LD4R. DDI 0487, "Advanced SIMD load/store multiple structures",
 * "Advanced SIMD load/store single structure".
 *
 * Multiple structures go through memory in whole registers, ascending, and
 * are put in order between. All accesses come before the first register is
 * written; a store that is more than one access probes all of its bytes
 * first (DESIGN D7), so that a fault changes nothing and FAR is the lowest
 * faulting address. Where alignment is checked, each element must be
 * aligned; since elements follow each other, that is the first one's
 * alignment, checked before anything else.
 */
#include "trans_simd.h"

/* One instruction. */
struct structs {
    int es;      /* log2 of the bytes of an element */
    int reg_log; /* log2 of the bytes of a register: 3, 4 */
    int n;       /* registers */
    int rt;      /* the first of them */
    int rn;      /* base register */
    int bytes;   /* of memory in all */
    ir_ref base; /* address */
    ir_ref next; /* new value of the base register, 0 = no write-back */
};

static int reg_number(const struct structs *x, int k)
{
    return (x->rt + k) & 31;
}

/* --- address, faults --------------------------------------------------- */

/* Base and, if @p, the post-index: Xm, or the size of the access if 31. */
static void address(struct tctx *s, struct structs *x, int p, int rm)
{
    x->base = tc_base(s, x->rn);
    if (!p)
        return;
    x->next = ir2(s->b, IR_ADD64, x->base,
                  rm == 31 ? ir_const(s->b, (u64)x->bytes) : tc_x(s, rm));
}

static void write_back(struct tctx *s, const struct structs *x)
{
    if (x->next)
        tc_set_xsp(s, x->rn, x->next);
}

/* Element alignment, where it is checked. */
static void check_alignment(struct tctx *s, const struct structs *x, bool store)
{
    u32 param = tv_es(x->es) | (store ? SIMD_STORE : 0);

    if (x->es && (tc_memop(s, (unsigned)x->es) & IR_M_ALIGN))
        tc_call(s, H_simd_align, param, x->base, 0, 0);
}

/* All bytes must be writable, before the first of several stores. */
static void probe(struct tctx *s, const struct structs *x)
{
    u32 memop = IR_M_FOR_WRITE | ir_mem_elem((unsigned)x->es);

    ir_emit(s->b, IR_PROBE, x->base, ir_const(s->b, (u64)x->bytes), 0,
            ir_mem_imm(memop, 0));
}

/* --- registers from and to memory -------------------------------------- */

/*
 * Memory operation of a whole register: alignment has been checked, but for
 * Device memory, which sees the elements; byte order is the elements' own.
 */
static u64 whole(struct tctx *s, const struct structs *x, int size, int disp)
{
    u32 memop = tc_memop(s, (unsigned)size) & ~(u32)(IR_M_ALIGN | IR_M_BE);

    return ir_mem_imm(memop | ir_mem_elem((unsigned)x->es), disp);
}

/* Bytes of each element reversed if data is big-endian. */
static ir_ref byte_order(struct tctx *s, const struct structs *x, ir_ref v)
{
    if (!(s->flags & TB_BE) || x->es == 0)
        return v;
    return TV1(s, VREV, SIMD_ARG(x->es), v);
}

/*
 * Loads all of the memory into @r: whole registers of 1 << @size bytes, in
 * pairs where there are two, and what is left of 8 bytes.
 */
static void load_all(struct tctx *s, const struct structs *x, int size,
                     ir_ref r[4])
{
    int step = 1 << size, k = 0, disp = 0;

    while (disp + 2 * step <= x->bytes) {
        r[k] = ir1i(s->b, IR_LDVP, x->base, whole(s, x, size, disp));
        r[k + 1] = ir1(s->b, IR_HIV, r[k]);
        disp += 2 * step;
        k += 2;
    }
    for (; disp + step <= x->bytes; disp += step)
        r[k++] = ir1i(s->b, IR_LDV, x->base, whole(s, x, size, disp));
    if (disp < x->bytes)
        r[k++] = ir1i(s->b, IR_LDV, x->base, whole(s, x, 3, disp));
    while (k--)
        r[k] = byte_order(s, x, r[k]);
}

/* The inverse; a single access needs no probe. */
static void store_all(struct tctx *s, const struct structs *x, int size,
                      ir_ref r[4])
{
    int step = 1 << size, k, disp = 0;
    bool one = x->bytes == step || x->bytes == 2 * step;

    for (k = 0; k * step < x->bytes; k++)
        r[k] = byte_order(s, x, r[k]);
    if (!one)
        probe(s, x);
    k = 0;
    while (disp + 2 * step <= x->bytes) {
        ir3i(s->b, IR_STVP, x->base, r[k], r[k + 1], whole(s, x, size, disp));
        disp += 2 * step;
        k += 2;
    }
    for (; disp + step <= x->bytes; disp += step)
        ir2i(s->b, IR_STV, x->base, r[k++], whole(s, x, size, disp));
    if (disp < x->bytes)
        ir2i(s->b, IR_STV, x->base, r[k], whole(s, x, 3, disp));
}

/* --- putting structures in order --------------------------------------- */

/* Even and odd lanes of @x and @y. */
static ir_ref even(struct tctx *s, int es, ir_ref x, ir_ref y)
{
    return TV2(s, VUZP1, tv_es(es), x, y);
}

static ir_ref odd(struct tctx *s, int es, ir_ref x, ir_ref y)
{
    return TV2(s, VUZP2, tv_es(es), x, y);
}

/* Memory @m to registers @r; 64-bit ones have something above. */
static void deinterleave(struct tctx *s, const struct structs *x,
                         const ir_ref m[4], ir_ref r[4])
{
    bool q = x->reg_log == 4;
    ir_ref e[2], o[2];

    if (x->n == 2) {
        r[0] = even(s, x->es, m[0], q ? m[1] : m[0]);
        r[1] = odd(s, x->es, m[0], q ? m[1] : m[0]);
    } else if (x->n == 3) {
        for (int k = 0; k < 3; k++)
            r[k] = TV_CALL(s, ld3, tv_es(x->es) | SIMD_ARG(k) | SIMD_ARG2(q),
                           m[0], m[1], q ? m[2] : 0);
    } else {
        e[0] = even(s, x->es, m[0], m[1]);
        o[0] = odd(s, x->es, m[0], m[1]);
        e[1] = q ? even(s, x->es, m[2], m[3]) : e[0];
        o[1] = q ? odd(s, x->es, m[2], m[3]) : o[0];
        r[0] = even(s, x->es, e[0], e[1]);
        r[1] = even(s, x->es, o[0], o[1]);
        r[2] = odd(s, x->es, e[0], e[1]);
        r[3] = odd(s, x->es, o[0], o[1]);
    }
}

static ir_ref zip_lo(struct tctx *s, int es, ir_ref x, ir_ref y)
{
    return TV2(s, VZIP1, tv_es(es), x, y);
}

static ir_ref zip_hi(struct tctx *s, int es, ir_ref x, ir_ref y)
{
    return TV2(s, VZIP2, tv_es(es), x, y);
}

/*
 * Registers @r to memory @m, in pieces of 16 bytes; those beyond the
 * memory's end (64-bit registers) are not made.
 */
static void interleave(struct tctx *s, const struct structs *x,
                       const ir_ref r[4], ir_ref m[4])
{
    bool q = x->reg_log == 4;
    int es = x->es;
    ir_ref a, b;

    if (x->n == 2) {
        m[0] = zip_lo(s, es, r[0], r[1]);
        if (q)
            m[1] = zip_hi(s, es, r[0], r[1]);
    } else if (x->n == 3) {
        for (int k = 0; k < (q ? 3 : 2); k++)
            m[k] = TV_CALL(s, st3, tv_es(es) | SIMD_ARG(k), r[0], r[1], r[2]);
    } else {
        a = zip_lo(s, es, r[0], r[2]);
        b = zip_lo(s, es, r[1], r[3]);
        m[0] = zip_lo(s, es, a, b);
        m[1] = zip_hi(s, es, a, b);
        if (!q)
            return;
        a = zip_hi(s, es, r[0], r[2]);
        b = zip_hi(s, es, r[1], r[3]);
        m[2] = zip_lo(s, es, a, b);
        m[3] = zip_hi(s, es, a, b);
    }
}

/* --- multiple structures ----------------------------------------------- */

static struct structs multiple(struct tctx *s, const arg_mult *a, int n)
{
    struct structs x = { .es = a->size,
                         .reg_log = 3 + a->q,
                         .n = n,
                         .rt = a->rt,
                         .rn = a->rn,
                         .bytes = n * (8 << a->q) };

    address(s, &x, a->p, a->rm);
    return x;
}

static bool load_multiple(struct tctx *s, const arg_mult *a, int n,
                          bool interleaved)
{
    struct structs x;
    ir_ref m[4] = { 0 }, r[4];

    if (!tc_fp_check(s))
        return true;
    x = multiple(s, a, n);
    check_alignment(s, &x, false);
    load_all(s, &x, interleaved ? 4 : x.reg_log, m);
    if (interleaved)
        deinterleave(s, &x, m, r);
    for (int k = 0; k < n; k++)
        tc_set_v(s, reg_number(&x, k),
                 interleaved ? tv_low(s, 1 << x.reg_log, r[k]) : m[k]);
    write_back(s, &x);
    return true;
}

static bool store_multiple(struct tctx *s, const arg_mult *a, int n,
                           bool interleaved)
{
    struct structs x;
    ir_ref m[4], r[4];

    if (!tc_fp_check(s))
        return true;
    x = multiple(s, a, n);
    check_alignment(s, &x, true);
    for (int k = 0; k < n; k++)
        r[k] = tc_v(s, reg_number(&x, k));
    if (interleaved)
        interleave(s, &x, r, m);
    store_all(s, &x, interleaved ? 4 : x.reg_log, interleaved ? m : r);
    write_back(s, &x);
    return true;
}

/* LD1 and ST1: how many registers. */
static int count_of(int opcode)
{
    switch (opcode) {
    case 7: return 1;
    case 10: return 2;
    case 6: return 3;
    default: return 4;
    }
}

#define MULT(name, fn, n, interleaved)                          \
    bool trans_##name##_mult(struct tctx *s, const arg_mult *a) \
    {                                                           \
        return fn(s, a, n, interleaved);                        \
    }
MULT(LD1, load_multiple, count_of(a->opcode), false)
MULT(LD2, load_multiple, 2, true)
MULT(LD3, load_multiple, 3, true)
MULT(LD4, load_multiple, 4, true)
MULT(ST1, store_multiple, count_of(a->opcode), false)
MULT(ST2, store_multiple, 2, true)
MULT(ST3, store_multiple, 3, true)
MULT(ST4, store_multiple, 4, true)
#undef MULT

/* --- single structures ------------------------------------------------- */

/* Size of the element and, in @lane, which it is (Q:S:size). */
static int single_size(const arg_single *a, int *lane)
{
    int index = a->q << 3 | a->s << 2 | a->size;

    switch (a->opcode >> 1) {
    case 0: *lane = index; return 0;
    case 1: *lane = index >> 1; return 1;
    default:
        *lane = a->size == 1 ? a->q : index >> 2;
        return a->size == 1 ? 3 : 2;
    }
}

static struct structs single(struct tctx *s, const arg_single *a, int n, int es)
{
    struct structs x = { .es = es,
                         .reg_log = 4,
                         .n = n,
                         .rt = a->rt,
                         .rn = a->rn,
                         .bytes = n << es };

    address(s, &x, a->p, a->rm);
    return x;
}

static u64 element_imm(struct tctx *s, const struct structs *x, int k)
{
    return ir_mem_imm(tc_memop(s, (unsigned)x->es), k << x->es);
}

static bool load_single(struct tctx *s, const arg_single *a, int n)
{
    struct structs x;
    int lane, es = single_size(a, &lane);
    ir_ref r[4];

    if (!tc_fp_check(s))
        return true;
    x = single(s, a, n, es);
    for (int k = 0; k < n; k++)
        r[k] = ir1i(s->b, IR_LD, x.base, element_imm(s, &x, k));
    for (int k = 0; k < n; k++)
        tc_set_v(s, reg_number(&x, k),
                 ir2i(s->b, IR_VINS, tc_v(s, reg_number(&x, k)), r[k],
                      (u64)(es | lane << 8)));
    write_back(s, &x);
    return true;
}

static bool store_single(struct tctx *s, const arg_single *a, int n)
{
    struct structs x;
    int lane, es = single_size(a, &lane);

    if (!tc_fp_check(s))
        return true;
    x = single(s, a, n, es);
    if (n > 1) {
        check_alignment(s, &x, true);
        probe(s, &x);
    }
    for (int k = 0; k < n; k++) {
        ir_ref v = ir1i(s->b, IR_VGET, tc_v(s, reg_number(&x, k)),
                        (u64)(es | lane << 8));

        ir2i(s->b, IR_ST, x.base, v, element_imm(s, &x, k));
    }
    write_back(s, &x);
    return true;
}

static bool load_replicate(struct tctx *s, const arg_repl *a, int n)
{
    struct structs x = { .es = a->size,
                         .reg_log = 3 + a->q,
                         .n = n,
                         .rt = a->rt,
                         .rn = a->rn,
                         .bytes = n << a->size };
    ir_ref r[4];

    if (!tc_fp_check(s))
        return true;
    address(s, &x, a->p, a->rm);
    for (int k = 0; k < n; k++)
        r[k] = ir1i(s->b, IR_LD, x.base, element_imm(s, &x, k));
    for (int k = 0; k < n; k++)
        tc_set_v(
            s, reg_number(&x, k),
            tv_low(s, 1 << x.reg_log, ir1i(s->b, IR_VDUP, r[k], (u64)x.es)));
    write_back(s, &x);
    return true;
}

#define ONE(name, shape, fn, n)                       \
    bool trans_##name(struct tctx *s, const shape *a) \
    {                                                 \
        return fn(s, a, n);                           \
    }
ONE(LD1_single, arg_single, load_single, 1)
ONE(LD2_single, arg_single, load_single, 2)
ONE(LD3_single, arg_single, load_single, 3)
ONE(LD4_single, arg_single, load_single, 4)
ONE(ST1_single, arg_single, store_single, 1)
ONE(ST2_single, arg_single, store_single, 2)
ONE(ST3_single, arg_single, store_single, 3)
ONE(ST4_single, arg_single, store_single, 4)
ONE(LD1R, arg_repl, load_replicate, 1)
ONE(LD2R, arg_repl, load_replicate, 2)
ONE(LD3R, arg_repl, load_replicate, 3)
ONE(LD4R, arg_repl, load_replicate, 4)
#undef ONE
