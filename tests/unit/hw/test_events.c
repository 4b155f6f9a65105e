/* SPDX-License-Identifier: MIT */
/*
 * test_events.c - what devices tell (probe.h): acknowledged interrupts, lines
 * on the console, input; and the names of their registers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "gictest.h"
#include "hwtest.h"
#include "probetape.h"

#define UARTDR 0x000
#define UARTCR 0x030
#define UARTIMSC 0x038
#define GICC_CTLR 0x0
#define GICC_PMR 0x4
#define GICC_IAR 0xc
#define GICC_EOIR 0x10

static void test_acknowledged_interrupts_gicv3(void **state)
{
    struct gictest *g = gictest_new(2);
    struct tape *t = tape_new(TAPE_ALL);

    (void)state;
    g->t.dev->probe = &t->probe;
    gictest_open(g);
    gictest_enable(g, 40, 1, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(t->n, 0);
    assert_int_equal(icc_rd(g, 1, ICC_IAR1), 40);
    assert_int_equal(t->n, 1);
    assert_int_equal(t->ev[0].kind, TRACE_IRQ);
    assert_int_equal(t->ev[0].f[0], 40);
    assert_int_equal(icc_rd(g, 1, ICC_IAR1), 1023); /* not told */
    assert_int_equal(icc_rd(g, 1, ICC_HPPIR1), 1023);
    assert_int_equal(t->n, 1);
    gictest_group(g, 27, 0, 0);
    gictest_enable(g, 27, 0, 0x80);
    gictest_drive(g, 27, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR0), 27);
    assert_int_equal(t->n, 2);
    assert_int_equal(t->ev[1].f[0], 27);
    gictest_free(g);
    g_free(t);
}

/* The INTID alone is told: the source of an SGI is in the access. */
static void test_acknowledged_interrupts_gicv2(void **state)
{
    struct gictest *g = gictest_new_v2(2);
    struct tape *t = tape_new(TAPE_ALL);

    (void)state;
    g->t.dev->probe = &t->probe;
    gic2_wr(g, 0, GICTEST_GICD, 4, 1);
    gic2_wr(g, 0, GICTEST_GICC + GICC_PMR, 4, 0xff);
    gic2_wr(g, 0, GICTEST_GICC + GICC_CTLR, 4, 1);
    gic2_wr(g, 1, GICTEST_GICD + 0xf00, 4, 1 << 16 | 3); /* SGI 3 to CPU 0 */
    assert_int_equal(gic2_rd(g, 0, GICTEST_GICC + GICC_IAR, 4), 1 << 10 | 3);
    assert_int_equal(t->n, 1);
    assert_int_equal(t->ev[0].kind, TRACE_IRQ);
    assert_int_equal(t->ev[0].f[0], 3);
    assert_int_equal(gic2_rd(g, 0, GICTEST_GICC + GICC_IAR, 4), 1023);
    assert_int_equal(t->n, 1);
    gictest_free(g);
    g_free(t);
}

static void print(struct hwtest *t, const char *text)
{
    for (; *text; text++)
        hwtest_write(t, UARTDR, 4, (u8)*text);
}

static void test_lines_on_the_console(void **state)
{
    struct fake_chan ch;
    struct hwtest h;
    struct tape *t = tape_new(TAPE_BIT(TRACE_CONSOLE));
    char word[] = "123456789abcdef.";

    (void)state;
    fake_chan_init(&ch, true);
    hwtest_init(&h, &pl011_class, 0x09000000, &ch.chan, 0);
    h.dev->probe = &t->probe;
    print(&h, "emu\r\nis \r ");
    assert_int_equal(t->n, 1);
    assert_int_equal(t->ev[0].kind, TRACE_CONSOLE);
    assert_string_equal(t->ev[0].text, "emu");
    clock_advance(&h.clock, 1000);
    print(&h, "here\n\n");
    assert_int_equal(t->n, 3);
    assert_string_equal(t->ev[1].text, "is \r here");
    assert_int_equal(t->ev[1].f[0] - t->ev[0].f[0], 1000);
    assert_string_equal(t->ev[2].text, "");
    tape_clear(t);
    for (unsigned i = 0; i < 65; i++) /* longer than a line can be */
        print(&h, word);
    assert_int_equal(t->n, 1);
    print(&h, "\n");
    assert_int_equal(t->n, 2);
    assert_string_equal(t->ev[1].text, word);
    print(&h, "cut");
    h.dev->cls->reset(h.dev);
    assert_int_equal(t->n, 3);
    assert_string_equal(t->ev[2].text, "cut");
    h.dev->cls->reset(h.dev);
    assert_int_equal(t->n, 3);
    hwtest_write(&h, UARTCR, 4, 0x381); /* loopback is no output */
    print(&h, "x\n");
    assert_int_equal(t->n, 3);
    hwtest_fini(&h);
    g_free(t);
}

