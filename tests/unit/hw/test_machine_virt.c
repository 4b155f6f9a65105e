/* SPDX-License-Identifier: MIT */
/*
 * test_machine_virt.c - hw/machine_virt.c: the address map, the wiring from
 * device to CPU, and the device tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <libfdt.h>

#include "gic.h"
#include "board.h"
#include "hwtest.h"

#define GICD 0x08000000ull
#define GICR 0x080a0000ull
#define UART 0x09000000ull
#define RTC  0x09010000ull

static const u64 mpidrs[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

struct fixture {
    struct clock clock;      /* 1 instruction = 1 ns */
    struct ram ram;          /* 1 MiB */
    struct bus bus;          /* everything */
    struct fake_chan chan;   /* behind uart0 */
    struct fake_wires wires; /* n: IRQ of CPU n, 8 + n: its FIQ */
    struct board board;      /* under test */
};

static struct fixture *board_with(unsigned n_cpus, unsigned gic_version)
{
    struct fixture *f = g_new0(struct fixture, 1);
    struct irq_line irq[8], fiq[8];
    const struct board_config cfg = {
        .n_cpus = n_cpus,
        .gic_version = gic_version,
        .ram_size = MiB,
        .rtc_base = 1700000000,
        .cpu_compatible = "arm,cortex-a72",
        .mpidr = mpidrs,
    };

    clock_init(&f->clock, 0);
    assert_true(ram_init(&f->ram, BOARD_RAM_BASE, MiB, NULL));
    bus_init(&f->bus, &f->ram);
    fake_chan_init(&f->chan, false);
    for (unsigned i = 0; i < 8; i++) {
        irq[i] = fake_wire(&f->wires, i);
        fiq[i] = fake_wire(&f->wires, 8 + i);
    }
    assert_true(board_init(&f->board, &cfg, &f->clock, &f->bus, &f->chan.chan,
                           irq, fiq, NULL));
    return f;
}

static struct fixture *board_of(unsigned n_cpus)
{
    return board_with(n_cpus, 3);
}

static void board_done(struct fixture *f)
{
    bus_fini(&f->bus);
    board_fini(&f->board);
    ram_fini(&f->ram);
    clock_fini(&f->clock);
    g_free(f);
}

static u32 rd(struct fixture *f, gpa_t pa)
{
    u64 v = 0;

    assert_int_equal(bus_read(&f->bus, 0, pa, 4, &v), MEM_OK);
    return (u32)v;
}

static void wr(struct fixture *f, gpa_t pa, u32 v)
{
    assert_int_equal(bus_write(&f->bus, 0, pa, 4, v), MEM_OK);
}

static void test_devices_stand_where_qemu_has_them(void **state)
{
    struct fixture *f = board_of(2);
    u64 v;

    (void)state;
    assert_int_equal(rd(f, GICD + 0xffe8) & 0xf0, 0x30);
    assert_int_equal(rd(f, GICR + 0xffe8) & 0xf0, 0x30);
    assert_int_equal(rd(f, GICR + 0x20000 + 8) & 0x10, 0x10);
    assert_int_equal(bus_read(&f->bus, 0, GICR + 0x40000, 4, &v), MEM_ABORT);
    assert_int_equal(rd(f, UART + 0x18), 0x90);
    assert_int_equal(rd(f, RTC), 1700000000);
    for (gpa_t pa = 0x0a000000; pa < 0x0a004000; pa += 0x200) {
        assert_int_equal(rd(f, pa), 0x74726976);
        assert_int_equal(rd(f, pa + 8), 0);
    }
    assert_int_equal(bus_read(&f->bus, 0, 0x0a004000, 4, &v), MEM_ABORT);
    assert_int_equal(bus_read(&f->bus, 0, 0, 4, &v), MEM_ABORT);
    assert_int_equal(bus_read(&f->bus, 0, 0x09020000, 4, &v), MEM_ABORT);
    board_done(f);
}

/* Enables SPI @spi for CPU @cpu in group 1 and opens that CPU's interface. */
static void enable_spi(struct fixture *f, unsigned spi, unsigned cpu)
{
    unsigned id = 32 + spi;
    void *gic = f->board.gic;

    wr(f, GICD, 2);
    wr(f, GICD + 0x80 + 4 * (id / 32), 1u << (id % 32));
    wr(f, GICD + 0x100 + 4 * (id / 32), 1u << (id % 32));
    wr(f, GICD + 0x6000 + 8 * id, cpu);
    f->board.icc->write(gic, cpu, ICC_PMR, 0xff);
    f->board.icc->write(gic, cpu, ICC_IGRPEN1, 1);
}

