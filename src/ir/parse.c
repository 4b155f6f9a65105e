/* SPDX-License-Identifier: MIT */
/*
 * parse.c - reads the text form of print.c (docs/IR.md), for tests and for
 * trying out a back end by hand.
 *
 * Nodes are appended as they are, without folding. Values may have any
 * numbers; `#` starts a comment. Only the form is checked here, the meaning
 * by ir_verify().
 */
#include "ir_impl.h"

#include <glib.h>
#include <string.h>

#define MAX_TOKENS 32
#define MAX_VALUES 65536

struct parser {
    struct ir_block *b; /* being filled */
    ir_ref *value;      /* node of each %number, 0 = not defined yet */
    char *token[MAX_TOKENS + 1]; /* of the current line, NULL at the end */
    unsigned n_tokens;  /* of the current line */
    const char *reason; /* what is wrong with the line */
    const char *what;   /* the token that it is wrong with */
};

static bool fail(struct parser *p, const char *reason, const char *what)
{
    p->reason = reason;
    p->what = what;
    return false;
}

static bool number(struct parser *p, const char *s, u64 *v)
{
    char *end;

    *v = *s == '-' ? (u64)g_ascii_strtoll(s, &end, 0)
                   : g_ascii_strtoull(s, &end, 0);
    return end != s && !*end ? true : fail(p, "bad number", s);
}

/* Splits @line at blanks and commas; cuts comments. */
static bool split(struct parser *p, char *line)
{
    char *rest = line, *t;

    line[strcspn(line, "#")] = 0;
    p->n_tokens = 0;
    while ((t = strtok_r(rest, " \t\r,", &rest)) != NULL) {
        if (p->n_tokens == MAX_TOKENS)
            return fail(p, "too many words", t);
        p->token[p->n_tokens++] = t;
    }
    p->token[p->n_tokens] = NULL;
    return true;
}

static bool parse_op(struct parser *p, const char *name, enum ir_op *op)
{
    unsigned i;

    for (i = 0; i < IR_OP_COUNT; i++) {
        if (!strcmp(ir_op_info[i].name, name)) {
            *op = (enum ir_op)i;
            return true;
        }
    }
    return fail(p, "no such operation", name);
}

static bool parse_name(struct parser *p, const char *s,
                       const char *const *names, unsigned n_names, u64 *v)
{
    for (*v = 0; *v < n_names; ++*v)
        if (!strcmp(names[*v], s))
            return true;
    return fail(p, "no such name", s);
}

static bool parse_helper(struct parser *p, const char *s, struct ir_node *n)
{
    const struct ir_layout *l = p->b->layout;
    u64 h;

    for (h = 0; h < l->n_helpers; h++)
        if (l->helper[h].name && !strcmp(l->helper[h].name, s))
            break;
    if (h == l->n_helpers && (!g_ascii_isdigit(*s) || !number(p, s, &h)))
        return fail(p, "no such helper", s);
    n->imm |= (u16)h;
    return true;
}

/* One word that is a flag. */
static bool parse_flag(struct parser *p, const char *s, struct ir_node *n)
{
    const struct ir_memop_flag *f;

    if (!strcmp(s, "inv")) {
        n->imm |= IR_COND_INV;
        return true;
    }
    for (f = ir_memop_flag; f->name; f++) {
        if (!strcmp(f->name, s)) {
            n->imm |= f->bit;
            return true;
        }
    }
    return fail(p, "what is this", s);
}

/* What key=value adds to the immediate. */
static bool parse_key(struct parser *p, const char *key, const char *s,
                      struct ir_node *n)
{
    bool is_env = ir_imm_kind[n->op] == IMM_ENV;
    u64 v;

    if (!strcmp(key, "cc")) {
        if (!parse_name(p, s, ir_cond_name, 16, &v))
            return false;
    } else if (!strcmp(key, "ind")) {
        if (!parse_name(p, s, ir_ind_name, 3, &v))
            return false;
    } else if (!number(p, s, &v)) {
        return false;
    }
    if (!strcmp(key, "size") && !is_env && (!v || (v & (v - 1))))
        return fail(p, "size is no power of two", s);
    if (!strcmp(key, "size"))
        n->imm |= is_env ? v << 32 : (u64)__builtin_ctzll(v);
    else if (!strcmp(key, "disp") || !strcmp(key, "param"))
        n->imm |= v << 32;
    else if (!strcmp(key, "len") || !strcmp(key, "lane") ||
             !strcmp(key, "entry"))
        n->imm |= v << 8;
    else if (!strcmp(key, "slot") || !strcmp(key, "off") ||
             !strcmp(key, "pos") || !strcmp(key, "count") ||
             !strcmp(key, "nzcv") || !strcmp(key, "cc") ||
             !strcmp(key, "bit") || !strcmp(key, "bytes") ||
             !strcmp(key, "es") || !strcmp(key, "ind"))
        n->imm |= v;
    else
        return fail(p, "no such key", key);
    return true;
}

