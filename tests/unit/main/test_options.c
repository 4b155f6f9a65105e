/* SPDX-License-Identifier: MIT */
/*
 * test_options.c - the command line: defaults, every option's good values,
 * and for every bad value one line that names option and value.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <glib.h>
#include <string.h>

#include "src/options.h"

#define MAX_ARGS 40

/* Splits @line at blanks and parses it; the arguments stay in @argv. */
static bool parse(struct options *o, char ***argv, const char *line,
                  GError **err)
{
    char *all = g_strconcat("emu ", line, NULL);

    *argv = g_strsplit(all, " ", MAX_ARGS);
    g_free(all);
    return options_parse(o, (int)g_strv_length(*argv), *argv, err);
}

/* Runs @body with options o parsed from @line. */
#define WITH(line, body)                            \
    do {                                            \
        struct options o;                           \
        GError *err = NULL;                         \
        char **argv;                                \
        if (!parse(&o, &argv, line, &err))          \
            fail_msg("%s: %s", line, err->message); \
        body;                                       \
        options_fini(&o);                           \
        g_strfreev(argv);                           \
    } while (0)

static void test_defaults(void **state)
{
    (void)state;
    WITH("-kernel Image", {
        assert_string_equal(o.kernel, "Image");
        assert_string_equal(o.cpu_model, "max");
        assert_int_equal(o.gic_version, 3);
        assert_int_equal(o.n_cpus, 1);
        assert_int_equal(o.ram_size, 512 * MiB);
        assert_null(o.initrd);
        assert_null(o.append);
        assert_null(o.dtb);
        assert_null(o.dumpdtb);
        assert_int_equal(o.serial, SERIAL_MON_STDIO);
        assert_false(o.no_reboot);
        assert_int_equal(o.rtc_base, 1704067200);
        assert_false(o.rtc_from_host);
        assert_int_equal(o.icount_shift, 0);
        assert_int_equal(o.engine, ENGINE_JIT);
        assert_int_equal(o.timeout_ms, 0);
        assert_int_equal(o.exit_after, 0);
        assert_false(o.final_state);
        assert_int_equal(o.hash_every, 0);
        assert_null(o.info);
    });
}

static void test_one_dash_two_dashes_and_equals(void **state)
{
    (void)state;
    WITH("--kernel a --m=1G --no-reboot", {
        assert_string_equal(o.kernel, "a");
        assert_int_equal(o.ram_size, GiB);
        assert_true(o.no_reboot);
    });
    WITH("--append=console=ttyAMA0 -kernel a",
         assert_string_equal(o.append, "console=ttyAMA0"));
}

static void test_a_usual_qemu_line(void **state)
{
    (void)state;
    WITH("-M virt,gic-version=3,accel=tcg -cpu cortex-a72 -m 1024 -smp 1 "
         "-nographic -kernel Image -initrd i -append x",
         {
             assert_string_equal(o.cpu_model, "cortex-a72");
             assert_int_equal(o.ram_size, GiB);
             assert_string_equal(o.initrd, "i");
         });
    WITH("-nographic -net none -nic none -display none -monitor none "
         "-parallel none -vga none -accel tcg -kernel a",
         assert_string_equal(o.kernel, "a"));
}

static void test_sizes(void **state)
{
    (void)state;
    WITH("-kernel a -m 1M", assert_int_equal(o.ram_size, MiB));
    WITH("-kernel a -m 64", assert_int_equal(o.ram_size, 64 * MiB));
    WITH("-kernel a -m 2g", assert_int_equal(o.ram_size, 2 * GiB));
    WITH("-kernel a -m 8196K", assert_int_equal(o.ram_size, 8196 * KiB));
    WITH("-kernel a -m size=255G", assert_int_equal(o.ram_size, 255 * GiB));
    WITH("-kernel a -m 0x40", assert_int_equal(o.ram_size, 64 * MiB));
}

