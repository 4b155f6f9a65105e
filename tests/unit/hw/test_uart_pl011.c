/* SPDX-License-Identifier: MIT */
/*
 * test_uart_pl011.c - hw/uart_pl011.c against DDI 0183.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "devices.h"
#include "hwtest.h"

enum {
    DR = 0x00,
    RSR = 0x04,
    FR = 0x18,
    IBRD = 0x24,
    FBRD = 0x28,
    LCR_H = 0x2c,
    CR = 0x30,
    IFLS = 0x34,
    IMSC = 0x38,
    RIS = 0x3c,
    MIS = 0x40,
    ICR = 0x44,
    DMACR = 0x48,
};

#define FEN    0x10
#define WLEN8  0x60
#define ON     0x301
#define LBE    0x80
#define RXFE   0x10
#define RXFF   0x40
#define INT_RX 0x10
#define INT_TX 0x20
#define INT_RT 0x40
#define INT_BE 0x200
#define INT_OE 0x400

struct fixture {
    struct fake_chan chan; /* the line */
    struct hwtest t;       /* the UART at 0x9000000 */
};

static int setup_chan(void **state, bool deterministic)
{
    struct fixture *f = g_new0(struct fixture, 1);

    fake_chan_init(&f->chan, deterministic);
    hwtest_init(&f->t, &pl011_class, 0x9000000, &f->chan.chan, 0);
    *state = f;
    return 0;
}

static int setup(void **state)
{
    return setup_chan(state, false);
}

static int setup_file(void **state)
{
    return setup_chan(state, true);
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    hwtest_fini(&f->t);
    g_free(f);
    return 0;
}

static u32 rd(struct fixture *f, u64 reg)
{
    return (u32)hwtest_read(&f->t, reg, 4);
}

static void wr(struct fixture *f, u64 reg, u32 v)
{
    hwtest_write(&f->t, reg, 4, v);
}

static void turn_on(struct fixture *f, u32 lcr)
{
    wr(f, LCR_H, lcr | WLEN8);
    wr(f, CR, ON);
}

static void type(struct fixture *f, const char *text)
{
    fake_chan_type(&f->chan, text);
    chan_poll(&f->chan.chan);
}

static void test_reset_values(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(rd(f, FR), 0x90);
    assert_int_equal(rd(f, CR), 0x300);
    assert_int_equal(rd(f, IFLS), 0x12);
    assert_int_equal(rd(f, LCR_H), 0);
    assert_int_equal(rd(f, IMSC), 0);
    assert_int_equal(rd(f, RIS), 0);
    assert_int_equal(rd(f, DR), 0);
}

static void test_primecell_ids(void **state)
{
    static const u8 ids[8] = { 0x11, 0x10, 0x14, 0, 0xd, 0xf0, 5, 0xb1 };
    struct fixture *f = *state;

    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(rd(f, 0xfe0 + 4 * i), ids[i]);
    assert_int_equal(hwtest_read(&f->t, 0xfe8, 1), 0x14);
}

static void test_output_leaves_at_once_even_when_disabled(void **state)
{
    struct fixture *f = *state;

    wr(f, DR, 'a');
    hwtest_write(&f->t, DR, 1, 'b');
    hwtest_write(&f->t, DR, 2, 'c');
    assert_string_equal(f->chan.out, "abc");
    assert_int_equal(rd(f, FR), 0x90);
}

static void test_transmit_interrupt_follows_a_write(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, IMSC, INT_TX);
    assert_false(f->t.wires.level[0]);
    wr(f, DR, 'a');
    assert_true(f->t.wires.level[0]);
    assert_int_equal(rd(f, MIS), INT_TX);
    wr(f, ICR, INT_TX);
    assert_false(f->t.wires.level[0]);
    wr(f, DR, 'b');
    wr(f, IMSC, 0);
    assert_false(f->t.wires.level[0]);
    assert_int_equal(rd(f, RIS), INT_TX);
    assert_int_equal(rd(f, MIS), 0);
}

