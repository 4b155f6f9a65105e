/* SPDX-License-Identifier: MIT */
/*
 * options_value.c - reads the kinds of values that options take: numbers,
 * sizes, dates and seconds.
 *
 * Nothing is guessed: a sign, a blank, an overflow or a letter too many makes
 * a value wrong, so that a slip of the fingers never runs something else.
 */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "options_value.h"

bool value_number(const char *s, u64 *v)
{
    bool is_hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
    char *end;
    u64 n;

    s += is_hex ? 2 : 0;
    if (is_hex ? !g_ascii_isxdigit(*s) : !g_ascii_isdigit(*s))
        return false;
    errno = 0;
    n = g_ascii_strtoull(s, &end, is_hex ? 16 : 10);
    if (errno || *end)
        return false;
    *v = n;
    return true;
}

bool value_scaled(const char *s, u64 step, u64 unit, u64 *v)
{
    static const char letters[] = "KMGT";
    size_t len = strlen(s);
    u64 scale = unit, n;
    const char *letter;
    char *digits;
    bool ok;

    letter = len ? strchr(letters, g_ascii_toupper(s[len - 1])) : NULL;
    if (letter && *letter) {
        len--;
        for (scale = step; letter > letters; letter--)
            scale *= step;
    }
    digits = g_strndup(s, len);
    ok = value_number(digits, &n) && n <= UINT64_MAX / scale;
    g_free(digits);
    if (ok)
        *v = n * scale;
    return ok;
}

bool value_date(const char *s, u64 *seconds)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    unsigned n[6] = { 0 }, field = 0;
    size_t i, len = strlen(s);
    GDateTime *t;

    if (len != 10 && len != sizeof(form) - 1)
        return false;
    for (i = 0; i < len; i++) {
        if (form[i] != 'd') {
            if (s[i] != form[i])
                return false;
            field++;
        } else if (!g_ascii_isdigit(s[i])) {
            return false;
        } else {
            n[field] = n[field] * 10 + (unsigned)(s[i] - '0');
        }
    }
    if (n[0] < 1970)
        return false;
    t = g_date_time_new_utc((int)n[0], (int)n[1], (int)n[2], (int)n[3],
                            (int)n[4], n[5]);
    if (!t)
        return false;
    *seconds = (u64)g_date_time_to_unix(t);
    g_date_time_unref(t);
    return true;
}

bool value_seconds(const char *s, u64 *ms)
{
    char **part = g_strsplit(s, ".", 2);
    u64 whole = 0, fraction = 0;
    bool ok = part[0] && g_ascii_isdigit(*part[0]) && !strchr(part[0], 'x') &&
              value_number(part[0], &whole) && whole <= UINT64_MAX / 1000 - 1;

    if (ok && part[1]) {
        size_t len = strlen(part[1]);

        ok = len >= 1 && len <= 3 && strspn(part[1], "0123456789") == len &&
             value_number(part[1], &fraction);
        for (; len < 3; len++)
            fraction *= 10;
    }
    g_strfreev(part);
    if (ok)
        *ms = whole * 1000 + fraction;
    return ok;
}
