/* SPDX-License-Identifier: MIT */
/*
 * uart_pl011.c - Arm PrimeCell UART PL011 (DDI 0183, r1p3: 16-byte FIFOs).
 *
 * Transmission takes no time: a byte written to UARTDR has left before the
 * next instruction, so the transmit FIFO is always empty and every write is
 * a transition of it to its trigger level. Reception keeps the FIFO with its
 * status bits. The interrupts follow the manual ("Interrupts"): RX is set
 * when the fill level reaches the trigger and cleared below it; RT is set at
 * once by any byte that arrives with the FIFOs on, and cleared when the FIFO
 * is empty; either is also cleared through UARTICR, and then waits for the
 * next byte.
 *
 * Input never overruns: the channel keeps what the FIFO has no room for.
 * Only the loopback path (CR.LBE) can overrun.
 *
 * A deterministic channel (a file) is asked again one character time after
 * the guest made room, and not at once: a driver that empties the FIFO while
 * it starts up must come to an end of it. Nor is it asked before the guest
 * enables a receive interrupt (or polls): a driver that only prints so far
 * throws away what it finds when it starts to receive.
 *
 * What the guest prints is told line by line to who watches (probe.h), and
 * how many bytes come in; the line so far is no part of the state.
 *
 * Regions: 4 KiB. IRQs: [0] UARTINTR, the OR of all, level.
 * Choices, as QEMU: the disabled UART transmits; modem inputs are inactive
 * unless looped back. Input waits until UARTEN and RXE are set or the guest
 * shows that it polls for it: POLLS_TO_OPEN reads of UARTFR in a row.
 * Not there: DMA (UARTDMACR only stores), IrDA, the test registers.
 */
#include "devices.h"

#include "log.h"

#define FIFO_DEPTH    16u
#define POLLS_TO_OPEN 16u
#define LINE_BYTES    1024u

enum reg {
    UARTDR = 0x000,
    UARTRSR = 0x004, /* UARTECR for writes */
    UARTFR = 0x018,
    UARTILPR = 0x020,
    UARTIBRD = 0x024,
    UARTFBRD = 0x028,
    UARTLCR_H = 0x02c,
    UARTCR = 0x030,
    UARTIFLS = 0x034,
    UARTIMSC = 0x038,
    UARTRIS = 0x03c,
    UARTMIS = 0x040,
    UARTICR = 0x044,
    UARTDMACR = 0x048,
    UART_IDS = 0xfe0, /* first of the eight identification registers */
};

enum { /* UARTFR */
       FR_CTS = 1 << 0,
       FR_DSR = 1 << 1,
       FR_DCD = 1 << 2,
       FR_RXFE = 1 << 4,
       FR_RXFF = 1 << 6,
       FR_TXFE = 1 << 7,
       FR_RI = 1 << 8,
};

enum { /* UARTLCR_H */
       LCR_BRK = 1 << 0,
       LCR_PEN = 1 << 1,
       LCR_STP2 = 1 << 3,
       LCR_FEN = 1 << 4,
       LCR_MASK = 0xff,
};

enum { /* UARTCR */
       CR_UARTEN = 1 << 0,
       CR_LBE = 1 << 7,
       CR_TXE = 1 << 8,
       CR_RXE = 1 << 9,
       CR_DTR = 1 << 10,
       CR_RTS = 1 << 11,
       CR_OUT1 = 1 << 12,
       CR_OUT2 = 1 << 13,
       CR_MASK = 0xff87,
};

enum { /* UARTRIS and its relatives */
       INT_RI = 1 << 0,
       INT_CTS = 1 << 1,
       INT_DCD = 1 << 2,
       INT_DSR = 1 << 3,
       INT_RX = 1 << 4,
       INT_TX = 1 << 5,
       INT_RT = 1 << 6,
       INT_FE = 1 << 7,
       INT_BE = 1 << 9,
       INT_OE = 1 << 10,
       INT_MASK = 0x7ff,
};

enum { /* status bits beside a byte in the receive FIFO, as in UARTDR */
       DR_FE = 1 << 8,
       DR_BE = 1 << 10,
       DR_OE = 1 << 11,
};
#define RSR_OE (DR_OE >> 8)

