/* SPDX-License-Identifier: MIT */
/*
 * print.c - a block as text, one node a line, for logs and tests; parse.c
 * reads it back. The form is described in docs/IR.md:
 *
 *     block pc=0x1000 pa=0x40001000 insns=1 bytes=4 flags=0 target=0x1004,0
 *     INSN 0x1000
 *     %2 = GETREG slot=1
 *     %3 = LD %2 size=8 disp=-16
 *
 * A value's number is its node's index. Removed nodes are left out.
 */
#include "ir_impl.h"

#include <glib.h>

const char *const ir_cond_name[16] = {
    "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
    "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
};

const char *const ir_ind_name[3] = { "jump", "call", "ret" };

const struct ir_memop_flag ir_memop_flag[] = {
    { "sign", IR_M_SIGN },         { "sign32", IR_M_SIGN32 },
    { "align", IR_M_ALIGN },       { "unpriv", IR_M_UNPRIV },
    { "for_write", IR_M_FOR_WRITE }, { "be", IR_M_BE },
    { "atomic", IR_M_ATOMIC },     { "elem1", 1024 },
    { "elem2", 2048 },             { "elem4", 4096 },
    { "elem8", 8192 },             { "within16", IR_M_WITHIN16 },
    { NULL, 0 },
};

static void print_mem(u64 imm, GString *out)
{
    const struct ir_memop_flag *f;
    s32 disp = ir_mem_disp(imm);

    g_string_append_printf(out, " size=%u", 1u << (imm & IR_M_SIZE));
    if (disp)
        g_string_append_printf(out, " disp=%d", disp);
    for (f = ir_memop_flag; f->name; f++)
        if (imm & f->bit)
            g_string_append_printf(out, " %s", f->name);
}

static void print_helper(const struct ir_block *b, u64 imm, GString *out)
{
    u32 h = ir_imm_helper(imm);

    if (h < b->layout->n_helpers && b->layout->helper[h].name)
        g_string_append_printf(out, " @%s", b->layout->helper[h].name);
    else
        g_string_append_printf(out, " @%u", h);
    if (ir_imm_param(imm))
        g_string_append_printf(out, " param=%#x", ir_imm_param(imm));
}

static void print_imm(const struct ir_block *b, const struct ir_node *n,
                      GString *out)
{
    u64 imm = n->imm;
    unsigned low = (unsigned)imm;

    switch ((enum ir_imm_kind)ir_imm_kind[n->op]) {
    case IMM_NONE: break;
    case IMM_VALUE:
        g_string_append_printf(out, " %#llx", (unsigned long long)imm);
        break;
    case IMM_REG:
    case IMM_VEC: g_string_append_printf(out, " slot=%u", low); break;
    case IMM_ENV:
        g_string_append_printf(out, " off=%#x size=%u", (u32)imm,
                               (u32)(imm >> 32));
        break;
    case IMM_MEM: print_mem(imm, out); break;
    case IMM_HELPER: print_helper(b, imm, out); break;
    case IMM_FIELD:
        g_string_append_printf(out, " pos=%u len=%u", ir_field_pos(imm),
                               ir_field_len(imm));
        break;
    case IMM_COUNT: g_string_append_printf(out, " count=%u", low); break;
    case IMM_NZCV: g_string_append_printf(out, " nzcv=%u", low); break;
    case IMM_COND:
        g_string_append_printf(out, " cc=%s", ir_cond_name[imm & 15]);
        break;
    case IMM_BIT:
        g_string_append_printf(out, " bit=%u", low & 63);
        /* fall through */
    case IMM_INV:
        if (imm & IR_COND_INV)
            g_string_append(out, " inv");
        break;
    case IMM_BYTES: g_string_append_printf(out, " bytes=%u", low); break;
    case IMM_ES: g_string_append_printf(out, " es=%u", low); break;
    case IMM_LANE:
        g_string_append_printf(out, " es=%u lane=%u", low & 3, low >> 8);
        break;
    case IMM_IND:
        g_string_append_printf(out, " ind=%s", ir_ind_name[low % 3]);
        if (imm >> 8)
            g_string_append_printf(out, " entry=%u", (unsigned)(imm >> 8));
        break;
    }
}

/* Operands; an absent one before a present one is "_". */
static void print_operands(const struct ir_node *n, GString *out)
{
    const ir_ref arg[3] = { n->a, n->b, n->c };
    unsigned count = n->c ? 3 : n->b ? 2 : n->a ? 1 : 0, k;

    for (k = 0; k < count; k++) {
        g_string_append(out, k ? ", " : " ");
        if (arg[k])
            g_string_append_printf(out, "%%%u", arg[k]);
        else
            g_string_append_c(out, '_');
    }
}

void ir_print(const struct ir_block *b, GString *out)
{
    u32 i;

    g_string_append_printf(
        out,
        "block pc=%#llx pa=%#llx insns=%u bytes=%u flags=%u "
        "target=%#llx,%#llx\n",
        (unsigned long long)b->pc, (unsigned long long)b->pa, b->n_insns,
        b->n_bytes, b->flags, (unsigned long long)b->target[0],
        (unsigned long long)b->target[1]);
    for (i = 1; i < b->n; i++) {
        const struct ir_node *n = &b->node[i];

        if (n->op == IR_NOP)
            continue;
        if (ir_op_info[n->op].result != IR_T_N)
            g_string_append_printf(out, "%%%u = ", i);
        g_string_append(out, ir_op_info[n->op].name);
        print_operands(n, out);
        print_imm(b, n, out);
        g_string_append_c(out, '\n');
    }
}
