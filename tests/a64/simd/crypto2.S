// SPDX-License-Identifier: MIT
//
// SHA-512, SHA-3, SM3 and SM4: each instruction on the table of vectors, and
// three known answers in full: SHA-512 of "abc" (FIPS 180-4), SM3 of "abc"
// (GB/T 32905-2016, A.1), SM4 both ways (GB/T 32907-2016, A.1).
#include "check.inc"
#include "vec.inc"

//> sha512 cc417349ae204131_ddaf35a193617aba 0a9eeee64b55d39a_12e6fa4e89a97ea2
//> sha512 36ba3c23a3feebbd_2192992a274fc1a8 2a9ac94fa54ca49f_454d4423643ce80e
//> sm3 66c7f0f462eeedd9_d1f2d46bdc10e4e2 4167c4875cf2f7a2_297da02b8f4ba8e0
//> sm4 enc 681edf34d206965e_86b3e94f536e4246
//> sm4 dec 0123456789abcdef_fedcba9876543210

.text
.global t_main
t_main:
    .irp    d, 2, 0, 1
    VEC     "sha512h q\d, q0, v1.2d; mov v2.16b, v\d\().16b"
    VEC     "sha512h2 q\d, q0, v1.2d; mov v2.16b, v\d\().16b"
    VEC     "sha512su1 v\d\().2d, v0.2d, v1.2d; mov v2.16b, v\d\().16b"
    VEC     "rax1 v\d\().2d, v0.2d, v1.2d; mov v2.16b, v\d\().16b"
    VEC     "sm3partw1 v\d\().4s, v0.4s, v1.4s; mov v2.16b, v\d\().16b"
    VEC     "sm3partw2 v\d\().4s, v0.4s, v1.4s; mov v2.16b, v\d\().16b"
    VEC     "sm4ekey v\d\().4s, v0.4s, v1.4s; mov v2.16b, v\d\().16b"
    VEC     "eor3 v\d\().16b, v0.16b, v1.16b, v3.16b; mov v2.16b, v\d\().16b"
    VEC     "bcax v\d\().16b, v0.16b, v1.16b, v3.16b; mov v2.16b, v\d\().16b"
    VEC     "sm3ss1 v\d\().4s, v0.4s, v1.4s, v3.4s; mov v2.16b, v\d\().16b"
    .irp    op, sm3tt1a, sm3tt1b, sm3tt2a, sm3tt2b
    .irp    i, 0, 1, 2, 3
    VEC     "\op v\d\().4s, v0.4s, v1.s[\i]; mov v2.16b, v\d\().16b"
    .endr
    .endr
    .endr
    VEC     "sha512su0 v2.2d, v0.2d"
    VEC     "sha512su0 v2.2d, v2.2d"
    VEC     "sm4e v2.4s, v0.4s"
    VEC     "sm4e v2.4s, v2.4s"
    .irp    i, 0, 1, 7, 31, 32, 33, 63
    VEC     "xar v2.2d, v0.2d, v1.2d, #\i"
    .endr
    VEC     "xar v2.2d, v2.2d, v1.2d, #8"
    VEC     "eor3 v2.16b, v2.16b, v2.16b, v2.16b"
    VEC     "bcax v2.16b, v0.16b, v2.16b, v2.16b"
    bl      sha512
    bl      sm3
    bl      sm4
    DONE

// Two rounds on ab, cd, ef, gh = v0 to v3; words by pairs in v16 to v23.
.macro SHA512_2 w0, w1, w4, w5, w7
    ldr     q6, [x0], #16
    add     v6.2d, v6.2d, v\w0\().2d
    ext     v6.16b, v6.16b, v6.16b, #8
    ext     v5.16b, v2.16b, v3.16b, #8
    ext     v7.16b, v1.16b, v2.16b, #8
    add     v3.2d, v3.2d, v6.2d
    sha512h q3, q5, v7.2d
    add     v4.2d, v1.2d, v3.2d
    sha512h2 q3, q1, v0.2d
    mov     v1.16b, v0.16b
    mov     v0.16b, v3.16b
    mov     v3.16b, v2.16b
    mov     v2.16b, v4.16b
    ext     v5.16b, v\w4\().16b, v\w5\().16b, #8
    sha512su0 v\w0\().2d, v\w1\().2d
    sha512su1 v\w0\().2d, v\w7\().2d, v5.2d
.endm