static void test_machine_and_cpu(void **state)
{
    (void)state;
    WITH("-M virt,dumpdtb=a,,b.dtb", {
        assert_string_equal(o.dumpdtb, "a,b.dtb");
        assert_null(o.kernel);
    });
    WITH("-kernel a -machine gic-version=max -M type=virt",
         assert_int_equal(o.gic_version, 3));
    WITH("-kernel a -M virt,gic-version=2", assert_int_equal(o.gic_version, 2));
    WITH("-kernel a -cpu max,lse=off,pan=on",
         assert_string_equal(o.cpu_model, "max,lse=off,pan=on"));
    WITH("-kernel a -cpu max,lse=off -cpu cortex-a72",
         assert_string_equal(o.cpu_model, "cortex-a72"));
    WITH("-kernel a -cpu neoverse-n1,sve=off,sve128=off,lpa2=off",
         assert_string_equal(o.cpu_model,
                             "neoverse-n1,sve=off,sve128=off,lpa2=off"));
    WITH("-kernel a -smp cpus=1", assert_int_equal(o.n_cpus, 1));
    WITH("-kernel a -smp 8", assert_int_equal(o.n_cpus, 8));
}

static void test_serial(void **state)
{
    (void)state;
    WITH("-kernel a -serial stdio", assert_int_equal(o.serial, SERIAL_STDIO));
    WITH("-kernel a -serial null", assert_int_equal(o.serial, SERIAL_NULL));
    WITH("-kernel a -serial file:out.txt", {
        assert_int_equal(o.serial, SERIAL_FILE);
        assert_string_equal(o.serial_file, "out.txt");
    });
    WITH("-kernel a -nodefaults", assert_int_equal(o.serial, SERIAL_NULL));
    WITH("-kernel a -serial mon:stdio -nodefaults",
         assert_int_equal(o.serial, SERIAL_MON_STDIO));
}

static void test_time(void **state)
{
    (void)state;
    WITH("-kernel a -rtc base=2000-02-29",
         assert_int_equal(o.rtc_base, 951782400));
    WITH("-kernel a -rtc base=2024-01-01T00:00:01,clock=vm",
         assert_int_equal(o.rtc_base, OPTIONS_RTC_BASE + 1));
    WITH("-kernel a -rtc base=0", assert_int_equal(o.rtc_base, 0));
    WITH("-kernel a -rtc base=4294967295",
         assert_int_equal(o.rtc_base, 0xffffffff));
    WITH("-kernel a -rtc base=utc", assert_true(o.rtc_from_host));
    WITH("-kernel a -rtc base=utc -rtc base=7", {
        assert_false(o.rtc_from_host);
        assert_int_equal(o.rtc_base, 7);
    });
    WITH("-kernel a -icount shift=3", assert_int_equal(o.icount_shift, 3));
    WITH("-kernel a -icount 10", assert_int_equal(o.icount_shift, 10));
    WITH("-kernel a -seed 0xffffffffffffffff",
         assert_true(o.seed == UINT64_MAX));
}

static void test_limits_and_logs(void **state)
{
    (void)state;
    WITH("-kernel a -timeout 2", assert_int_equal(o.timeout_ms, 2000));
    WITH("-kernel a -timeout 0.25", assert_int_equal(o.timeout_ms, 250));
    WITH("-kernel a -exit-after 300M",
         assert_int_equal(o.exit_after, 300000000));
    WITH("-kernel a -exit-after 20k -hash-every 1", {
        assert_int_equal(o.exit_after, 20000);
        assert_int_equal(o.hash_every, 1);
    });
    WITH("-kernel a -d in_asm,exec -D f -final-state -engine eval", {
        assert_string_equal(o.log_list, "in_asm,exec");
        assert_string_equal(o.log_file, "f");
        assert_true(o.final_state);
        assert_int_equal(o.engine, ENGINE_EVAL);
    });
}

static void test_translator_items_add_up(void **state)
{
    (void)state;
    WITH("-kernel a -X tb-max=1,nochain,ra-shuffle=7 -X cache=1M,tags=4,cold "
         "-X noopt,far,host=sse42",
         {
             assert_int_equal(o.translator.tb_max, 1);
             assert_true(o.translator.no_chain);
             assert_true(o.translator.no_opt);
             assert_true(o.translator.always_cold);
             assert_true(o.translator.far_cache);
             assert_int_equal(o.translator.ra_seed, 7);
             assert_int_equal(o.translator.cache_bytes, MiB);
             assert_int_equal(o.translator.tag_bits, 4);
             assert_string_equal(o.translator.host_features, "sse42");
         });
}

