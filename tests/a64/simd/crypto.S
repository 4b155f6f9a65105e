// SPDX-License-Identifier: MIT
//
// AES, SHA-1, SHA-256: each instruction on the table of vectors, and the
// examples of FIPS 197 (C.1) and FIPS 180-4 ("abc") in full.
#include "check.inc"
#include "vec.inc"

//> aes enc 5ac5b47080b7cdd8_30047b6ad8e0c469
//> aes dec ffeeddccbbaa9988_7766554433221100
//> sha1 7850c26cba3e2571_4706816aa9993e36 0000000000000000_000000009cd0d89d
//> sha256 5dae2223414140de_8f01cfeaba7816bf f20015adb410ff61_96177a9cb00361a3

.text
.global t_main
t_main:
    VEC     "aese v2.16b, v0.16b"
    VEC     "aesd v2.16b, v0.16b"
    VEC     "aesmc v2.16b, v0.16b"
    VEC     "aesimc v2.16b, v0.16b"
    VEC     "aese v2.16b, v0.16b; aesmc v2.16b, v2.16b"
    VEC     "aesd v2.16b, v0.16b; aesimc v2.16b, v2.16b"
    .irp    op, sha1c, sha1p, sha1m
    VEC     "\op q2, s0, v1.4s"
    .endr
    VEC     "sha1h s2, s0"
    VEC     "sha1su0 v2.4s, v0.4s, v1.4s"
    VEC     "sha1su1 v2.4s, v0.4s"
    VEC     "sha256h q2, q0, v1.4s"
    VEC     "sha256h2 q2, q0, v1.4s"
    VEC     "sha256su0 v2.4s, v0.4s"
    VEC     "sha256su1 v2.4s, v0.4s, v1.4s"
    // Registers that are the same.
    VEC     "sha256h q2, q2, v1.4s"
    VEC     "sha256h q2, q0, v2.4s"
    VEC     "sha256h2 q2, q0, v2.4s"
    VEC     "sha256su0 v2.4s, v2.4s"
    VEC     "sha256su1 v2.4s, v0.4s, v2.4s"
    VEC     "sha256su1 v2.4s, v2.4s, v1.4s"
    bl      aes
    bl      sha1
    bl      sha256
    DONE