sha512:
    LA      x0, sha512_data
    ld1     {v16.2d-v19.2d}, [x0], #64
    ld1     {v20.2d-v23.2d}, [x0], #64
    ld1     {v0.2d-v3.2d}, [x0], #64
    mov     v24.16b, v0.16b
    mov     v25.16b, v1.16b
    mov     v26.16b, v2.16b
    mov     v27.16b, v3.16b
    .rept   5
    SHA512_2 16, 17, 20, 21, 23
    SHA512_2 17, 18, 21, 22, 16
    SHA512_2 18, 19, 22, 23, 17
    SHA512_2 19, 20, 23, 16, 18
    SHA512_2 20, 21, 16, 17, 19
    SHA512_2 21, 22, 17, 18, 20
    SHA512_2 22, 23, 18, 19, 21
    SHA512_2 23, 16, 19, 20, 22
    .endr
    add     v0.2d, v0.2d, v24.2d
    add     v1.2d, v1.2d, v25.2d
    add     v2.2d, v2.2d, v26.2d
    add     v3.2d, v3.2d, v27.2d
    SHOW    "sha512", v0, v1
    SHOW    "sha512", v2, v3
    ret

// A round on A to D = v0, E to H = v1 (lane 3 first); W in v3, W' in v4, the
// constant in w2.
.macro SM3_1 f, i
    ins     v6.s[3], w2
    ror     w2, w2, #31
    sm3ss1  v5.4s, v0.4s, v6.4s, v1.4s
    sm3tt1\f v0.4s, v5.4s, v4.s[\i]
    sm3tt2\f v1.4s, v5.4s, v3.s[\i]
.endm

.macro SM3_ROUNDS f, n
    mov     x3, #\n
1:  ldr     q3, [x1], #16
    ldr     q4, [x1]
    eor     v4.16b, v3.16b, v4.16b
    SM3_1   \f, 0
    SM3_1   \f, 1
    SM3_1   \f, 2
    SM3_1   \f, 3
    subs    x3, x3, #4
    b.ne    1b
.endm