static const u8 pl011_ids[8] = {
    0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1
};

struct pl011 {
    struct device dev;    /* head */
    struct vtimer feed;   /* asks a deterministic channel again */
    u16 fifo[FIFO_DEPTH]; /* received bytes with status, UARTDR format */
    u32 fifo_first;       /* index of the oldest entry */
    u32 fifo_n;           /* entries in use */
    u32 rsr;              /* UARTRSR */
    u32 ilpr;             /* UARTILPR */
    u32 ibrd;             /* UARTIBRD as written */
    u32 fbrd;             /* UARTFBRD as written */
    u32 divisor;          /* 64 * IBRD + FBRD, taken over by LCR_H writes */
    u32 lcr;              /* UARTLCR_H */
    u32 cr;               /* UARTCR */
    u32 ifls;             /* UARTIFLS */
    u32 imsc;             /* UARTIMSC */
    u32 ris;              /* UARTRIS */
    u32 dmacr;            /* UARTDMACR */
    u32 modem;            /* FR bits of the modem inputs */
    u32 lost;             /* DR_OE for the next byte after an overrun */
    u32 polls;            /* reads of UARTFR in a row, up to POLLS_TO_OPEN */

    /* For events only. */
    u64 n_in;             /* bytes received so far */
    unsigned n_line;      /* bytes in line */
    char line[LINE_BYTES]; /* printed since the last event */
};

static struct pl011 *to_pl011(struct device *dev)
{
    return container_of(dev, struct pl011, dev);
}

static unsigned depth(const struct pl011 *s)
{
    return s->lcr & LCR_FEN ? FIFO_DEPTH : 1;
}