static void test_one_byte_below_the_trigger_interrupts(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, IMSC, INT_RX | INT_RT);
    type(f, "x");
    assert_int_equal(rd(f, RIS), INT_RT);
    assert_true(f->t.wires.level[0]);
    assert_int_equal(rd(f, FR) & (RXFE | RXFF), 0);
    assert_int_equal(rd(f, DR), 'x');
    assert_int_equal(rd(f, RIS), 0);
    assert_false(f->t.wires.level[0]);
    assert_int_equal(rd(f, FR) & RXFE, RXFE);
}

static void test_trigger_levels_of_IFLS(void **state)
{
    static const unsigned level[5] = { 2, 4, 8, 12, 14 };
    struct fixture *f = *state;

    for (unsigned i = 0; i < 5; i++) {
        wr(f, LCR_H, 0);
        turn_on(f, FEN);
        wr(f, IFLS, i << 3);
        for (unsigned n = 1; n <= 16; n++) {
            type(f, "y");
            assert_int_equal(!!(rd(f, RIS) & INT_RX), n >= level[i]);
        }
        for (unsigned n = 15; n + 1 > 0; n--) {
            rd(f, DR);
            assert_int_equal(!!(rd(f, RIS) & INT_RX), n >= level[i]);
            assert_int_equal(!!(rd(f, RIS) & INT_RT), n > 0);
        }
    }
}

static void test_cleared_receive_interrupt_waits_for_the_next_byte(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    type(f, "0123456789");
    wr(f, ICR, 0x7ff);
    assert_int_equal(rd(f, RIS), 0);
    type(f, "a");
    assert_int_equal(rd(f, RIS), INT_RX | INT_RT);
}

static void test_without_fifo_one_byte_is_full(void **state)
{
    struct fixture *f = *state;

    turn_on(f, 0);
    type(f, "ab");
    assert_int_equal(f->chan.pos, 1);
    assert_int_equal(rd(f, FR) & (RXFE | RXFF), RXFF);
    assert_int_equal(rd(f, RIS), INT_RX);
    assert_int_equal(rd(f, DR), 'a');
    assert_int_equal(rd(f, RIS), 0);
    chan_poll(&f->chan.chan);
    assert_int_equal(rd(f, DR), 'b');
}

static void test_input_is_held_back_while_the_fifo_is_full(void **state)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog";
    struct fixture *f = *state;
    char got[sizeof(text)] = { 0 };

    turn_on(f, FEN);
    type(f, text);
    assert_int_equal(f->chan.pos, 16);
    assert_int_equal(rd(f, FR) & RXFF, RXFF);
    for (unsigned i = 0; i < sizeof(text) - 1; i++) {
        got[i] = (char)rd(f, DR);
        chan_poll(&f->chan.chan);
    }
    assert_string_equal(got, text);
    assert_int_equal(rd(f, RIS) & INT_OE, 0);
    assert_int_equal(rd(f, RSR), 0);
}

static void test_input_waits_for_a_receiver(void **state)
{
    struct fixture *f = *state;

    type(f, "x");
    assert_int_equal(f->chan.pos, 0);
    wr(f, CR, 0x101);
    assert_false(chan_poll(&f->chan.chan));
    wr(f, CR, ON);
    assert_true(chan_poll(&f->chan.chan));
}

static void test_polling_guest_opens_a_disabled_receiver(void **state)
{
    struct fixture *f = *state;

    type(f, "x");
    for (unsigned i = 0; i < 40; i++) {
        /* A transmitter looks at the flags too, between its bytes. */
        rd(f, FR);
        rd(f, FR);
        wr(f, DR, '.');
        assert_false(chan_poll(&f->chan.chan));
    }
    for (unsigned i = 0; i < 16; i++) {
        assert_false(chan_poll(&f->chan.chan));
        assert_int_equal(rd(f, FR) & RXFE, RXFE);
    }
    assert_true(chan_poll(&f->chan.chan));
    assert_int_equal(rd(f, DR), 'x');
}

