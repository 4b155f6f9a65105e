/* SPDX-License-Identifier: MIT */
/*
 * disas.c - the only user of the disassemblers (DESIGN section 2).
 *
 * Guest code goes to capstone first. What it cannot print, or prints as a
 * hint, as a generic system instruction or with a raw register name, is taken
 * from LLVM's C interface, which knows newer extensions; its library is
 * opened on first use, so it need not be there. Without either an instruction
 * is `.inst` with its word and the name of its row in a64.decode.
 *
 * LLVM's text is brought into capstone's form: one space between mnemonic and
 * operands.
 */
#include "disas.h"

#include <capstone/capstone.h>
#include <dlfcn.h>
#include <glib.h>
#include <string.h>

/* LLVM's llvm-c/Disassembler.h, as far as it is used. */
typedef void *llvm_create_fn(const char *triple, const char *cpu,
                             const char *features, void *info, int tag_type,
                             void *get_op_info, void *symbol_lookup);
typedef size_t llvm_insn_fn(void *dc, u8 *bytes, u64 n, u64 pc, char *out,
                            size_t size);
typedef void llvm_void_fn(void);
typedef void llvm_dispose_fn(void *dc);

struct disas {
    csh guest;              /* capstone for A64 */
    csh host;               /* capstone for x86-64 */
    bool has_guest;         /* guest is open */
    bool has_host;          /* host is open */
    bool tried_llvm;        /* the library was looked for */
    void *lib;              /* LLVM's library, or NULL */
    void *llvm;             /* its disassembler, or NULL */
    llvm_insn_fn *insn;     /* LLVMDisasmInstruction */
    llvm_dispose_fn *dispose; /* LLVMDisasmDispose */
};

struct row {
    const char *name; /* of the row in a64.decode */
    u32 mask, value;  /* its fixed bits */
};

static const struct row rows[] = {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)   \
    { #name, mask, value },
#include "a64_rows.inc"
#undef A64_ROW
};

/* --- opening ------------------------------------------------------------- */

struct disas *disas_new(void)
{
    struct disas *d = g_new0(struct disas, 1);

    d->has_guest = cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN,
                           &d->guest) == CS_ERR_OK;
    d->has_host = cs_open(CS_ARCH_X86, CS_MODE_64, &d->host) == CS_ERR_OK;
    return d;
}

void disas_free(struct disas *d)
{
    if (!d)
        return;
    if (d->has_guest)
        cs_close(&d->guest);
    if (d->has_host)
        cs_close(&d->host);
    if (d->llvm)
        d->dispose(d->llvm);
    if (d->lib)
        dlclose(d->lib);
    g_free(d);
}

static bool llvm_start(struct disas *d)
{
    static const char *const init[] = {
        "LLVMInitializeAArch64TargetInfo",
        "LLVMInitializeAArch64TargetMC",
        "LLVMInitializeAArch64Disassembler",
    };
    llvm_create_fn *create;

    for (size_t i = 0; i < ARRAY_SIZE(init); i++) {
        llvm_void_fn *fn = (llvm_void_fn *)dlsym(d->lib, init[i]);

        if (!fn)
            return false;
        fn();
    }
    create = (llvm_create_fn *)dlsym(d->lib, "LLVMCreateDisasmCPUFeatures");
    d->insn = (llvm_insn_fn *)dlsym(d->lib, "LLVMDisasmInstruction");
    d->dispose = (llvm_dispose_fn *)dlsym(d->lib, "LLVMDisasmDispose");
    if (!create || !d->insn || !d->dispose)
        return false;
    d->llvm = create("aarch64-linux-gnu", "", "+all", NULL, 0, NULL, NULL);
    return d->llvm != NULL;
}

static void llvm_open(struct disas *d)
{
    static const char *const names[] = {
        "libLLVM.so.19.1", "libLLVM-19.so.1", "libLLVM-19.so",
    };

    d->tried_llvm = true;
    for (size_t i = 0; i < ARRAY_SIZE(names) && !d->lib; i++)
        d->lib = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (d->lib)
        llvm_start(d);
}

/* --- guest --------------------------------------------------------------- */

/* Is this the text of somebody who does not know the instruction? */
static bool is_generic(const char *mnemonic, const char *operands)
{
    static const char *const generic[] = { "hint", "sys", "sysl" };

    for (size_t i = 0; i < ARRAY_SIZE(generic); i++)
        if (strcmp(mnemonic, generic[i]) == 0)
            return true;
    /* s3_0_c0_c0_0 */
    for (const char *p = operands; (p = strchr(p, 's')) != NULL; p++)
        if ((p == operands || p[-1] == ' ') && g_ascii_isdigit(p[1]) &&
            p[2] == '_')
            return true;
    return false;
}

static bool by_capstone(struct disas *d, GString *out, u64 pc, u32 insn,
                        bool even_generic)
{
    cs_insn *i;
    size_t n;
    bool ok;

    if (!d->has_guest)
        return false;
    n = cs_disasm(d->guest, (const u8 *)&insn, 4, pc, 1, &i);
    if (!n)
        return false;
    ok = even_generic || !is_generic(i->mnemonic, i->op_str);
    if (ok)
        g_string_append_printf(out, "%s%s%s", i->mnemonic,
                               *i->op_str ? " " : "", i->op_str);
    cs_free(i, n);
    return ok;
}

static bool by_llvm(struct disas *d, GString *out, u64 pc, u32 insn)
{
    char text[256], *p = text;

    if (!d->tried_llvm)
        llvm_open(d);
    if (!d->llvm ||
        d->insn(d->llvm, (u8 *)&insn, 4, pc, text, sizeof(text)) != 4)
        return false;
    while (*p == '\t' || *p == ' ')
        p++;
    g_strdelimit(p, "\t", ' ');
    g_string_append(out, p);
    return true;
}

static const char *row_name(u32 insn)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if ((insn & rows[i].mask) == rows[i].value)
            return rows[i].name;
    return "undefined";
}

void disas_insn(struct disas *d, GString *out, u64 pc, u32 insn)
{
    if (by_capstone(d, out, pc, insn, false) || by_llvm(d, out, pc, insn) ||
        by_capstone(d, out, pc, insn, true))
        return;
    g_string_append_printf(out, ".inst 0x%08x // %s", insn, row_name(insn));
}

void disas_guest(struct disas *d, GString *out, u64 pc, const u8 *code,
                 size_t n)
{
    for (size_t i = 0; i + 4 <= n; i += 4) {
        u32 insn = (u32)code[i] | (u32)code[i + 1] << 8 |
                   (u32)code[i + 2] << 16 | (u32)code[i + 3] << 24;

        g_string_append_printf(out, "%016llx  %08x  ",
                               (unsigned long long)(pc + i), insn);
        disas_insn(d, out, pc + i, insn);
        g_string_append_c(out, '\n');
    }
}

/* --- host ---------------------------------------------------------------- */

void disas_host(struct disas *d, GString *out, u64 address, const u8 *code,
                size_t n)
{
    cs_insn *i;

    if (!d->has_host)
        return;
    i = cs_malloc(d->host);
    while (n) {
        if (!cs_disasm_iter(d->host, &code, &n, &address, i)) {
            g_string_append_printf(out, "%016llx  .byte 0x%02x\n",
                                   (unsigned long long)address, *code);
            code++;
            address++;
            n--;
            continue;
        }
        g_string_append_printf(out, "%016llx  %s %s\n",
                               (unsigned long long)i->address, i->mnemonic,
                               i->op_str);
    }
    cs_free(i, 1);
}