/* Fill level that sets the receive interrupt. */
static unsigned rx_trigger(const struct pl011 *s)
{
    static const u8 level[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

    return s->lcr & LCR_FEN ? level[(s->ifls >> 3) & 7] : 1;
}

static void update_irq(struct pl011 *s)
{
    irq_set(&s->dev.irq[0], s->ris & s->imsc);
}

/* A byte with its status arrives from the line. */
static void push(struct pl011 *s, u32 entry)
{
    if (s->fifo_n == depth(s)) {
        s->lost = DR_OE;
        s->rsr |= RSR_OE;
        s->ris |= INT_OE;
        return;
    }
    s->fifo[(s->fifo_first + s->fifo_n) % FIFO_DEPTH] = (u16)(entry | s->lost);
    s->lost = 0;
    s->fifo_n++;
    if (s->fifo_n >= rx_trigger(s))
        s->ris |= INT_RX;
    if (s->lcr & LCR_FEN)
        s->ris |= INT_RT;
    if (entry & DR_BE)
        s->ris |= INT_BE;
    if (entry & DR_FE)
        s->ris |= INT_FE;
}

static void clear_fifo(struct pl011 *s)
{
    s->fifo_first = 0;
    s->fifo_n = 0;
    s->ris &= ~(u32)(INT_RX | INT_RT);
}

/* One frame on the line, in ns; 8N1 at 115200 while nothing is set. */
static u64 frame_ns(const struct pl011 *s)
{
    u64 bits = 1 + 5 + ((s->lcr >> 5) & 3) + !!(s->lcr & LCR_PEN) + 1 +
               !!(s->lcr & LCR_STP2);

    /* bit time = 16 * (divisor / 64) / 24 MHz = divisor * 125 / 12 ns */
    return s->divisor ? bits * s->divisor * 125 / 12 : 86806;
}

static void feed_now(void *opaque)
{
    struct pl011 *s = opaque;

    chan_ready(s->dev.chan);
}

static unsigned pl011_room(void *opaque)
{
    const struct pl011 *s = opaque;
    bool is_on = (s->cr & (CR_UARTEN | CR_RXE)) == (CR_UARTEN | CR_RXE);

    if (s->dev.chan && s->dev.chan->deterministic &&
        !(s->imsc & (INT_RX | INT_RT)))
        is_on = false;
    if (s->cr & CR_LBE || !(is_on || s->polls == POLLS_TO_OPEN))
        return 0;
    return depth(s) - s->fifo_n;
}

/* There may be room for input now: asks the channel in a frame's time. */
static void arm_feed(struct pl011 *s)
{
    struct chan *ch = s->dev.chan;

    if (ch && ch->deterministic && s->feed.deadline_ns == CLOCK_NEVER &&
        pl011_room(s))
        vtimer_set(&s->feed, clock_now(s->dev.clock) + frame_ns(s));
}

static void pl011_receive(void *opaque, const u8 *buf, unsigned n)
{
    struct pl011 *s = opaque;

    assert(n <= pl011_room(s));
    for (unsigned i = 0; i < n; i++)
        push(s, buf[i]);
    PROBE_TEXT(s->dev.probe, TRACE_DEVICE, s->dev.id, 0, s->n_in, n);
    s->n_in += n;
    update_irq(s);
}

static const struct chan_client pl011_client = {
    .room = pl011_room,
    .receive = pl011_receive,
};

static u32 read_data(struct pl011 *s)
{
    u32 entry;

    if (!s->fifo_n)
        return 0;
    entry = s->fifo[s->fifo_first];
    s->fifo_first = (s->fifo_first + 1) % FIFO_DEPTH;
    s->fifo_n--;
    s->rsr = entry >> 8;
    if (s->fifo_n < rx_trigger(s))
        s->ris &= ~(u32)INT_RX;
    if (!s->fifo_n)
        s->ris &= ~(u32)INT_RT;
    update_irq(s);
    arm_feed(s);
    return entry;
}

/* The line that was printed so far is over. */
static void tell_line(struct pl011 *s)
{
    const struct probe *p = s->dev.probe;
    u64 now = clock_now(s->dev.clock);

    p->emit(p->opaque, TRACE_CONSOLE, &now, 1, s->line, s->n_line);
    s->n_line = 0;
}

/* Takes @byte into the line: without its end, CR LF or LF; if it is too long,
 * it comes in pieces. */
static void note_output(struct pl011 *s, u8 byte)
{
    if (byte == '\n') {
        if (s->n_line && s->line[s->n_line - 1] == '\r')
            s->n_line--;
        tell_line(s);
        return;
    }
    if (s->n_line == LINE_BYTES)
        tell_line(s);
    s->line[s->n_line++] = (char)byte;
}

static void write_data(struct pl011 *s, u8 byte)
{
    if (s->cr & CR_LBE) {
        /* Words shorter than 8 bits lose their upper bits on the line. */
        push(s, byte & (0xffu >> (3 - ((s->lcr >> 5) & 3))));
    } else {
        if (probe_on(s->dev.probe, TRACE_CONSOLE))
            note_output(s, byte);
        chan_write(s->dev.chan, &byte, 1);
    }
    s->ris |= INT_TX;
    update_irq(s);
}

static u32 read_flags(struct pl011 *s)
{
    u32 fr = s->modem | FR_TXFE;

    if (!s->fifo_n)
        fr |= FR_RXFE;
    if (s->fifo_n == depth(s))
        fr |= FR_RXFF;
    if (s->polls < POLLS_TO_OPEN && ++s->polls == POLLS_TO_OPEN)
        arm_feed(s);
    return fr;
}

/* In loopback the modem outputs drive the modem inputs. */
static void update_modem(struct pl011 *s)
{
    static const struct {
        u32 out, in, irq; /* bits in CR, FR and RIS */
    } wire[] = { { CR_RTS, FR_CTS, INT_CTS },
                 { CR_DTR, FR_DSR, INT_DSR },
                 { CR_OUT1, FR_DCD, INT_DCD },
                 { CR_OUT2, FR_RI, INT_RI } };

    for (unsigned i = 0; i < ARRAY_SIZE(wire); i++) {
        bool level = s->cr & CR_LBE && s->cr & wire[i].out;

        if (level == !!(s->modem & wire[i].in))
            continue;
        s->modem ^= wire[i].in;
        s->ris |= wire[i].irq;
    }
}

static void write_lcr(struct pl011 *s, u32 value)
{
    u32 changed = s->lcr ^ value;

    s->lcr = value;
    s->divisor = 64 * s->ibrd + s->fbrd;
    if (changed & LCR_FEN)
        clear_fifo(s);
    if (changed & value & LCR_BRK && s->cr & CR_LBE)
        push(s, DR_BE | DR_FE);
    arm_feed(s);
    update_irq(s);
}

static void write_cr(struct pl011 *s, u32 value)
{
    s->cr = value;
    update_modem(s);
    arm_feed(s);
    update_irq(s);
}

static void write_ifls(struct pl011 *s, u32 value)
{
    s->ifls = value;
    if (s->fifo_n >= rx_trigger(s))
        s->ris |= INT_RX;
    else
        s->ris &= ~(u32)INT_RX;
    update_irq(s);
}

static bool pl011_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                       u64 *value)
{
    struct pl011 *s = opaque;

    (void)size;
    if (off != UARTFR && s->polls < POLLS_TO_OPEN)
        s->polls = 0;
    *value = 0;
    switch (off) {
    case UARTDR: *value = read_data(s); break;
    case UARTRSR: *value = s->rsr; break;
    case UARTFR: *value = read_flags(s); break;
    case UARTILPR: *value = s->ilpr; break;
    case UARTIBRD: *value = s->ibrd; break;
    case UARTFBRD: *value = s->fbrd; break;
    case UARTLCR_H: *value = s->lcr; break;
    case UARTCR: *value = s->cr; break;
    case UARTIFLS: *value = s->ifls; break;
    case UARTIMSC: *value = s->imsc; break;
    case UARTRIS: *value = s->ris; break;
    case UARTMIS: *value = s->ris & s->imsc; break;
    case UARTDMACR: *value = s->dmacr; break;
    default:
        if (off >= UART_IDS)
            *value = pl011_ids[(off - UART_IDS) / 4];
        else if (off != UARTICR)
            log_guest("%s: CPU %u reads undefined register 0x%llx", s->dev.id,
                      cpu, (unsigned long long)off);
    }
    return true;
}