static void test_uart_interrupt_reaches_the_routed_cpu(void **state)
{
    struct fixture *f = board_of(4);

    (void)state;
    enable_spi(f, 1, 2);
    wr(f, UART + 0x38, 1 << 4);
    wr(f, UART + 0x30, 0x301);
    fake_chan_type(&f->chan, "x");
    assert_false(f->wires.level[2]);
    assert_true(chan_poll(&f->chan.chan));
    assert_true(f->wires.level[2]);
    assert_false(f->wires.level[0]);
    assert_int_equal(f->board.icc->read(f->board.gic, 2, ICC_IAR1), 33);
    assert_int_equal(rd(f, UART), 'x');
    f->board.icc->write(f->board.gic, 2, ICC_EOIR1, 33);
    assert_false(f->wires.level[2]);
    board_done(f);
}

static void test_rtc_interrupt_is_spi_2(void **state)
{
    struct fixture *f = board_of(1);

    (void)state;
    enable_spi(f, 2, 0);
    wr(f, RTC + 0x10, 1);
    wr(f, RTC + 4, 1700000003);
    clock_advance(&f->clock, 2999999999);
    assert_false(f->wires.level[0]);
    clock_advance(&f->clock, 1);
    assert_true(f->wires.level[0]);
    assert_int_equal(f->board.icc->read(f->board.gic, 0, ICC_IAR1), 34);
    board_done(f);
}

static void test_ppi_wires_are_private(void **state)
{
    struct fixture *f = board_of(2);
    struct irq_line ppi = board_ppi(&f->board, 1, 11);

    (void)state;
    wr(f, GICD, 2);
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        wr(f, GICR + 0x20000 * cpu + 0x10080, ~0u);
        wr(f, GICR + 0x20000 * cpu + 0x10100, 1u << 27);
        f->board.icc->write(f->board.gic, cpu, ICC_PMR, 0xff);
        f->board.icc->write(f->board.gic, cpu, ICC_IGRPEN1, 1);
    }
    irq_set(&ppi, true);
    assert_true(f->wires.level[1]);
    assert_false(f->wires.level[0]);
    assert_int_equal(f->board.icc->read(f->board.gic, 0, ICC_IAR1), 1023);
    assert_int_equal(f->board.icc->read(f->board.gic, 1, ICC_IAR1), 27);
    irq_set(&ppi, false);
    board_done(f);
}

static void test_reset_restores_registers_and_time_goes_on(void **state)
{
    struct fixture *f = board_of(1);

    (void)state;
    enable_spi(f, 1, 0);
    wr(f, UART + 0x38, 0x50);
    clock_advance(&f->clock, 5000000000);
    board_reset(&f->board);
    assert_int_equal(rd(f, UART + 0x38), 0);
    assert_int_equal(rd(f, GICD), 0x50);
    assert_int_equal(rd(f, GICD + 0x104), 0);
    assert_int_equal(f->board.icc->read(f->board.gic, 0, ICC_PMR), 0);
    assert_int_equal(rd(f, RTC), 1700000005);
    board_done(f);
}

static void test_field_tables_stay_inside_their_structs(void **state)
{
    struct fixture *f = board_of(8);

    (void)state;
    for (unsigned i = 0; i < f->board.n_devices; i++)
        check_fields_in_struct(f->board.devices[i]);
    assert_int_equal(f->board.n_devices, 35);
    board_done(f);
}

static void test_unsupported_configurations_are_errors(void **state)
{
    static const struct {
        unsigned n_cpus, gic;  /* configuration */
        const char *complaint; /* part of the message */
    } bad[] = { { 0, 3, "not 0" },
                { 9, 3, "not 9" },
                { 1, 1, "gic-version=1" },
                { 1, 4, "gic-version=4" } };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const struct board_config cfg = { .n_cpus = bad[i].n_cpus,
                                          .gic_version = bad[i].gic };
        GError *err = NULL;
        struct board b;

        assert_false(board_init(&b, &cfg, NULL, NULL, NULL, NULL, NULL, &err));
        assert_non_null(strstr(err->message, bad[i].complaint));
        g_error_free(err);
        board_fini(&b);
    }
}

