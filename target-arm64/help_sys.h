/* SPDX-License-Identifier: MIT */
/*
 * help_sys.h - what trans_sys.c and help_sys.c agree on. Private to them.
 */
#ifndef A64_HELP_SYS_H
#define A64_HELP_SYS_H

#include "a64sys.h"
#include "translate.h"

/* Field that help_sys_pstate() writes. */
enum sys_pstate { SYS_SPSEL, SYS_PAN, SYS_UAO };

/* ISS of a trapped MRS, MSR or SYS with the given SYSREG() encoding. */
static inline u32 a64_sysreg_iss(u32 enc, u32 rt, bool read)
{
    u32 op0 = enc >> 14, op1 = enc >> 11 & 7, crn = enc >> 7 & 15;
    u32 crm = enc >> 3 & 15, op2 = enc & 7;

    return op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | rt << 5 |
           crm << 1 | read;
}

#endif