static bool pl011_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                        u64 value)
{
    struct pl011 *s = opaque;
    u32 v = (u32)value;

    (void)size;
    if (s->polls < POLLS_TO_OPEN)
        s->polls = 0;
    switch (off) {
    case UARTDR: write_data(s, (u8)v); break;
    case UARTRSR: s->rsr = 0; break;
    case UARTILPR: s->ilpr = v & 0xff; break;
    case UARTIBRD: s->ibrd = v & 0xffff; break;
    case UARTFBRD: s->fbrd = v & 0x3f; break;
    case UARTLCR_H: write_lcr(s, v & LCR_MASK); break;
    case UARTCR: write_cr(s, v & CR_MASK); break;
    case UARTIFLS: write_ifls(s, v & 0x3f); break;
    case UARTIMSC:
        s->imsc = v & INT_MASK;
        update_irq(s);
        arm_feed(s);
        break;
    case UARTICR:
        s->ris &= ~v;
        update_irq(s);
        break;
    case UARTDMACR: s->dmacr = v & 7; break;
    default:
        log_guest("%s: CPU %u writes read-only register 0x%llx", s->dev.id, cpu,
                  (unsigned long long)off);
    }
    return true;
}

static void pl011_init(struct device *dev)
{
    struct pl011 *s = to_pl011(dev);

    vtimer_init(&s->feed, dev->clock, feed_now, s);
    if (dev->chan)
        chan_attach(dev->chan, &pl011_client, s);
}

static void pl011_reset(struct device *dev)
{
    struct pl011 *s = to_pl011(dev);

    for (unsigned i = 0; i < FIFO_DEPTH; i++)
        s->fifo[i] = 0;
    s->lcr = 0;
    clear_fifo(s);
    s->rsr = 0;
    s->ilpr = 0;
    s->ibrd = 0;
    s->fbrd = 0;
    s->divisor = 0;
    s->cr = CR_TXE | CR_RXE;
    s->ifls = 0x12;
    s->imsc = 0;
    s->ris = 0;
    s->dmacr = 0;
    s->modem = 0;
    s->lost = 0;
    s->polls = 0;
    if (s->n_line)
        tell_line(s);
    vtimer_set(&s->feed, CLOCK_NEVER);
    update_irq(s);
}

