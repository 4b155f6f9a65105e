/* SPDX-License-Identifier: MIT */
/*
 * help_int.h - parameters that integer trans_ functions pass to helpers.
 */
#ifndef A64_HELP_INT_H
#define A64_HELP_INT_H

#include "ir.h"

/* excl_store: two elements of the memop's size, b at the lower address. */
#define EXCL_PAIR (1u << 31)

/* Keys by their index in arch.apkey (pairs lo, hi). */
enum pac_key { PAC_IA, PAC_IB, PAC_DA, PAC_DB, PAC_GA };

#endif
