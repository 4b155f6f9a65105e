/* SPDX-License-Identifier: MIT */
/*
 * passes.c - the list of passes over a finished block, in order. Folding and
 * forwarding have been done by then, while the block was built (build.c).
 *
 * `-d op` shows the block as built and after each pass that changed it, and
 * verifies it each time.
 */
#include "ir_impl.h"
#include "log.h"

#include <glib.h>

struct pass {
    const char *name;                /* as printed */
    u32 (*run)(struct ir_block *b);  /* number of nodes removed */
};

static const struct pass passes[] = {
    { "opt_state", opt_state },
    { "opt_flags", opt_flags },
    { "opt_dead", opt_dead },
};

static void show(const struct ir_block *b, const char *after)
{
    GString *text;

    if (!log_on(LOG_OP))
        return;
    text = g_string_new(NULL);
    ir_print(b, text);
    log_printf(LOG_OP, "IR after %s:\n%s\n", after, text->str);
    g_string_free(text, TRUE);
}

static void check(const struct ir_block *b, const char *after)
{
    char *reason;

    if (!(b->flags & IR_B_VERIFY) && !log_on(LOG_OP))
        return;
    reason = ir_verify(b);
    if (reason)
        bug("IR at %#llx after %s: %s", (unsigned long long)b->pc, after,
            reason);
}

void ir_optimize(struct ir_block *b)
{
    u32 i;

    show(b, "building");
    check(b, "building");
    if (b->flags & IR_B_NO_OPT)
        return;
    for (i = 0; i < ARRAY_SIZE(passes); i++) {
        if (!passes[i].run(b))
            continue;
        show(b, passes[i].name);
        check(b, passes[i].name);
    }
}