static void pl011_fdt(struct device *dev, struct dtb *d)
{
    static const char clock_names[] = "uartclk\0apb_pclk";
    static const u32 clocks[] = { FDT_PHANDLE_CLOCK, FDT_PHANDLE_CLOCK };
    static const char compatible[] = "arm,pl011\0arm,primecell";

    dtb_begin_at(d, "pl011", dev->base);
    dtb_bytes(d, "clock-names", clock_names, sizeof(clock_names));
    dtb_cells(d, "clocks", clocks, ARRAY_SIZE(clocks));
    fdt_spi1(d, dev->spi[0], FDT_GIC_LEVEL);
    fdt_reg1(d, dev->base, dev->cls->mmio.size);
    dtb_bytes(d, "compatible", compatible, sizeof(compatible));
    dtb_end(d);
}

static const struct dev_field pl011_fields[] = {
    DEV_FIELD(struct pl011, feed.deadline_ns),
    DEV_ARRAY(struct pl011, fifo),
    DEV_FIELD(struct pl011, fifo_first),
    DEV_FIELD(struct pl011, fifo_n),
    DEV_FIELD(struct pl011, rsr),
    DEV_FIELD(struct pl011, ilpr),
    DEV_FIELD(struct pl011, ibrd),
    DEV_FIELD(struct pl011, fbrd),
    DEV_FIELD(struct pl011, divisor),
    DEV_FIELD(struct pl011, lcr),
    DEV_FIELD(struct pl011, cr),
    DEV_FIELD(struct pl011, ifls),
    DEV_FIELD(struct pl011, imsc),
    DEV_FIELD(struct pl011, ris),
    DEV_FIELD(struct pl011, dmacr),
    DEV_FIELD(struct pl011, modem),
    DEV_FIELD(struct pl011, lost),
    DEV_FIELD(struct pl011, polls),
    DEV_FIELD_END,
};

static const struct dev_reg pl011_regs[] = {
    DEV_REG(UARTDR, "UARTDR"),
    DEV_REG(UARTRSR, "UARTRSR/ECR"),
    DEV_REG(UARTFR, "UARTFR"),
    DEV_REG(UARTILPR, "UARTILPR"),
    DEV_REG(UARTIBRD, "UARTIBRD"),
    DEV_REG(UARTFBRD, "UARTFBRD"),
    DEV_REG(UARTLCR_H, "UARTLCR_H"),
    DEV_REG(UARTCR, "UARTCR"),
    DEV_REG(UARTIFLS, "UARTIFLS"),
    DEV_REG(UARTIMSC, "UARTIMSC"),
    DEV_REG(UARTRIS, "UARTRIS"),
    DEV_REG(UARTMIS, "UARTMIS"),
    DEV_REG(UARTICR, "UARTICR"),
    DEV_REG(UARTDMACR, "UARTDMACR"),
    DEV_REG(0xfe0, "UARTPeriphID0"),
    DEV_REG(0xfe4, "UARTPeriphID1"),
    DEV_REG(0xfe8, "UARTPeriphID2"),
    DEV_REG(0xfec, "UARTPeriphID3"),
    DEV_REG(0xff0, "UARTPCellID0"),
    DEV_REG(0xff4, "UARTPCellID1"),
    DEV_REG(0xff8, "UARTPCellID2"),
    DEV_REG(0xffc, "UARTPCellID3"),
    DEV_REG_END,
};

const struct device_class pl011_class = {
    .name = "pl011",
    .state_size = sizeof(struct pl011),
    .init = pl011_init,
    .reset = pl011_reset,
    .mmio = { .read = pl011_read,
              .write = pl011_write,
              .min = 4,
              .max = 4,
              .size = 0x1000,
              .regs = pl011_regs },
    .n_irqs = 1,
    .fields = pl011_fields,
    .fdt = pl011_fdt,
};
