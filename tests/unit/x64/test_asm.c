/* SPDX-License-Identifier: MIT */
/*
 * test_asm.c - src/x64/asm.h: each form's bytes, against GNU as. The shortest
 * encoding is chosen at every boundary; nothing is written past the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "asm.h"

/* Where the bytes go, and the distance to where they are executed. */
#define RX 0x1000000

static void begin(struct asmbuf *a, u8 *code, unsigned size)
{
    memset(code, 0xcc, size);
    *a = (struct asmbuf){ .p = code, .end = code + size, .rx = RX };
}

/* Is what was written since @start the bytes @hex? */
static void is_hex(const struct asmbuf *a, const u8 *start, const char *hex,
                   const char *what)
{
    char got[64] = "";
    unsigned n = (unsigned)(a->p - start);

    assert_true(n < sizeof(got) / 2);
    for (unsigned i = 0; i < n; i++)
        snprintf(got + 2 * i, 3, "%02x", start[i]);
    if (strcmp(got, hex))
        fail_msg("%s: %s, not %s", what, got, hex);
    assert_false(a->full);
}

#define IS(hex, emit)                                                        \
    do {                                                                     \
        begin(a, code, sizeof(code));                                        \
        emit;                                                                \
        is_hex(a, code, hex, #emit);                                         \
    } while (0)

static void test_registers(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("4803c1", a_rr(a, true, OP_ADD, RAX, RCX)); /* add rax, rcx */
    IS("0be7", a_rr(a, false, OP_OR, RSP, RDI)); /* or esp, edi */
    IS("4413c0", a_rr(a, false, OP_ADC, R8, RAX)); /* adc r8d, eax */
    IS("411bc7", a_rr(a, false, OP_SBB, RAX, R15)); /* sbb eax, r15d */
    IS("4d23f8", a_rr(a, true, OP_AND, R15, R8)); /* and r15, r8 */
    IS("492bfc", a_rr(a, true, OP_SUB, RDI, R12)); /* sub rdi, r12 */
    IS("4c33ca", a_rr(a, true, OP_XOR, R9, RDX)); /* xor r9, rdx */
    IS("3bdd", a_rr(a, false, OP_CMP, RBX, RBP)); /* cmp ebx, ebp */
    IS("85f7", a_rr(a, false, OP_TEST, RSI, RDI)); /* test edi, esi */
    IS("4889f7", a_rr(a, true, OP_MOV_ST, RSI, RDI)); /* mov rdi, rsi */
    IS("4c63d1", a_rr(a, true, OP_MOVSXD, R10, RCX)); /* movsxd r10, ecx */
    IS("490fafcb", a_rr(a, true, OP_IMUL, RCX, R11)); /* imul rcx, r11 */
    /* cmovg rcx, rdx */
    IS("480f4fca", a_rr(a, true, OP_CMOV | CC_G, RCX, RDX));
    IS("0f90c3", a_rr(a, false, OP_SETCC | B_RM | CC_O, 0, RBX)); /* seto bl */
    /* setnp spl */
    IS("400f9bc4", a_rr(a, false, OP_SETCC | B_RM | CC_NP, 0, RSP));
    IS("0fb6c3", a_rr(a, false, OP_MOVZX8, RAX, RBX)); /* movzx eax, bl */
    IS("400fb6c4", a_rr(a, false, OP_MOVZX8, RAX, RSP)); /* movzx eax, spl */
    IS("410fb6f8", a_rr(a, false, OP_MOVZX8, RDI, R8)); /* movzx edi, r8b */
    IS("480fbef7", a_rr(a, true, OP_MOVSX8, RSI, RDI)); /* movsx rsi, dil */
    IS("0fb7f7", a_rr(a, false, OP_MOVZX16, RSI, RDI)); /* movzx esi, di */
    IS("480fbfd0", a_rr(a, true, OP_MOVSX16, RDX, RAX)); /* movsx rdx, ax */
    IS("480fbdd0", a_rr(a, true, OP_BSR, RDX, RAX)); /* bsr rdx, rax */
    IS("f3490fbdd1", a_rr(a, true, OP_LZCNT, RDX, R9)); /* lzcnt rdx, r9 */
    /* addsd xmm9, xmm7 */
    IS("f2440f58cf", a_rr(a, false, P_F2 | M_0F | 0x58, 9, 7));
    IS("66410fefcc", a_rr(a, false, SSE(0xef), 1, 12)); /* pxor xmm1, xmm12 */
    /* pshufb xmm8, xmm15 */
    IS("66450f3800c7", a_rr(a, false, SSE38(0x00), 8, 15));
    /* shld rax, rdx, 9 */
    IS("480fa4d009", (a_rr(a, true, OP_SHLD, RDX, RAX), a_byte(a, 9)));
    /* shrd r9, rax, 63 */
    IS("490facc13f", (a_rr(a, true, OP_SHRD, RAX, R9), a_byte(a, 63)));
}

static void test_memory(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("488d03", a_rm(a, true, OP_LEA, RAX, RBX, 0)); /* lea rax, [rbx] */
    IS("488d4500", a_rm(a, true, OP_LEA, RAX, RBP, 0)); /* lea rax, [rbp] */
    IS("498d4500", a_rm(a, true, OP_LEA, RAX, R13, 0)); /* lea rax, [r13] */
    IS("488d0424", a_rm(a, true, OP_LEA, RAX, RSP, 0)); /* lea rax, [rsp] */
    /* lea rax, [r12 - 1] */
    IS("498d4424ff", a_rm(a, true, OP_LEA, RAX, R12, -1));
    /* mov r15, [rdi + 127] */
    IS("4c8b7f7f", a_rm(a, true, OP_MOV, R15, RDI, 127));
    /* mov rdi, [r15 + 128] */
    IS("498bbf80000000", a_rm(a, true, OP_MOV, RDI, R15, 128));
    /* mov rdi, [rsp - 128] */
    IS("488b7c2480", a_rm(a, true, OP_MOV, RDI, RSP, -128));
    /* mov edi, [rsp - 129] */
    IS("8bbc247fffffff", a_rm(a, false, OP_MOV, RDI, RSP, -129));
    /* mov r14d, [rax + 0x12345678] */
    IS("448bb078563412", a_rm(a, false, OP_MOV, R14, RAX, 0x12345678));
    /* mov [rax + 1], bl */
    IS("885801", a_rm(a, false, OP_MOV_ST8, RBX, RAX, 1));
    /* mov [rax + 1], spl */
    IS("40886001", a_rm(a, false, OP_MOV_ST8, RSP, RAX, 1));
    /* mov [rax + 1], dil */
    IS("40887801", a_rm(a, false, OP_MOV_ST8, RDI, RAX, 1));
    /* mov [r9 + 1], r8b */
    IS("45884101", a_rm(a, false, OP_MOV_ST8, R8, R9, 1));
    /* movzx eax, byte ptr [rsi + 2] */
    IS("0fb64602", a_rm(a, false, OP_MOVZX8, RAX, RSI, 2));
    /* movdqu xmm3, [rdx + 4] */
    IS("f30f6f5a04", a_rm(a, false, P_F3 | M_0F | 0x6f, 3, RDX, 4));
    /* palignr xmm2, [rdx + 4], 8 */
    IS("660f3a0f520408",
       (a_rm(a, false, SSE3A(0x0f), 2, RDX, 4), a_byte(a, 8)));
    /* mov dword ptr [rsi + 4], 7 */
    IS("c7460407000000", (a_rm(a, false, OP_MOV_IMM, 0, RSI, 4), a_u32(a, 7)));
    /* mov byte ptr [rsi + 4], 7 */
    IS("c6460407", (a_rm(a, false, OP_MOV_IMM8, 0, RSI, 4), a_byte(a, 7)));
}

static void test_indexed(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    /* mov rax, [rbx + rcx] */
    IS("488b040b", a_rmx(a, true, OP_MOV, RAX, RBX, RCX, 0, 0));
    /* mov rax, [rbp + rcx * 8] */
    IS("488b44cd00", a_rmx(a, true, OP_MOV, RAX, RBP, RCX, 3, 0));
    /* mov rax, [r13 + r12 * 4] */
    IS("4b8b44a500", a_rmx(a, true, OP_MOV, RAX, R13, R12, 2, 0));
    /* mov r9, [rsp + r15 * 2 + 127] */
    IS("4e8b4c7c7f", a_rmx(a, true, OP_MOV, R9, RSP, R15, 1, 127));
    /* mov r9, [rsp + r15 * 2 + 128] */
    IS("4e8b8c7c80000000", a_rmx(a, true, OP_MOV, R9, RSP, R15, 1, 128));
    /* mov rdi, [r8 + rdx * 2 - 128] */
    IS("498b7c5080", a_rmx(a, true, OP_MOV, RDI, R8, RDX, 1, -128));
    /* mov rdi, [r8 + rdx * 2 - 129] */
    IS("498bbc507fffffff", a_rmx(a, true, OP_MOV, RDI, R8, RDX, 1, -129));
    /* mov [r8 + r9 + 1], sil */
    IS("4388740801", a_rmx(a, false, OP_MOV_ST8, RSI, R8, R9, 0, 1));
    /* movzx eax, byte ptr [rsi + rcx] */
    IS("0fb6040e", a_rmx(a, false, OP_MOVZX8, RAX, RSI, RCX, 0, 0));
    /* movsx r8, byte ptr [rdi + r9 * 2] */
    IS("4e0fbe044f", a_rmx(a, true, OP_MOVSX8, R8, RDI, R9, 1, 0));
    /* movdqu xmm9, [rbp + rcx * 4 + 4] */
    IS("f3440f6f4c8d04",
       a_rmx(a, false, P_F3 | M_0F | 0x6f, 9, RBP, RCX, 2, 4));
}

static void test_immediates(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("4883c07f", a_grp_imm(a, true, G_ADD, RAX, 127)); /* add rax, 127 */
    IS("480580000000", a_grp_imm(a, true, G_ADD, RAX, 128)); /* add rax, 128 */
    /* or eax, 0x12345678 */
    IS("0d78563412", a_grp_imm(a, false, G_OR, RAX, 0x12345678));
    IS("83d180", a_grp_imm(a, false, G_ADC, RCX, -128)); /* adc ecx, -128 */
    /* sbb ecx, -129 */
    IS("81d97fffffff", a_grp_imm(a, false, G_SBB, RCX, -129));
    /* and r8d, 128 */
    IS("4181e080000000", a_grp_imm(a, false, G_AND, R8, 128));
    IS("4983ef7f", a_grp_imm(a, true, G_SUB, R15, 127)); /* sub r15, 127 */
    IS("4883f7ff", a_grp_imm(a, true, G_XOR, RDI, -1)); /* xor rdi, -1 */
    /* cmp rsp, -0x80000000 */
    IS("4881fc00000080", a_grp_imm(a, true, G_CMP, RSP, -0x80000000ll));
    /* add qword ptr [r15 + 8], 127 */
    IS("498347087f", a_grp_imm_m(a, true, G_ADD, R15, 8, 127));
    /* cmp dword ptr [r15], 128 */
    IS("41813f80000000", a_grp_imm_m(a, false, G_CMP, R15, 0, 128));
    /* sub qword ptr [rbp], -128 */
    IS("48836d0080", a_grp_imm_m(a, true, G_SUB, RBP, 0, -128));
    /* and qword ptr [rsi + 300], -129 */
    IS("4881a62c0100007fffffff", a_grp_imm_m(a, true, G_AND, RSI, 300, -129));
}

static void test_groups_and_shifts(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("48c1e005", a_shift(a, true, G_SHL, RAX, 5)); /* shl rax, 5 */
    IS("41c1e91f", a_shift(a, false, G_SHR, R9, 31)); /* shr r9d, 31 */
    IS("48c1ff3f", a_shift(a, true, G_SAR, RDI, 63)); /* sar rdi, 63 */
    IS("48c1ca02", a_shift(a, true, G_ROR, RDX, 2)); /* ror rdx, 2 */
    IS("48f7d1", a_rr(a, true, 0xf7, G_NOT, RCX)); /* not rcx */
    IS("48f7d9", a_rr(a, true, 0xf7, G_NEG, RCX)); /* neg rcx */
    IS("49f7e1", a_rr(a, true, 0xf7, G_MUL, R9)); /* mul r9 */
    IS("f7e9", a_rr(a, false, 0xf7, G_IMUL, RCX)); /* imul ecx */
    IS("48f7f1", a_rr(a, true, 0xf7, G_DIV, RCX)); /* div rcx */
    IS("48f7f9", a_rr(a, true, 0xf7, G_IDIV, RCX)); /* idiv rcx */
}

static void test_constants(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("b800000000", a_mov_imm(a, RAX, 0)); /* mov eax, 0 */
    IS("bfffffffff", a_mov_imm(a, RDI, UINT32_MAX)); /* mov edi, 0xffffffff */
    IS("41b800000080", a_mov_imm(a, R8, 0x80000000)); /* mov r8d, 0x80000000 */
    /* movabs rbx, 0x100000000 */
    IS("48bb0000000001000000", a_mov_imm(a, RBX, 1ull << 32));
    /* movabs r15, 0x123456789abcdef0 */
    IS("49bff0debc9a78563412", a_mov_imm(a, R15, 0x123456789abcdef0));
    IS("48c7c1ffffffff", a_mov_imm(a, RCX, UINT64_MAX)); /* mov rcx, -1 */
    /* mov r9, -0x80000000 */
    IS("49c7c100000080", a_mov_imm(a, R9, (u64)INT32_MIN));
    /* movabs rcx, -0x80000001 */
    IS("48b9ffffff7fffffffff", a_mov_imm(a, RCX, (u64)INT32_MIN - 1));
    IS("498bf1", a_mov(a, RSI, R9)); /* mov rsi, r9 */
    IS("", a_mov(a, RSI, RSI));
}

static void test_vex(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;

    (void)state;
    /* vaddps xmm1, xmm2, xmm3 */
    IS("c4e16858cb", a_vex_rrr(a, 1, 0, false, false, 0x58, 1, 2, 3));
    /* vaddsd xmm8, xmm7, xmm6 */
    IS("c4614358c6", a_vex_rrr(a, 1, 3, false, false, 0x58, 8, 7, 6));
    /* vpshufb ymm7, ymm15, ymm8 */
    IS("c4c20500f8", a_vex_rrr(a, 2, 1, false, true, 0x00, 7, 15, 8));
    /* vfmadd231pd xmm15, xmm0, xmm1 */
    IS("c462f9b8f9", a_vex_rrr(a, 2, 1, true, false, 0xb8, 15, 0, 1));
    /* sarx rax, r8, rcx */
    IS("c4c2f2f7c0", a_vex_rrr(a, 2, 2, true, false, 0xf7, RAX, RCX, R8));
}

static void test_jumps_are_relative_to_their_end(void **state)
{
    u8 code[32];
    struct asmbuf buf, *a = &buf;
    const u8 *far = code + RX + 0x12345;

    (void)state;
    IS("e940230100", a_jmp(a, far));
    IS("0f8f3f230100", a_jcc(a, CC_G, far));
    IS("e9fbffffff", a_jmp(a, code + RX));
    IS("90e9faffffff", (a_byte(a, 0x90), a_jmp(a, code + RX)));
}

static void test_forward_jumps_are_patched_to_here(void **state)
{
    u8 code[32], *at = NULL;
    struct asmbuf buf, *a = &buf;

    (void)state;
    IS("e90200000090909090", {
        at = a_jmp_fwd(a);
        a_byte(a, 0x90);
        a_byte(a, 0x90);
        a_patch(a, at);
        a_byte(a, 0x90);
        a_byte(a, 0x90);
    });
    IS("0f840100000090", {
        at = a_jcc_fwd(a, CC_E);
        a_byte(a, 0x90);
        a_patch(a, at);
    });
    IS("7b0190", {
        at = a_jcc8_fwd(a, CC_NP);
        a_byte(a, 0x90);
        a_patch8(a, at);
    });
    IS("eb0190", {
        at = a_jmp8_fwd(a);
        a_byte(a, 0x90);
        a_patch8(a, at);
    });
}

/* @gap bytes before a boundary of 16, which @hex fills. */
static void aligns(unsigned gap, const char *hex)
{
    _Alignas(64) u8 code[64];
    struct asmbuf a;

    begin(&a, code, sizeof(code));
    a.p += 32 - gap;
    a_align(&a, 16);
    is_hex(&a, code + 32 - gap, hex, "a_align");
}

static void test_alignment_is_filled_with_long_nops(void **state)
{
    (void)state;
    aligns(0, "");
    aligns(1, "90");
    aligns(2, "9090");
    aligns(3, "0f1f00");
    aligns(4, "0f1f0090");
    aligns(6, "0f1f000f1f00");
    aligns(7, "0f1f8000000000");
    aligns(8, "0f1f800000000090");
    aligns(9, "660f1f840000000000");
    aligns(10, "660f1f84000000000090");
    aligns(15, "660f1f8400000000000f1f000f1f00");
}

static void test_nothing_is_written_past_the_end(void **state)
{
    u8 code[16], *at;
    struct asmbuf a;

    (void)state;
    for (unsigned room = 0; room < 5; room++) {
        begin(&a, code, sizeof(code));
        a.end = code + room;
        a_u32(&a, 0x12345678);
        assert_int_equal(a.full, room < 4);
        assert_int_equal(a.p - code, room < 4 ? 0 : 4);
        assert_int_equal(code[room], 0xcc);
        begin(&a, code, sizeof(code));
        a.end = code + room;
        for (unsigned i = 0; i < 3; i++)
            a_byte(&a, i);
        assert_int_equal(a.full, room < 3);
        assert_int_equal(code[room < 3 ? room : 3], 0xcc);
    }
    begin(&a, code, sizeof(code));
    at = a_jcc8_fwd(&a, CC_E);
    a.full = true;
    a_patch8(&a, at);
    assert_int_equal(*at, 0);
    at = a_jmp_fwd(&a);
    a_byte(&a, 0x90);
    a_patch(&a, at);
    assert_int_equal(at[0], 0);
    a.rx = 0;
    a_align(&a, 16); /* ends */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_indexed),
        cmocka_unit_test(test_immediates),
        cmocka_unit_test(test_groups_and_shifts),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_vex),
        cmocka_unit_test(test_jumps_are_relative_to_their_end),
        cmocka_unit_test(test_forward_jumps_are_patched_to_here),
        cmocka_unit_test(test_alignment_is_filled_with_long_nops),
        cmocka_unit_test(test_nothing_is_written_past_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
