/* SPDX-License-Identifier: MIT */
/*
 * test_tb.c - src/exec/tb.c and chain.c: a block's key, limits, dropping,
 * eviction by the back end, and links that change no run.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

static const u32 loop_code[] = {
    ADDI(0, 0, 1), SUBSI(1, 0, 50), BNE(-8), B(0),
};

static struct rig *start(void **state)
{
    struct rig *r = rig_new(state);

    r->cfg.exit_after = 1000;
    rig_start(r, loop_code, sizeof(loop_code));
    rig_run(r);
    return r;
}

static void test_the_key_is_address_flags_and_limit(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct tb *tb = tb_get(v, BASE, BASE, 0);

    assert_int_equal(tb->n_insns, 3);
    assert_int_equal(tb->n_bytes, 12);
    assert_ptr_equal(tb_get(v, BASE, BASE, 0), tb);
    assert_ptr_not_equal(tb_get(v, BASE + PAGE_SIZE, BASE, 0), tb);
    assert_ptr_not_equal(tb_get(v, BASE, BASE, 2), tb);
    assert_int_equal(tb_get(v, BASE, BASE, 2)->n_insns, 2);
    assert_int_equal(tb_get(v, BASE, BASE, 2)->max_insns, 2);
    rig_free(r);
}

static void test_blocks_are_found_after_the_hash_grew(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct tb *first = tb_get(v, BASE, BASE, 0);
    u32 buckets = r->exec->n_buckets;

    for (u32 i = 0; !*state && i <= buckets; i++)
        tb_get(v, BASE + 4 * i, BASE + 4 * i, 1);
    assert_ptr_equal(tb_get(v, BASE, BASE, 0), first);
    assert_true(*state || r->exec->n_buckets > buckets);
    rig_free(r);
}

static void test_dropping_all_leaves_no_code_page(void **state)
{
    struct rig *r = start(state);

    tb_drop_all(r->exec);
    tb_bury(r->exec);
    assert_int_equal(r->exec->n_tbs, 0);
    assert_false(*ram_page_attr(&r->ram, BASE) & RAM_CODE);
    r->exec->exit_at = 2000;
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x0"), 50);
    rig_free(r);
}

static void test_settings_change_no_run(void **state)
{
    struct exec_hash want, got;

    for (unsigned n = 0; n < 6; n++) {
        struct rig *r = rig_new(state);

        r->cfg.exit_after = 1003;
        r->cfg.tb_max = n;
        r->cfg.no_opt = n & 1;
        r->cfg.jit.no_chain = n & 2;
        r->cfg.jit.ra_seed = n;
        rig_start(r, loop_code, sizeof(loop_code));
        rig_run(r);
        exec_hash(r->exec, NULL, 0, n ? &got : &want);
        rig_free(r);
        if (n)
            assert_int_equal(got.all, want.all);
    }
}

/* As the guest's, but with a second terminal behind the first. */
static void translate_wrongly(void *cpu, struct ir_block *b, struct tb *tb,
                              const u8 *code, u32 max_insns,
                              bool (*is_io)(void *opaque, gpa_t pa),
                              void *opaque)
{
    a64_target.translate(cpu, b, tb, code, max_insns, is_io, opaque);
    ir0(b, IR_EXIT, 0);
}

static void test_verify_ends_at_a_wrong_block(void **state)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct target_ops wrong = a64_target;
        struct rig *r = rig_new(state);

        signal(SIGABRT, SIG_DFL);
        wrong.translate = translate_wrongly;
        r->cfg.target = &wrong;
        r->cfg.verify_ir = true;
        rig_start(r, loop_code, sizeof(loop_code));
        rig_run(r);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_eviction_forgets_blocks(void **state)
{
    struct rig *r = rig_new(state);
    struct vcpu *v;

    r->cfg.jit.cache_bytes = 256 * KiB;
    rig_start(r, loop_code, sizeof(loop_code));
    rig_run(r);
    v = &r->exec->cpu[0];
    for (u32 i = 0; i < 20000; i++)
        tb_get(v, BASE + 4 * i, BASE + 4 * i, 2);
    if (*state) {
        assert_true(jit_get_stats(r->exec->jit)->evictions > 0);
        assert_true(r->exec->n_tbs < 20000);
    }
    r->exec->exit_at = UINT64_MAX;
    tb_bury(r->exec);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_the_key_is_address_flags_and_limit),
        BOTH(test_blocks_are_found_after_the_hash_grew),
        BOTH(test_dropping_all_leaves_no_code_page),
        BOTH(test_settings_change_no_run),
        BOTH(test_verify_ends_at_a_wrong_block),
        BOTH(test_eviction_forgets_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