static bool parse_attribute(struct parser *p, char *s, struct ir_node *n)
{
    char *eq = strchr(s, '=');

    if (*s == '@')
        return parse_helper(p, s + 1, n);
    if (g_ascii_isdigit(*s) || *s == '-')
        return number(p, s, &n->imm);
    if (!eq)
        return parse_flag(p, s, n);
    *eq = 0;
    return parse_key(p, s, eq + 1, n);
}

static bool value_number(struct parser *p, const char *s, u64 *v)
{
    if (*s != '%' || !number(p, s + 1, v) || *v >= MAX_VALUES)
        return fail(p, "no value", s);
    return true;
}

static bool parse_operand(struct parser *p, const char *s, unsigned k,
                          struct ir_node *n)
{
    ir_ref x = 0;
    u64 v;

    if (k >= 3)
        return fail(p, "too many operands", s);
    if (*s != '_') {
        if (!value_number(p, s, &v))
            return false;
        x = p->value[v];
        if (!x)
            return fail(p, "value is not defined before", s);
    }
    if (k == 0)
        n->a = x;
    else if (k == 1)
        n->b = x;
    else
        n->c = x;
    return true;
}

static bool parse_node(struct parser *p)
{
    struct ir_node n = { .op = IR_NOP };
    char **t = p->token;
    u64 result = 0;
    unsigned k = 0;
    bool has_result = **t == '%';
    enum ir_op op;
    ir_ref r;

    if (has_result) {
        if (!value_number(p, *t++, &result))
            return false;
        if (!*t || strcmp(*t++, "=") || !*t)
            return fail(p, "a value wants ' = OPERATION'", p->token[0]);
        if (p->value[result])
            return fail(p, "value is defined twice", p->token[0]);
    }
    if (!parse_op(p, *t++, &op))
        return false;
    n.op = (u8)op;
    if (has_result != (ir_op_info[op].result != IR_T_N))
        return fail(p, has_result ? "operation has no result"
                                  : "operation has a result",
                    ir_op_info[op].name);
    for (; *t && (**t == '%' || **t == '_'); t++)
        if (!parse_operand(p, *t, k++, &n))
            return false;
    for (; *t; t++)
        if (!parse_attribute(p, *t, &n))
            return false;
    if (p->b->n >= IR_MAX_NODES)
        return fail(p, "too many nodes", p->token[0]);
    r = ir_append(p->b, &n);
    if (has_result)
        p->value[result] = r;
    return true;
}

/* block pc=.. pa=.. insns=.. bytes=.. flags=.. target=A,B */
static bool parse_header(struct parser *p)
{
    struct ir_block *b = p->b;
    unsigned i;
    u64 v;

    for (i = 1; i < p->n_tokens; i++) {
        char *eq = strchr(p->token[i], '=');
        const char *s = eq ? eq + 1 : p->token[i];

        if (!number(p, s, &v))
            return false;
        if (eq)
            *eq = 0;
        if (!eq)
            b->target[1] = v;
        else if (!strcmp(p->token[i], "pc"))
            b->pc = v;
        else if (!strcmp(p->token[i], "pa"))
            b->pa = v;
        else if (!strcmp(p->token[i], "insns"))
            b->n_insns = (u32)v;
        else if (!strcmp(p->token[i], "bytes"))
            b->n_bytes = (u32)v;
        else if (!strcmp(p->token[i], "flags"))
            b->flags = (u32)v;
        else if (!strcmp(p->token[i], "target"))
            b->target[0] = v;
        else
            return fail(p, "no such key", p->token[i]);
    }
    return true;
}

static bool parse_line(struct parser *p, char *line)
{
    if (!split(p, line))
        return false;
    if (!p->n_tokens)
        return true;
    if (!strcmp(p->token[0], "block"))
        return parse_header(p);
    return parse_node(p);
}

bool ir_parse(struct ir_block *b, const char *text, char **err)
{
    struct parser p = { .b = b };
    char **lines = g_strsplit(text, "\n", -1);
    bool ok = true;
    unsigned i;

    ir_reset(b, 0, 0, 0);
    p.value = g_new0(ir_ref, MAX_VALUES);
    for (i = 0; ok && lines[i]; i++)
        ok = parse_line(&p, lines[i]);
    if (!ok)
        *err = g_strdup_printf("line %u: %s: %s", i, p.reason, p.what);
    g_free(p.value);
    g_strfreev(lines);
    return ok;
}