static void test_file_input_comes_a_frame_after_room_is_made(void **state)
{
    struct fixture *f = *state;

    fake_chan_type(&f->chan, "0123456789abcdefghij");
    wr(f, IBRD, 13);
    wr(f, FBRD, 1);
    turn_on(f, FEN);
    assert_false(chan_poll(&f->chan.chan));
    assert_int_equal(rd(f, FR) & RXFE, RXFE);
    clock_advance(&f->t.clock, 1000000);
    assert_int_equal(f->chan.pos, 0);
    wr(f, IMSC, INT_RX); /* now the guest wants input */
    /* 8N1: 10 bits of (13 + 1/64) * 16 / 24 MHz. */
    clock_advance(&f->t.clock, 86769);
    assert_int_equal(f->chan.pos, 0);
    clock_advance(&f->t.clock, 1);
    assert_int_equal(f->chan.pos, 16);
    assert_int_equal(rd(f, DR), '0');
    assert_int_equal(f->chan.pos, 16);
    assert_int_equal(rd(f, DR), '1');
    clock_advance(&f->t.clock, 100000);
    assert_int_equal(f->chan.pos, 18);
    for (unsigned i = 0; i < 16; i++)
        rd(f, DR);
    clock_advance(&f->t.clock, 100000);
    assert_int_equal(f->chan.pos, 20);
    assert_int_equal(clock_next(&f->t.clock), CLOCK_NEVER);
}

static void test_divisor_is_taken_over_by_LCR_H(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, IMSC, INT_RX);
    clock_advance(&f->t.clock, 1000000);
    fake_chan_type(&f->chan, "x");
    wr(f, IBRD, 1);
    wr(f, FBRD, 0);
    assert_int_equal(rd(f, IBRD), 1);
    wr(f, CR, ON); /* asks again, at the old rate */
    clock_advance(&f->t.clock, 86805);
    assert_int_equal(f->chan.pos, 0);
    clock_advance(&f->t.clock, 1);
    assert_int_equal(f->chan.pos, 1);
    fake_chan_type(&f->chan, "y");
    wr(f, LCR_H, FEN | WLEN8);
    clock_advance(&f->t.clock, 6666);
    assert_int_equal(f->chan.pos, 2);
}

static void test_loopback_returns_output_and_overruns(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, CR, ON | LBE);
    type(f, "outside");
    assert_int_equal(f->chan.pos, 0);
    for (unsigned i = 0; i < 16; i++)
        wr(f, DR, 'a' + i);
    assert_int_equal(rd(f, RIS) & INT_OE, 0);
    wr(f, DR, 'z');
    assert_int_equal(f->chan.n_out, 0);
    assert_int_equal(rd(f, RIS) & INT_OE, INT_OE);
    assert_int_equal(rd(f, RSR), 8);
    wr(f, RSR, 0);
    assert_int_equal(rd(f, RSR), 0);
    assert_int_equal(rd(f, DR), 'a');
    wr(f, DR, '!');
    for (unsigned i = 1; i < 16; i++)
        assert_int_equal(rd(f, DR), 'a' + i);
    assert_int_equal(rd(f, DR), 0x800 | '!');
    assert_int_equal(rd(f, RSR), 8);
}

static void test_loopback_cuts_short_words(void **state)
{
    struct fixture *f = *state;

    wr(f, LCR_H, FEN | 0x40); /* 7 bits */
    wr(f, CR, ON | LBE);
    wr(f, DR, 0xff);
    assert_int_equal(rd(f, DR), 0x7f);
}

static void test_loopback_break_is_received(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, CR, ON | LBE);
    wr(f, LCR_H, FEN | WLEN8 | 1);
    assert_int_equal(rd(f, RIS) & INT_BE, INT_BE);
    assert_int_equal(rd(f, DR) & 0x4ff, 0x400);
}