sm3:
    LA      x0, sm3_data
    LA      x1, sm3_words
    ldp     q0, q1, [x0], #32
    stp     q0, q1, [x1]
    ldp     q0, q1, [x0], #32
    stp     q0, q1, [x1, #32]
    mov     x3, #13
1:  ldr     q0, [x1]
    ldur    q1, [x1, #28]
    ldr     q2, [x1, #48]
    sm3partw1 v0.4s, v1.4s, v2.4s
    ldur    q1, [x1, #40]
    ldur    q2, [x1, #12]
    sm3partw2 v0.4s, v1.4s, v2.4s
    str     q0, [x1, #64]
    add     x1, x1, #16
    subs    x3, x3, #1
    b.ne    1b
    LA      x1, sm3_words
    ldp     q0, q1, [x0]
    movi    v6.16b, #0
    ldr     w2, =0x79cc4519
    SM3_ROUNDS a, 16
    ldr     w2, =0x9d8a7a87         // 0x7a879d8a rotated by 16
    SM3_ROUNDS b, 48
    ldp     q2, q3, [x0]
    eor     v0.16b, v0.16b, v2.16b
    eor     v1.16b, v1.16b, v3.16b
    SHOW    "sm3", v0, v1
    ret
    .ltorg

sm4:
    LA      x0, sm4_data
    ldp     q0, q1, [x0], #32
    mov     v2.16b, v0.16b
    eor     v0.16b, v0.16b, v1.16b
    .irp    k, 16, 17, 18, 19, 20, 21, 22, 23
    ldr     q3, [x0], #16
    sm4ekey v\k\().4s, v0.4s, v3.4s
    mov     v0.16b, v\k\().16b
    .endr
    .irp    k, 16, 17, 18, 19, 20, 21, 22, 23
    sm4e    v2.4s, v\k\().4s
    .endr
    SHOW    "sm4 enc", v2
    .irp    k, 23, 22, 21, 20, 19, 18, 17, 16
    rev64   v3.4s, v\k\().4s
    ext     v3.16b, v3.16b, v3.16b, #8
    .ifc    \k,23
    rev64   v2.4s, v2.4s
    ext     v2.16b, v2.16b, v2.16b, #8
    .endif
    sm4e    v2.4s, v3.4s
    .endr
    SHOW    "sm4 dec", v2
    ret

VECTORS
    .section .rodata
    .balign 16
// The padded message "abc", state, constants.
sha512_data:
    .quad   0x6162638000000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24
    .quad   0x6a09e667f3bcc908, 0xbb67ae8584caa73b
    .quad   0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1
    .quad   0x510e527fade682d1, 0x9b05688c2b3e6c1f
    .quad   0x1f83d9abfb41bd6b, 0x5be0cd19137e2179
    .quad   0x428a2f98d728ae22, 0x7137449123ef65cd
    .quad   0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc
    .quad   0x3956c25bf348b538, 0x59f111f1b605d019
    .quad   0x923f82a4af194f9b, 0xab1c5ed5da6d8118
    .quad   0xd807aa98a3030242, 0x12835b0145706fbe
    .quad   0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2
    .quad   0x72be5d74f27b896f, 0x80deb1fe3b1696b1
    .quad   0x9bdc06a725c71235, 0xc19bf174cf692694
    .quad   0xe49b69c19ef14ad2, 0xefbe4786384f25e3
    .quad   0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65
    .quad   0x2de92c6f592b0275, 0x4a7484aa6ea6e483
    .quad   0x5cb0a9dcbd41fbd4, 0x76f988da831153b5
    .quad   0x983e5152ee66dfab, 0xa831c66d2db43210
    .quad   0xb00327c898fb213f, 0xbf597fc7beef0ee4
    .quad   0xc6e00bf33da88fc2, 0xd5a79147930aa725
    .quad   0x06ca6351e003826f, 0x142929670a0e6e70
    .quad   0x27b70a8546d22ffc, 0x2e1b21385c26c926
    .quad   0x4d2c6dfc5ac42aed, 0x53380d139d95b3df
    .quad   0x650a73548baf63de, 0x766a0abb3c77b2a8
    .quad   0x81c2c92e47edaee6, 0x92722c851482353b
    .quad   0xa2bfe8a14cf10364, 0xa81a664bbc423001
    .quad   0xc24b8b70d0f89791, 0xc76c51a30654be30
    .quad   0xd192e819d6ef5218, 0xd69906245565a910
    .quad   0xf40e35855771202a, 0x106aa07032bbd1b8
    .quad   0x19a4c116b8d2d0c8, 0x1e376c085141ab53
    .quad   0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8
    .quad   0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb
    .quad   0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3
    .quad   0x748f82ee5defb2fc, 0x78a5636f43172f60
    .quad   0x84c87814a1f0ab72, 0x8cc702081a6439ec
    .quad   0x90befffa23631e28, 0xa4506cebde82bde9
    .quad   0xbef9a3f7b2c67915, 0xc67178f2e372532b
    .quad   0xca273eceea26619c, 0xd186b8c721c0c207
    .quad   0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178
    .quad   0x06f067aa72176fba, 0x0a637dc5a2c898a6
    .quad   0x113f9804bef90dae, 0x1b710b35131c471b
    .quad   0x28db77f523047d84, 0x32caab7b40c72493
    .quad   0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c
    .quad   0x4cc5d4becb3e42b6, 0x597f299cfc657e2a
    .quad   0x5fcb6fab3ad6faec, 0x6c44198c4a475817
// The padded message "abc", state (D C B A, H G F E).
sm3_data:
    .word   0x61626380, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24
    .word   0xda8a0600, 0x172442d7, 0x4914b2b9, 0x7380166f
    .word   0xb0fb0e4e, 0xe38dee4d, 0x163138aa, 0xa96f30bc
// Key and plain text, FK, CK.
sm4_data:
    .word   0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210
    .word   0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc
    .word   0x00070e15, 0x1c232a31, 0x383f464d, 0x545b6269
    .word   0x70777e85, 0x8c939aa1, 0xa8afb6bd, 0xc4cbd2d9
    .word   0xe0e7eef5, 0xfc030a11, 0x181f262d, 0x343b4249
    .word   0x50575e65, 0x6c737a81, 0x888f969d, 0xa4abb2b9
    .word   0xc0c7ced5, 0xdce3eaf1, 0xf8ff060d, 0x141b2229
    .word   0x30373e45, 0x4c535a61, 0x686f767d, 0x848b9299
    .word   0xa0a7aeb5, 0xbcc3cad1, 0xd8dfe6ed, 0xf4fb0209
    .word   0x10171e25, 0x2c333a41, 0x484f565d, 0x646b7279
    .bss
    .balign 16
sm3_words:
    .skip   68 * 4
