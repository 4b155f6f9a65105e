/* SPDX-License-Identifier: MIT */
/*
 * fold_const.c - values of operations whose operands are all constants. Uses
 * the arithmetic of value.h, as the evaluator does. For opt_fold.c.
 */
#include "ir_impl.h"
#include "value.h"

bool ir_const_binary(unsigned op, u64 x, u64 y, u64 imm, u64 *r)
{
    switch (op) {
    case IR_ADD64: *r = x + y; break;
    case IR_ADD32: *r = (u32)(x + y); break;
    case IR_SUB64: *r = x - y; break;
    case IR_SUB32: *r = (u32)(x - y); break;
    case IR_AND64: *r = x & y; break;
    case IR_AND32: *r = (u32)(x & y); break;
    case IR_OR64: *r = x | y; break;
    case IR_OR32: *r = (u32)(x | y); break;
    case IR_XOR64: *r = x ^ y; break;
    case IR_XOR32: *r = (u32)(x ^ y); break;
    case IR_ANDN64: *r = x & ~y; break;
    case IR_ANDN32: *r = (u32)(x & ~y); break;
    case IR_SHL64: *r = x << (y & 63); break;
    case IR_SHL32: *r = (u32)x << (y & 31); break;
    case IR_SHR64: *r = x >> (y & 63); break;
    case IR_SHR32: *r = (u32)x >> (y & 31); break;
    case IR_SAR64: *r = value_sar64(x, y); break;
    case IR_SAR32: *r = value_sar32(x, y); break;
    case IR_ROR64: *r = ror64(x, (unsigned)y & 63); break;
    case IR_ROR32: *r = ror32((u32)x, (unsigned)y & 31); break;
    case IR_MUL64: *r = x * y; break;
    case IR_MUL32: *r = (u32)(x * y); break;
    case IR_UMULH: *r = value_umulh(x, y); break;
    case IR_SMULH: *r = value_smulh(x, y); break;
    case IR_UDIV64: *r = value_udiv64(x, y); break;
    case IR_UDIV32: *r = value_udiv32(x, y); break;
    case IR_SDIV64: *r = value_sdiv64(x, y); break;
    case IR_SDIV32: *r = value_sdiv32(x, y); break;
    case IR_DEPOSIT:
        *r = deposit64(x, ir_field_pos(imm), ir_field_len(imm), y);
        break;
    case IR_EXTR64: *r = value_extr64(x, y, imm); break;
    case IR_EXTR32: *r = value_extr32(x, y, imm); break;
    default: return false;
    }
    return true;
}

bool ir_const_unary(unsigned op, u64 x, u64 imm, u64 *r)
{
    unsigned pos = ir_field_pos(imm), len = ir_field_len(imm);

    switch (op) {
    case IR_NOT64: *r = ~x; break;
    case IR_NOT32: *r = (u32)~x; break;
    case IR_CLZ64: *r = clz64(x); break;
    case IR_CLZ32: *r = clz32((u32)x); break;
    case IR_BSWAP64: *r = __builtin_bswap64(x); break;
    case IR_BSWAP32: *r = __builtin_bswap32((u32)x); break;
    case IR_SXT8: *r = (u64)sext64(x, 8); break;
    case IR_SXT16: *r = (u64)sext64(x, 16); break;
    case IR_SXT32: *r = (u64)sext64(x, 32); break;
    case IR_ZXT8: *r = (u8)x; break;
    case IR_ZXT16: *r = (u16)x; break;
    case IR_ZXT32: *r = (u32)x; break;
    case IR_EXTRACT: *r = extract64(x, pos, len); break;
    case IR_SEXTRACT: *r = value_sextract(x, pos, len); break;
    default: return false;
    }
    return true;
}

bool ir_const_flags(unsigned op, u64 x, u64 y, u32 *r)
{
    switch (op) {
    case IR_ADDF64:
    case IR_CCMN64: *r = value_addf64(x, y, 0); break;
    case IR_ADDF32:
    case IR_CCMN32: *r = value_addf32(x, y, 0); break;
    case IR_SUBF64:
    case IR_CCMP64: *r = value_subf64(x, y); break;
    case IR_SUBF32:
    case IR_CCMP32: *r = value_subf32(x, y); break;
    case IR_LOGF64: *r = value_logf64(x); break;
    case IR_LOGF32: *r = value_logf32(x); break;
    default: return false;
    }
    return true;
}