static void test_help_and_version_need_no_kernel(void **state)
{
    (void)state;
    WITH("--help", {
        assert_non_null(strstr(o.info, "-kernel FILE\n"));
        assert_non_null(strstr(o.info, "(default: 512M)"));
        assert_non_null(strstr(o.info, "tb-max=N"));
        assert_non_null(strstr(o.info, "Exit status:"));
    });
    WITH("-h", assert_non_null(o.info));
    WITH("--version", assert_memory_equal(o.info, "emu ", 4));
    WITH("-cpu help", assert_non_null(strstr(o.info, "cortex-a72")));
    WITH("-M help", assert_non_null(strstr(o.info, "virt")));
    WITH("-d help", assert_non_null(strstr(o.info, "in_asm")));
}

static void test_help_fits_80_columns(void **state)
{
    (void)state;
    WITH("--help", {
        char **lines = g_strsplit(o.info, "\n", -1);
        unsigned i;

        for (i = 0; lines[i]; i++)
            assert_true(strlen(lines[i]) <= 80);
        g_strfreev(lines);
    });
}

/* A line, and what its message must contain. */
struct bad {
    const char *line; /* arguments */
    const char *says; /* part of the message */
    const char *also; /* another part, or NULL */
};

static const struct bad bad[] = {
    { "-kernel", "-kernel: a value is missing", NULL },
    { "-kernel ", "-kernel '': a file name", NULL },
    { "-no-reboot", "nothing to run: use -kernel", NULL },
    { "-m 0", "-m 0: the size of RAM is 1M to 255G", NULL },
    { "-m 0G", "-m 0G: ", "1M to 255G" },
    { "-m 256G", "-m 256G: ", "1M to 255G" },
    { "-m 99999999999999T", "-m 99999999999999T: ", "a size is needed" },
    { "-m 18446744073709551616", "a size is needed", NULL },
    { "-m -5", "-m -5: a size is needed", NULL },
    { "-m 1.5G", "-m 1.5G: a size is needed", NULL },
    { "-m 1MB", "-m 1MB: a size is needed", NULL },
    { "-m M", "-m M: a size is needed", NULL },
    { "-m 1G,slots=2", "-m 1G,slots=2: a size is needed", NULL },
    { "-m 1025K", "-m 1025K: ", "multiple of 4K" },
    { "-smp 0", "-smp 0: a number of CPUs", NULL },
    { "-smp 9", "-smp 9: a number of CPUs", NULL },
    { "-smp many", "-smp many: ", NULL },
    { "-smp 1,cores=1", "-smp 1,cores=1: topology", NULL },
    { "-cpu cortex-a9", "-cpu cortex-a9: ", "neoverse-n1 and max" },
    { "-cpu host", "-cpu host: ", "no CPU model 'host'" },
    { "-cpu max,sve", "-cpu max,sve: 'sve': a feature is switched", NULL },
    { "-cpu max,sve=yes", "-cpu max,sve=yes: ", "=on or" },
    { "-cpu max,sve=on", "-cpu max,sve=on: ", "there is no SVE" },
    { "-cpu max,sve256=on", "-cpu max,sve256=on: ", "does not have that" },
    { "-cpu max,lse=maybe", "'lse=maybe': a feature is switched", NULL },
    { "-cpu max,foo=off", "there is no feature 'foo'", NULL },
    { "-cpu max,aes=off,pmull=on", "pmull=on needs aes=on", NULL },
    { "-cpu lse=off", "-cpu lse=off: there is no CPU model 'lse=off'", NULL },
    { "-cpu max,", "-cpu max,: '': a feature is switched", NULL },
    { "-cpu ,", "-cpu ,: there is no CPU model ''", NULL },
    { "-M raspi3b", "-M raspi3b: no such machine", "virt" },
    { "-M virt,gic-version=4", "-M gic-version=4: not supported", NULL },
    { "-M virt,virtualization=on", "virtualization=on: not supported", NULL },
    { "-M virt,dumpdtb=", "-M dumpdtb=: a file name", NULL },
    { "-M virt,foo=1", "-M foo=1: not supported", NULL },
    { "-serial pty", "-serial pty: not supported", "file:FILE" },
    { "-serial file:", "-serial file:: not supported", NULL },
    { "-serial null -serial null", "one serial port", NULL },
    { "-display gtk", "-display gtk: not supported", "none" },
    { "-net user", "-net user: not supported", NULL },
    { "-accel kvm", "-accel kvm: not supported", "tcg" },
    { "-rtc base=2024-13-01", "-rtc base=2024-13-01: ", "date" },
    { "-rtc base=2024-02-30", "-rtc base=2024-02-30: ", "date" },
    { "-rtc base=localtime", "-rtc base=localtime: ", "utc" },
    { "-rtc base=2200-01-01", "2106-02-07", NULL },
    { "-rtc base=1960-01-01", "base=1960-01-01: ", "date" },
    { "-rtc base=2024-01-01T24:00:00", "T24:00:00: ", "date" },
    { "-rtc clock=host", "-rtc clock=host: not supported", NULL },
    { "-rtc base", "-rtc base: ", NULL },
    { "-icount auto", "-icount auto: ", "0 to 10" },
    { "-icount shift=11", "-icount shift=11: ", "0 to 10" },
    { "-icount sleep=off", "-icount sleep=off: not supported", NULL },
    { "-seed x", "-seed x: a number", NULL },
    { "-seed 0x10000000000000000", "a number up to 64 bits", NULL },
    { "-engine tci", "-engine tci: ", "jit or eval" },
    { "-timeout 0", "-timeout 0: ", "seconds" },
    { "-timeout 1.", "-timeout 1.: ", "seconds" },
    { "-timeout 1.2345", "-timeout 1.2345: ", "seconds" },
    { "-timeout 99999999999", "-timeout 99999999999: ", "seconds" },
    { "-exit-after 0", "-exit-after 0: ", "number of instructions" },
    { "-exit-after 1X", "-exit-after 1X: ", "number of instructions" },
    { "-hash-every -1", "-hash-every -1: ", "number of instructions" },
    { "-D ", "-D '': a file name", NULL },
    { "-X tb-max=0", "-X tb-max=0: ", "256" },
    { "-X tags=40", "-X tags=40: ", "bits" },
    { "-X cache=1K", "-X cache=1K: ", "256K" },
    { "-X nochain=1", "-X nochain=1: not known", "items are" },
    { "-X foo", "-X foo: not known", NULL },
    { "-X host=", "-X host=: not known", NULL },
    { "--no-reboot=1", "-no-reboot 1: ", "no value" },
    { "-device virtio-blk-pci", "-device: not supported", "--help" },
    { "--drive x", "-drive: not supported", NULL },
    { "-s", "-s: not supported", NULL },
    { "-frobnicate", "-frobnicate: no such option", "--help" },
    { "-kernelx", "-kernelx: no such option", NULL },
    { "-kernel=x", "-kernel=x: no such option", NULL },
    { "--", "--: no such option", NULL },
    { "-", "'-': not an option", NULL },
    { "disk.img", "'disk.img': not an option", NULL },
};