static void test_input(void **state)
{
    struct fake_chan ch;
    struct hwtest h;
    struct tape *t = tape_new(TAPE_BIT(TRACE_DEVICE));

    (void)state;
    fake_chan_init(&ch, false);
    hwtest_init(&h, &pl011_class, 0x09000000, &ch.chan, 0);
    h.dev->probe = &t->probe;
    hwtest_write(&h, UARTCR, 4, 0x301);
    hwtest_write(&h, UARTIMSC, 4, 0x50);
    fake_chan_type(&ch, "a");
    chan_poll(&ch.chan);
    assert_int_equal(t->n, 1);
    assert_int_equal(t->ev[0].f[0], 0);
    assert_int_equal(t->ev[0].f[1], 0);
    assert_int_equal(t->ev[0].f[2], 1);
    assert_string_equal(t->ev[0].text, "dut");
    hwtest_read(&h, UARTDR, 4);
    fake_chan_type(&ch, "b");
    chan_poll(&ch.chan);
    assert_int_equal(t->n, 2);
    assert_int_equal(t->ev[1].f[1], 1);
    hwtest_fini(&h);
    g_free(t);
}

static void expect_name(const struct bus *bus, gpa_t pa, const char *name)
{
    char buf[64];

    bus_name(bus, pa, buf, sizeof(buf));
    assert_string_equal(buf, name);
}

static void test_names_of_registers(void **state)
{
    struct gictest *g = gictest_new(2);
    struct gictest *g2 = gictest_new_v2(2);

    (void)state;
    expect_name(&g->t.bus, GICTEST_GICD, "dut.GICD_CTLR");
    expect_name(&g->t.bus, GICTEST_GICD + 0x104, "dut.GICD_ISENABLER1");
    expect_name(&g->t.bus, GICTEST_GICD + 0x421, "dut.GICD_IPRIORITYR8");
    expect_name(&g->t.bus, GICTEST_GICD + 0x6100, "dut.GICD_IROUTER32");
    expect_name(&g->t.bus, GICTEST_GICD + 0x30, "dut.+0x30");
    expect_name(&g->t.bus, GICTEST_REDIST + 0x14, "dut.GICR_WAKER");
    expect_name(&g->t.bus, GICTEST_REDIST + 0x3000c, "dut.+0x1000c");
    expect_name(&g->t.bus, GICTEST_REDIST + 0xc, "dut.GICR_TYPER");
    expect_name(&g->t.bus, GICTEST_REDIST + 0x30100, "dut.GICR_ISENABLER0");
    expect_name(&g->t.bus, GICTEST_REDIST + 0x10c04, "dut.GICR_ICFGR1");
    expect_name(&g->t.bus, 0x1234, "+0x1234");
    expect_name(&g2->t.bus, GICTEST_GICC + GICC_EOIR, "dut.GICC_EOIR");
    expect_name(&g2->t.bus, GICTEST_GICC + 0xe8, "dut.GICC_NSAPR2");
    expect_name(&g2->t.bus, GICTEST_GICD + 0xf20, "dut.GICD_SPENDSGIR0");
    gictest_free(g);
    gictest_free(g2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_acknowledged_interrupts_gicv3),
        cmocka_unit_test(test_acknowledged_interrupts_gicv2),
        cmocka_unit_test(test_lines_on_the_console),
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_names_of_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
