/* SPDX-License-Identifier: MIT */
/*
 * options_value.h - the kinds of values that options take (private to
 * src/options.c and its tests). Each function reads a whole string and
 * returns false, leaving its result alone, if that is anything else.
 */
#ifndef EMU_OPTIONS_VALUE_H
#define EMU_OPTIONS_VALUE_H

#include "base.h"

/* A number, decimal or 0x; at most 64 bits. */
bool value_number(const char *s, u64 *v);
/*
 * A number with an optional suffix K, M, G or T, either case, each @step
 * times the one before; without a suffix @unit is meant.
 */
bool value_scaled(const char *s, u64 step, u64 unit, u64 *v);
/*
 * A UTC date from 1970 on, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, as seconds
 * since 1970.
 */
bool value_date(const char *s, u64 *seconds);
/* Decimal seconds with up to three decimals, as milliseconds. */
bool value_seconds(const char *s, u64 *ms);

#endif