static void test_bad_values_name_option_and_value(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        struct options o;
        GError *err = NULL;
        char **argv;

        if (parse(&o, &argv, bad[i].line, &err))
            fail_msg("%s: accepted", bad[i].line);
        if (!strstr(err->message, bad[i].says) ||
            (bad[i].also && !strstr(err->message, bad[i].also)))
            fail_msg("%s: says \"%s\"", bad[i].line, err->message);
        assert_null(strchr(err->message, '\n'));
        g_error_free(err);
        options_fini(&o);
        g_strfreev(argv);
    }
}

static void test_messages_are_one_line_whatever_the_value(void **state)
{
    char *argv[] = { "emu", "-m", "1\n2", NULL };
    struct options o;
    GError *err = NULL;

    (void)state;
    assert_false(options_parse(&o, 3, argv, &err));
    assert_null(strchr(err->message, '\n'));
    g_error_free(err);
    options_fini(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_one_dash_two_dashes_and_equals),
        cmocka_unit_test(test_a_usual_qemu_line),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_machine_and_cpu),
        cmocka_unit_test(test_serial),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_limits_and_logs),
        cmocka_unit_test(test_translator_items_add_up),
        cmocka_unit_test(test_help_and_version_need_no_kernel),
        cmocka_unit_test(test_help_fits_80_columns),
        cmocka_unit_test(test_bad_values_name_option_and_value),
        cmocka_unit_test(test_messages_are_one_line_whatever_the_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