// Enciphers and deciphers; the keys of deciphering are made by AESIMC.
aes:
    LA      x0, aes_plain
    ldr     q0, [x0], #16
    ldp     q16, q17, [x0]
    ldp     q18, q19, [x0, #32]
    ldp     q20, q21, [x0, #64]
    ldp     q22, q23, [x0, #96]
    ldp     q24, q25, [x0, #128]
    ldr     q26, [x0, #160]
    .irp    k, 16, 17, 18, 19, 20, 21, 22, 23, 24
    aese    v0.16b, v\k\().16b
    aesmc   v0.16b, v0.16b
    .endr
    aese    v0.16b, v25.16b
    eor     v0.16b, v0.16b, v26.16b
    SHOW    "aes enc", v0
    aesd    v0.16b, v26.16b
    .irp    k, 25, 24, 23, 22, 21, 20, 19, 18, 17
    aesimc  v0.16b, v0.16b
    aesimc  v1.16b, v\k\().16b
    aesd    v0.16b, v1.16b
    .endr
    eor     v0.16b, v0.16b, v16.16b
    SHOW    "aes dec", v0
    ret

.macro SHA1_4 op, k, w0, w1, w2, w3
    add     v6.4s, v\w0\().4s, v\k\().4s
    sha1h   s5, s0
    sha1\op q0, s1, v6.4s
    mov     v1.16b, v5.16b
    sha1su0 v\w0\().4s, v\w1\().4s, v\w2\().4s
    sha1su1 v\w0\().4s, v\w3\().4s
.endm

sha1:
    LA      x0, sha1_data
    ldr     q0, [x0], #16
    ldr     s1, [x0], #16
    ld1     {v16.4s-v19.4s}, [x0], #64
    ld1     {v20.4s-v23.4s}, [x0]
    mov     v2.16b, v0.16b
    mov     v3.16b, v1.16b
    SHA1_4  c, 20, 16, 17, 18, 19
    SHA1_4  c, 20, 17, 18, 19, 16
    SHA1_4  c, 20, 18, 19, 16, 17
    SHA1_4  c, 20, 19, 16, 17, 18
    SHA1_4  c, 20, 16, 17, 18, 19
    SHA1_4  p, 21, 17, 18, 19, 16
    SHA1_4  p, 21, 18, 19, 16, 17
    SHA1_4  p, 21, 19, 16, 17, 18
    SHA1_4  p, 21, 16, 17, 18, 19
    SHA1_4  p, 21, 17, 18, 19, 16
    SHA1_4  m, 22, 18, 19, 16, 17
    SHA1_4  m, 22, 19, 16, 17, 18
    SHA1_4  m, 22, 16, 17, 18, 19
    SHA1_4  m, 22, 17, 18, 19, 16
    SHA1_4  m, 22, 18, 19, 16, 17
    SHA1_4  p, 23, 19, 16, 17, 18
    SHA1_4  p, 23, 16, 17, 18, 19
    SHA1_4  p, 23, 17, 18, 19, 16
    SHA1_4  p, 23, 18, 19, 16, 17
    SHA1_4  p, 23, 19, 16, 17, 18
    add     v0.4s, v0.4s, v2.4s
    add     v1.2s, v1.2s, v3.2s
    SHOW    "sha1", v0, v1
    ret

.macro SHA256_4 w0, w1, w2, w3
    ldr     q6, [x0], #16
    add     v6.4s, v6.4s, v\w0\().4s
    mov     v5.16b, v0.16b
    sha256h q0, q1, v6.4s
    sha256h2 q1, q5, v6.4s
    sha256su0 v\w0\().4s, v\w1\().4s
    sha256su1 v\w0\().4s, v\w2\().4s, v\w3\().4s
.endm

sha256:
    LA      x0, sha256_data
    ld1     {v0.4s, v1.4s}, [x0], #32
    LA      x1, sha1_data + 32
    ld1     {v16.4s-v19.4s}, [x1]
    mov     v2.16b, v0.16b
    mov     v3.16b, v1.16b
    .rept   4
    SHA256_4 16, 17, 18, 19
    SHA256_4 17, 18, 19, 16
    SHA256_4 18, 19, 16, 17
    SHA256_4 19, 16, 17, 18
    .endr
    add     v0.4s, v0.4s, v2.4s
    add     v1.4s, v1.4s, v3.4s
    SHOW    "sha256", v0, v1
    ret

VECTORS
    .section .rodata
    .balign 16
aes_plain:
    .quad   0x7766554433221100, 0xffeeddccbbaa9988
    // The round keys of 000102...0f.
    .byte   0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f
    .byte   0xd6, 0xaa, 0x74, 0xfd, 0xd2, 0xaf, 0x72, 0xfa, 0xda, 0xa6, 0x78, 0xf1, 0xd6, 0xab, 0x76, 0xfe
    .byte   0xb6, 0x92, 0xcf, 0x0b, 0x64, 0x3d, 0xbd, 0xf1, 0xbe, 0x9b, 0xc5, 0x00, 0x68, 0x30, 0xb3, 0xfe
    .byte   0xb6, 0xff, 0x74, 0x4e, 0xd2, 0xc2, 0xc9, 0xbf, 0x6c, 0x59, 0x0c, 0xbf, 0x04, 0x69, 0xbf, 0x41
    .byte   0x47, 0xf7, 0xf7, 0xbc, 0x95, 0x35, 0x3e, 0x03, 0xf9, 0x6c, 0x32, 0xbc, 0xfd, 0x05, 0x8d, 0xfd
    .byte   0x3c, 0xaa, 0xa3, 0xe8, 0xa9, 0x9f, 0x9d, 0xeb, 0x50, 0xf3, 0xaf, 0x57, 0xad, 0xf6, 0x22, 0xaa
    .byte   0x5e, 0x39, 0x0f, 0x7d, 0xf7, 0xa6, 0x92, 0x96, 0xa7, 0x55, 0x3d, 0xc1, 0x0a, 0xa3, 0x1f, 0x6b
    .byte   0x14, 0xf9, 0x70, 0x1a, 0xe3, 0x5f, 0xe2, 0x8c, 0x44, 0x0a, 0xdf, 0x4d, 0x4e, 0xa9, 0xc0, 0x26
    .byte   0x47, 0x43, 0x87, 0x35, 0xa4, 0x1c, 0x65, 0xb9, 0xe0, 0x16, 0xba, 0xf4, 0xae, 0xbf, 0x7a, 0xd2
    .byte   0x54, 0x99, 0x32, 0xd1, 0xf0, 0x85, 0x57, 0x68, 0x10, 0x93, 0xed, 0x9c, 0xbe, 0x2c, 0x97, 0x4e
    .byte   0x13, 0x11, 0x1d, 0x7f, 0xe3, 0x94, 0x4a, 0x17, 0xf3, 0x07, 0xa7, 0x8b, 0x4d, 0x2b, 0x30, 0xc5
// State, the padded message "abc", constants of each twenty rounds.
sha1_data:
    .word   0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
    .word   0xc3d2e1f0, 0, 0, 0
    .word   0x61626380, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24
    .fill   4, 4, 0x5a827999
    .fill   4, 4, 0x6ed9eba1
    .fill   4, 4, 0x8f1bbcdc
    .fill   4, 4, 0xca62c1d6
sha256_data:
    .word   0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a
    .word   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    .word   0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5
    .word   0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
    .word   0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3
    .word   0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
    .word   0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc
    .word   0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
    .word   0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7
    .word   0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
    .word   0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13
    .word   0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
    .word   0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3
    .word   0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
    .word   0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5
    .word   0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
    .word   0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208
    .word   0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
