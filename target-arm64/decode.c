/* SPDX-License-Identifier: MIT */
/*
 * decode.c - from an instruction word to its trans_*() function: the switch
 * that scripts/decodegen.py makes from a64.decode, and what happens to rows
 * that are marked unimplemented.
 */
#include "log.h"
#include "translate.h"

bool a64_unimplemented(struct tctx *s, u32 insn, const char *row,
                       const char *feat)
{
    log_unimp("%08x at %016llx: %s (%s) is not implemented", insn,
              (unsigned long long)s->pc, row, feat ? feat : "base");
    return false;
}

/* The generated function has internal linkage and this name. */
#define a64_decode a64_decode_rows
#include "a64_decode.inc"
#undef a64_decode

bool a64_decode(struct tctx *s, u32 insn)
{
    return a64_decode_rows(s, insn);
}