static const void *prop(const void *fdt, const char *path, const char *name,
                        int want_len)
{
    int node = fdt_path_offset(fdt, path), len;
    const void *p;

    if (node < 0)
        fail_msg("no node %s", path);
    p = fdt_getprop(fdt, node, name, &len);
    if (!p || len != want_len)
        fail_msg("%s of %s: length %d", name, path, len);
    return p;
}

static void assert_cells(const void *fdt, const char *path, const char *name,
                         const u32 *want, unsigned n)
{
    const u8 *p = prop(fdt, path, name, (int)(4 * n));

    for (unsigned i = 0; i < n; i++)
        assert_int_equal(fdt32_ld((const fdt32_t *)(p + 4 * i)), want[i]);
}

/* What a GIC's node has whatever its version. */
static void assert_gic_node(const void *fdt, const u32 reg[8])
{
    static const u32 two = 2, three = 3, phandle = 0x8001;
    const char *path = "/intc@8000000";

    assert_cells(fdt, path, "reg", reg, 8);
    assert_cells(fdt, path, "#address-cells", &two, 1);
    assert_cells(fdt, path, "#size-cells", &two, 1);
    assert_cells(fdt, path, "#interrupt-cells", &three, 1);
    assert_cells(fdt, path, "phandle", &phandle, 1);
    prop(fdt, path, "interrupt-controller", 0);
    prop(fdt, path, "ranges", 0);
}

static void test_tree_describes_the_machine(void **state)
{
    static const u32 timer[] = { 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4 };
    static const u32 uart_irq[] = { 0, 1, 4 }, slot31_irq[] = { 0, 47, 1 };
    static const u32 gic_reg[] = { 0, 0x8000000, 0, 0x10000,
                                   0, 0x80a0000, 0, 0xf60000 };
    static const u32 mem[] = { 0, 0x40000000, 0, 0x100000 };
    const struct board_boot boot = { .bootargs = "console=ttyAMA0",
                                     .initrd_start = 0x48000000,
                                     .initrd_size = 0x1234,
                                     .seed = 1 };
    struct fixture *f = board_of(2);
    u8 kaslr[8], rng[32];
    size_t size;
    void *fdt = board_fdt(&f->board, &boot, &size, NULL);

    (void)state;
    assert_non_null(fdt);
    assert_true(dtb_check(fdt, size, NULL));
    assert_cells(fdt, "/timer", "interrupts", timer, 12);
    prop(fdt, "/timer", "always-on", 0);
    assert_cells(fdt, "/pl011@9000000", "interrupts", uart_irq, 3);
    assert_cells(fdt, "/virtio_mmio@a003e00", "interrupts", slot31_irq, 3);
    assert_gic_node(fdt, gic_reg);
    assert_string_equal(prop(fdt, "/intc@8000000", "compatible", 11),
                        "arm,gic-v3");
    assert_cells(fdt, "/intc@8000000", "#redistributor-regions",
                 (const u32[]){ 1 }, 1);
    assert_cells(fdt, "/memory@40000000", "reg", mem, 4);
    assert_cells(fdt, "/cpus/cpu@1", "reg", (const u32[]){ 1 }, 1);
    prop(fdt, "/cpus/cpu@1", "enable-method", 5);
    assert_cells(fdt, "/apb-pclk", "clock-frequency", (const u32[]){ 24000000 },
                 1);
    assert_string_equal(prop(fdt, "/chosen", "bootargs", 16),
                        "console=ttyAMA0");
    assert_string_equal(prop(fdt, "/chosen", "stdout-path", 15),
                        "/pl011@9000000");
    board_seeds(1, kaslr, rng);
    assert_memory_equal(prop(fdt, "/chosen", "kaslr-seed", 8), kaslr, 8);
    assert_memory_equal(prop(fdt, "/chosen", "rng-seed", 32), rng, 32);
    assert_true(fdt_path_offset(fdt, "/pmu") < 0);
    assert_true(fdt_path_offset(fdt, "/fw-cfg@9020000") < 0);
    g_free(fdt);
    board_done(f);
}

