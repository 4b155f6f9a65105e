/* SPDX-License-Identifier: MIT */
/*
 * The operations that softfp_diff.c compares with softfp_guest.c.
 *
 * OP(id, in, out_bits, insns, expr): `in` is the kind of operands (h, s, d;
 * i integer; l single addend with half factors), out_bits how much of the
 * result counts, `insns` the A64 code with operands in v1, v2, v3 (the first
 * also in x4) and the result in v0, `expr` the same through softfp.h with
 * A, B, C for the operands cut to the width that is named.
 */
/* clang-format off */
#define FP_SAME_WIDTH(c, n)                                                   \
    OP(fadd_##c, c, n, "fadd " #c "0, " #c "1, " #c "2",                      \
       fp##n##_add(A##n, B##n, st))                                           \
    OP(fsub_##c, c, n, "fsub " #c "0, " #c "1, " #c "2",                      \
       fp##n##_sub(A##n, B##n, st))                                           \
    OP(fabd_##c, c, n, "fabd " #c "0, " #c "1, " #c "2",                      \
       fp##n##_abd(A##n, B##n, st))                                           \
    OP(fmul_##c, c, n, "fmul " #c "0, " #c "1, " #c "2",                      \
       fp##n##_mul(A##n, B##n, st))                                           \
    OP(fmulx_##c, c, n, "fmulx " #c "0, " #c "1, " #c "2",                    \
       fp##n##_mulx(A##n, B##n, st))                                          \
    OP(fdiv_##c, c, n, "fdiv " #c "0, " #c "1, " #c "2",                      \
       fp##n##_div(A##n, B##n, st))                                           \
    OP(fsqrt_##c, c, n, "fsqrt " #c "0, " #c "1", fp##n##_sqrt(A##n, st))     \
    OP(fmadd_##c, c, n, "fmadd " #c "0, " #c "2, " #c "3, " #c "1",           \
       fp##n##_fma(A##n, B##n, C##n, st))                                     \
    OP(fmax_##c, c, n, "fmax " #c "0, " #c "1, " #c "2",                      \
       fp##n##_max(A##n, B##n, st))                                           \
    OP(fmin_##c, c, n, "fmin " #c "0, " #c "1, " #c "2",                      \
       fp##n##_min(A##n, B##n, st))                                           \
    OP(fmaxnm_##c, c, n, "fmaxnm " #c "0, " #c "1, " #c "2",                  \
       fp##n##_maxnm(A##n, B##n, st))                                         \
    OP(fminnm_##c, c, n, "fminnm " #c "0, " #c "1, " #c "2",                  \
       fp##n##_minnm(A##n, B##n, st))                                         \
    OP(frecps_##c, c, n, "frecps " #c "0, " #c "1, " #c "2",                  \
       fp##n##_recip_step(A##n, B##n, st))                                    \
    OP(frsqrts_##c, c, n, "frsqrts " #c "0, " #c "1, " #c "2",                \
       fp##n##_rsqrt_step(A##n, B##n, st))                                    \
    OP(frecpe_##c, c, n, "frecpe " #c "0, " #c "1",                           \
       fp##n##_recip_estimate(A##n, st))                                      \
    OP(frsqrte_##c, c, n, "frsqrte " #c "0, " #c "1",                         \
       fp##n##_rsqrt_estimate(A##n, st))                                      \
    OP(frecpx_##c, c, n, "frecpx " #c "0, " #c "1", fp##n##_recpx(A##n, st))  \
    OP(fcmp_##c, c, 32, "fcmp " #c "1, " #c "2\n\tmrs x0, nzcv\n\tfmov d0, x0",\
       (uint64_t)fp##n##_compare(A##n, B##n, false, st) << 28)                \
    OP(fcmpe_##c, c, 32,                                                      \
       "fcmpe " #c "1, " #c "2\n\tmrs x0, nzcv\n\tfmov d0, x0",               \
       (uint64_t)fp##n##_compare(A##n, B##n, true, st) << 28)                 \
    OP(fcmeq_##c, c, n, "fcmeq " #c "0, " #c "1, " #c "2",                    \
       fp##n##_eq(A##n, B##n, st) ? UINT64_MAX : 0)                           \
    OP(fcmge_##c, c, n, "fcmge " #c "0, " #c "1, " #c "2",                    \
       fp##n##_ge(A##n, B##n, st) ? UINT64_MAX : 0)                           \
    OP(fcmgt_##c, c, n, "fcmgt " #c "0, " #c "1, " #c "2",                    \
       fp##n##_gt(A##n, B##n, st) ? UINT64_MAX : 0)                           \
    OP(facge_##c, c, n, "facge " #c "0, " #c "1, " #c "2",                    \
       fp##n##_acge(A##n, B##n, st) ? UINT64_MAX : 0)                         \
    OP(facgt_##c, c, n, "facgt " #c "0, " #c "1, " #c "2",                    \
       fp##n##_acgt(A##n, B##n, st) ? UINT64_MAX : 0)                         \
    OP(frintn_##c, c, n, "frintn " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, FP_TIEEVEN, false, st))                        \
    OP(frintp_##c, c, n, "frintp " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, FP_POSINF, false, st))                         \
    OP(frintm_##c, c, n, "frintm " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, FP_NEGINF, false, st))                         \
    OP(frintz_##c, c, n, "frintz " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, FP_ZERO, false, st))                           \
    OP(frinta_##c, c, n, "frinta " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, FP_TIEAWAY, false, st))                        \
    OP(frintx_##c, c, n, "frintx " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, fp_rounding_mode(st->fpcr), true, st))         \
    OP(frinti_##c, c, n, "frinti " #c "0, " #c "1",                           \
       fp##n##_round_int(A##n, fp_rounding_mode(st->fpcr), false, st))

#define FP_ROUND_INT_N(c, n)                                                  \
    OP(frint32z_##c, c, n, "frint32z " #c "0, " #c "1",                       \
       fp##n##_round_int_n(A##n, FP_ZERO, 32, st))                            \
    OP(frint32x_##c, c, n, "frint32x " #c "0, " #c "1",                       \
       fp##n##_round_int_n(A##n, fp_rounding_mode(st->fpcr), 32, st))         \
    OP(frint64z_##c, c, n, "frint64z " #c "0, " #c "1",                       \
       fp##n##_round_int_n(A##n, FP_ZERO, 64, st))                            \
    OP(frint64x_##c, c, n, "frint64x " #c "0, " #c "1",                       \
       fp##n##_round_int_n(A##n, fp_rounding_mode(st->fpcr), 64, st))

/* To integers: r is the letter of the rounding mode, R its name. */
#define FP_TO_INT(c, n, r, R)                                                 \
    OP(fcvt##r##s_w##c, c, 64, "fcvt" #r "s w0, " #c "1\n\tfmov d0, x0",      \
       fp##n##_to_int(A##n, 32, false, 0, R, st))                             \
    OP(fcvt##r##u_w##c, c, 64, "fcvt" #r "u w0, " #c "1\n\tfmov d0, x0",      \
       fp##n##_to_int(A##n, 32, true, 0, R, st))                              \
    OP(fcvt##r##s_x##c, c, 64, "fcvt" #r "s x0, " #c "1\n\tfmov d0, x0",      \
       fp##n##_to_int(A##n, 64, false, 0, R, st))                             \
    OP(fcvt##r##u_x##c, c, 64, "fcvt" #r "u x0, " #c "1\n\tfmov d0, x0",      \
       fp##n##_to_int(A##n, 64, true, 0, R, st))
#define FP_TO_INTS(c, bits)                                                   \
    FP_TO_INT(c, bits, n, FP_TIEEVEN)                                         \
    FP_TO_INT(c, bits, p, FP_POSINF)                                          \
    FP_TO_INT(c, bits, m, FP_NEGINF)                                          \
    FP_TO_INT(c, bits, z, FP_ZERO)                                            \
    FP_TO_INT(c, bits, a, FP_TIEAWAY)
#define FP_TO_FIXED(c, n, q, w, fbits)                                        \
    OP(fcvtzs_##q##c##fbits, c, 64,                                           \
       "fcvtzs " #q "0, " #c "1, #" #fbits "\n\tfmov d0, x0",                 \
       fp##n##_to_int(A##n, w, false, fbits, FP_ZERO, st))                    \
    OP(fcvtzu_##q##c##fbits, c, 64,                                           \
       "fcvtzu " #q "0, " #c "1, #" #fbits "\n\tfmov d0, x0",                 \
       fp##n##_to_int(A##n, w, true, fbits, FP_ZERO, st))

/* From integers; fbits 0 has an encoding of its own. */
#define FP_FROM_INT(c, n, q, w)                                               \
    OP(scvtf_##c##q, i, n, "scvtf " #c "0, " #q "4",                          \
       fp##n##_from_int(a, w, false, 0, st))                                  \
    OP(ucvtf_##c##q, i, n, "ucvtf " #c "0, " #q "4",                          \
       fp##n##_from_int(a, w, true, 0, st))
#define FP_FROM_FIXED(c, n, q, w, fbits)                                      \
    OP(scvtf_##c##q##fbits, i, n, "scvtf " #c "0, " #q "4, #" #fbits,         \
       fp##n##_from_int(a, w, false, fbits, st))                              \
    OP(ucvtf_##c##q##fbits, i, n, "ucvtf " #c "0, " #q "4, #" #fbits,         \
       fp##n##_from_int(a, w, true, fbits, st))
#define FP_FIXED(c, n)                                                        \
    FP_TO_FIXED(c, n, w, 32, 1)                                               \
    FP_TO_FIXED(c, n, w, 32, 32)                                              \
    FP_TO_FIXED(c, n, x, 64, 17)                                              \
    FP_TO_FIXED(c, n, x, 64, 64)                                              \
    FP_FROM_INT(c, n, w, 32)                                                  \
    FP_FROM_INT(c, n, x, 64)                                                  \
    FP_FROM_FIXED(c, n, w, 32, 1)                                             \
    FP_FROM_FIXED(c, n, w, 32, 32)                                            \
    FP_FROM_FIXED(c, n, x, 64, 17)                                            \
    FP_FROM_FIXED(c, n, x, 64, 64)

FP_SAME_WIDTH(h, 16)
FP_SAME_WIDTH(s, 32)
FP_SAME_WIDTH(d, 64)
FP_ROUND_INT_N(s, 32)
FP_ROUND_INT_N(d, 64)
FP_TO_INTS(h, 16)
FP_TO_INTS(s, 32)
FP_TO_INTS(d, 64)
FP_FIXED(h, 16)
FP_FIXED(s, 32)
FP_FIXED(d, 64)
OP(fcvtns_hh, h, 16, "fcvtns h0, h1",
   fp16_to_int(A16, 16, false, 0, FP_TIEEVEN, st))
OP(fcvtau_hh, h, 16, "fcvtau h0, h1",
   fp16_to_int(A16, 16, true, 0, FP_TIEAWAY, st))
OP(fcvtzs_hh5, h, 16, "fcvtzs h0, h1, #5",
   fp16_to_int(A16, 16, false, 5, FP_ZERO, st))
OP(fcvtzu_hh16, h, 16, "fcvtzu h0, h1, #16",
   fp16_to_int(A16, 16, true, 16, FP_ZERO, st))
OP(scvtf_hh, i, 16, "scvtf h0, h1", fp16_from_int(a, 16, false, 0, st))
OP(ucvtf_hh, i, 16, "ucvtf h0, h1", fp16_from_int(a, 16, true, 0, st))
OP(scvtf_hh5, i, 16, "scvtf h0, h1, #5", fp16_from_int(a, 16, false, 5, st))
OP(ucvtf_hh16, i, 16, "ucvtf h0, h1, #16", fp16_from_int(a, 16, true, 16, st))
OP(fcvt_sh, h, 32, "fcvt s0, h1", fp16_to_fp32(A16, st))
OP(fcvt_dh, h, 64, "fcvt d0, h1", fp16_to_fp64(A16, st))
OP(fcvt_hs, s, 16, "fcvt h0, s1", fp32_to_fp16(A32, st))
OP(fcvt_ds, s, 64, "fcvt d0, s1", fp32_to_fp64(A32, st))
OP(fcvt_hd, d, 16, "fcvt h0, d1", fp64_to_fp16(A64, st))
OP(fcvt_sd, d, 32, "fcvt s0, d1", fp64_to_fp32(A64, st))
OP(fcvtxn_sd, d, 32, "fcvtxn s0, d1", fp64_to_fp32_odd(A64, st))
OP(fjcvtzs, d, 64,
   "fjcvtzs w0, d1\n\tmrs x5, nzcv\n\torr x0, x0, x5, lsl #4\n\tfmov d0, x0",
   js_result(A64, st))
OP(fmlal, l, 32, "fmov d0, d1\n\tfmlal v0.2s, v2.2h, v3.2h",
   fp32_fma(A32, fp16_factor(B16, st), fp16_factor(C16, st), st))
OP(bfcvt, s, 16, "bfcvt h0, s1", fp32_to_bf16(A32, st))
OP(bfdot, s, 32, "fmov d0, d1\n\tbfdot v0.2s, v2.4h, v3.4h",
   bf16_dot_add(A32, B32, C32))
OP(urecpe, i, 32, "urecpe v0.2s, v1.2s", fp_urecpe(A32))
OP(ursqrte, i, 32, "ursqrte v0.2s, v1.2s", fp_ursqrte(A32))

#undef FP_SAME_WIDTH
#undef FP_ROUND_INT_N
#undef FP_TO_INT
#undef FP_TO_INTS
#undef FP_TO_FIXED
#undef FP_FROM_INT
#undef FP_FROM_FIXED
#undef FP_FIXED
/* clang-format on */