static void test_loopback_modem_lines(void **state)
{
    struct fixture *f = *state;

    wr(f, CR, ON | LBE | 0x800); /* RTS -> CTS */
    assert_int_equal(rd(f, FR) & 0x10f, 1);
    assert_int_equal(rd(f, RIS) & 0xf, 2);
    wr(f, ICR, 0xf);
    wr(f, CR, ON | LBE | 0x3400); /* DTR, Out1, Out2 -> DSR, DCD, RI */
    assert_int_equal(rd(f, FR) & 0x10f, 0x106);
    assert_int_equal(rd(f, RIS) & 0xf, 0xf);
    wr(f, CR, ON);
    assert_int_equal(rd(f, FR) & 0x10f, 0);
}

static void test_changing_FEN_empties_the_fifo(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    type(f, "abc");
    wr(f, LCR_H, WLEN8);
    assert_int_equal(rd(f, FR) & RXFE, RXFE);
    assert_int_equal(rd(f, RIS), 0);
}

static void test_registers_keep_only_their_bits(void **state)
{
    static const struct {
        u32 reg, mask; /* offset, writable bits */
    } regs[] = { { IBRD, 0xffff }, { FBRD, 0x3f }, { LCR_H, 0xff },
                 { CR, 0xff87 },   { IFLS, 0x3f }, { IMSC, 0x7ff },
                 { DMACR, 7 },     { 0x20, 0xff } };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        wr(f, regs[i].reg, ~0u);
        assert_int_equal(rd(f, regs[i].reg), regs[i].mask);
        wr(f, regs[i].reg, 0);
        assert_int_equal(rd(f, regs[i].reg), 0);
    }
    wr(f, FR, ~0u);
    wr(f, RIS, ~0u);
    wr(f, 0x80, ~0u);
    assert_int_equal(rd(f, 0x80), 0);
    assert_int_equal(rd(f, ICR), 0);
}

static void test_reset_drops_input_and_interrupts(void **state)
{
    struct fixture *f = *state;

    turn_on(f, FEN);
    wr(f, IMSC, 0x7ff);
    type(f, "abc");
    assert_true(f->t.wires.level[0]);
    pl011_class.reset(f->t.dev);
    assert_false(f->t.wires.level[0]);
    assert_int_equal(rd(f, FR), 0x90);
    assert_int_equal(rd(f, CR), 0x300);
    check_fields_in_struct(f->t.dev);
}

static void test_registers_have_names(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(device_reg_name(f->t.dev, LCR_H), "UARTLCR_H");
    assert_string_equal(device_reg_name(f->t.dev, 0xfe0), "UARTPeriphID0");
    assert_null(device_reg_name(f->t.dev, 0x80));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define FILE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, setup_file, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_reset_values),
        TEST(test_primecell_ids),
        TEST(test_output_leaves_at_once_even_when_disabled),
        TEST(test_transmit_interrupt_follows_a_write),
        TEST(test_one_byte_below_the_trigger_interrupts),
        TEST(test_trigger_levels_of_IFLS),
        TEST(test_cleared_receive_interrupt_waits_for_the_next_byte),
        TEST(test_without_fifo_one_byte_is_full),
        TEST(test_input_is_held_back_while_the_fifo_is_full),
        TEST(test_input_waits_for_a_receiver),
        TEST(test_polling_guest_opens_a_disabled_receiver),
        FILE_TEST(test_file_input_comes_a_frame_after_room_is_made),
        FILE_TEST(test_divisor_is_taken_over_by_LCR_H),
        TEST(test_loopback_returns_output_and_overruns),
        TEST(test_loopback_cuts_short_words),
        TEST(test_loopback_break_is_received),
        TEST(test_loopback_modem_lines),
        TEST(test_changing_FEN_empties_the_fifo),
        TEST(test_registers_keep_only_their_bits),
        TEST(test_reset_drops_input_and_interrupts),
        TEST(test_registers_have_names),
    };
#undef FILE_TEST
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