static void test_GICv2_board_has_its_own_places_and_no_ICC(void **state)
{
    static const u32 gic_reg[] = { 0, 0x8000000, 0, 0x10000,
                                   0, 0x8010000, 0, 0x10000 };
    static const u32 timer[] = { 1, 13, 0x704, 1, 14, 0x704,
                                 1, 11, 0x704, 1, 10, 0x704 };
    const struct board_boot boot = { .seed = 1 };
    struct fixture *f = board_with(3, 2);
    struct irq_line ppi = board_ppi(&f->board, 0, 14);
    size_t size;
    void *fdt = board_fdt(&f->board, &boot, &size, NULL);
    u64 v;

    (void)state;
    assert_null(f->board.icc);
    assert_int_equal(f->board.n_devices, 35);
    assert_int_equal(rd(f, GICD + 4), 0x48);
    assert_int_equal(rd(f, GICD + 0x100fc), 0x2043b);
    assert_int_equal(bus_read(&f->bus, 0, GICR, 4, &v), MEM_ABORT);
    assert_gic_node(fdt, gic_reg);
    assert_cells(fdt, "/timer", "interrupts", timer, 12);
    assert_string_equal(prop(fdt, "/intc@8000000", "compatible", 19),
                        "arm,cortex-a15-gic");
    wr(f, GICD, 1);
    wr(f, GICD + 0x10000, 1);
    wr(f, GICD + 0x10004, 0xf0);
    wr(f, GICD + 0x100, 1u << 30);
    irq_set(&ppi, true);
    assert_true(f->wires.level[0]);
    assert_int_equal(rd(f, GICD + 0x1000c), 30);
    assert_false(f->wires.level[0]);
    for (unsigned i = 0; i < f->board.n_devices; i++)
        check_fields_in_struct(f->board.devices[i]);
    g_free(fdt);
    board_done(f);
}

/* `test_machine_virt FILE [CPUS [GIC]]` writes the tree for a look with dtc. */
static int dump_tree(const char *path, unsigned n_cpus, unsigned gic_version)
{
    const struct board_boot boot = { .bootargs = "console=ttyAMA0",
                                     .initrd_start = 0x48000000,
                                     .initrd_size = 0x1234,
                                     .seed = 1 };
    struct fixture *f = board_with(n_cpus, gic_version);
    size_t size;
    void *fdt = board_fdt(&f->board, &boot, &size, NULL);
    bool ok = g_file_set_contents(path, fdt, (gssize)size, NULL);

    g_free(fdt);
    board_done(f);
    return ok ? 0 : 1;
}

static void test_one_cpu_needs_no_enable_method(void **state)
{
    const struct board_boot boot = { .seed = 1 };
    struct fixture *f = board_of(1);
    size_t size;
    void *fdt = board_fdt(&f->board, &boot, &size, NULL);
    int cpu = fdt_path_offset(fdt, "/cpus/cpu@0");
    int chosen = fdt_path_offset(fdt, "/chosen");

    (void)state;
    assert_true(cpu >= 0 && chosen >= 0);
    assert_null(fdt_getprop(fdt, cpu, "enable-method", NULL));
    assert_null(fdt_getprop(fdt, chosen, "bootargs", NULL));
    assert_null(fdt_getprop(fdt, chosen, "linux,initrd-start", NULL));
    g_free(fdt);
    board_done(f);
}

static void test_seeds_are_a_function_of_the_seed(void **state)
{
    u8 k1[8], k2[8], r1[32], r2[32];

    (void)state;
    board_seeds(7, k1, r1);
    board_seeds(7, k2, r2);
    assert_memory_equal(k1, k2, 8);
    assert_memory_equal(r1, r2, 32);
    board_seeds(8, k2, r2);
    assert_memory_not_equal(k1, k2, 8);
    assert_memory_not_equal(r1, r2, 32);
    assert_memory_not_equal(r1, r1 + 8, 8);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_devices_stand_where_qemu_has_them),
        cmocka_unit_test(test_uart_interrupt_reaches_the_routed_cpu),
        cmocka_unit_test(test_rtc_interrupt_is_spi_2),
        cmocka_unit_test(test_ppi_wires_are_private),
        cmocka_unit_test(test_reset_restores_registers_and_time_goes_on),
        cmocka_unit_test(test_field_tables_stay_inside_their_structs),
        cmocka_unit_test(test_unsupported_configurations_are_errors),
        cmocka_unit_test(test_tree_describes_the_machine),
        cmocka_unit_test(test_GICv2_board_has_its_own_places_and_no_ICC),
        cmocka_unit_test(test_one_cpu_needs_no_enable_method),
        cmocka_unit_test(test_seeds_are_a_function_of_the_seed),
    };

    if (argc > 1)
        return dump_tree(argv[1], argc > 2 ? (unsigned)(argv[2][0] - '0') : 1,
                         argc > 3 ? (unsigned)(argv[3][0] - '0') : 3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
