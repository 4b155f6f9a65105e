/* SPDX-License-Identifier: MIT */
/*
 * rtc_pl031.c - Arm PrimeCell Real Time Clock PL031 (DDI 0224).
 *
 * A 32-bit count of seconds: the date given at power-on (dev->param) plus
 * whole seconds of virtual time, so that the guest's calendar is a function
 * of the run and not of the host (DESIGN D3). RTCDR = offset + virtual
 * seconds; a write of RTCLR moves the offset and not the phase of the second.
 * The match interrupt is a virtual timer at the start of the second in which
 * RTCDR becomes RTCMR.
 *
 * Regions: 4 KiB. IRQs: [0] RTCINTR, level.
 * Choices: a match value equal to the count interrupts at once (as QEMU);
 * RTCCR reads 1, its start bit cannot be cleared once set and is set at
 * reset. A system reset keeps the count, which belongs to the battery
 * domain, and clears match value, mask and interrupt.
 */
#include "devices.h"

#include "log.h"

#define SECOND_NS 1000000000ull

enum reg {
    RTCDR = 0x00,
    RTCMR = 0x04,
    RTCLR = 0x08,
    RTCCR = 0x0c,
    RTCIMSC = 0x10,
    RTCRIS = 0x14,
    RTCMIS = 0x18,
    RTCICR = 0x1c,
    RTC_IDS = 0xfe0, /* first of the eight identification registers */
};

static const u8 pl031_ids[8] = {
    0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1
};

struct pl031 {
    struct device dev;   /* head */
    struct vtimer alarm; /* the next match */
    u32 offset;          /* RTCDR minus virtual seconds */
    u32 match;           /* RTCMR */
    u32 load;            /* RTCLR */
    u32 mask;            /* RTCIMSC, bit 0 */
    u32 raw;             /* RTCRIS, bit 0 */
};

static u32 count(const struct pl031 *s)
{
    return s->offset + (u32)(clock_now(s->dev.clock) / SECOND_NS);
}

static void update_irq(struct pl031 *s)
{
    irq_set(&s->dev.irq[0], s->raw & s->mask);
}

static void raise_match(void *opaque)
{
    struct pl031 *s = opaque;

    s->raw = 1;
    update_irq(s);
}

/* Arms the alarm for the second in which the count reaches the match. */
static void set_alarm(struct pl031 *s)
{
    u32 ticks = s->match - count(s);

    if (ticks == 0) {
        vtimer_set(&s->alarm, CLOCK_NEVER);
        raise_match(s);
    } else {
        u64 second = clock_now(s->dev.clock) / SECOND_NS + ticks;

        vtimer_set(&s->alarm, second * SECOND_NS);
    }
}

static bool pl031_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                       u64 *value)
{
    struct pl031 *s = opaque;

    (void)size;
    switch (off) {
    case RTCDR: *value = count(s); break;
    case RTCMR: *value = s->match; break;
    case RTCLR: *value = s->load; break;
    case RTCCR: *value = 1; break;
    case RTCIMSC: *value = s->mask; break;
    case RTCRIS: *value = s->raw; break;
    case RTCMIS: *value = s->raw & s->mask; break;
    default:
        *value = 0;
        if (off >= RTC_IDS)
            *value = pl031_ids[(off - RTC_IDS) / 4];
        else
            log_guest("%s: CPU %u reads undefined register 0x%llx", s->dev.id,
                      cpu, (unsigned long long)off);
    }
    return true;
}

static bool pl031_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                        u64 value)
{
    struct pl031 *s = opaque;

    (void)size;
    switch (off) {
    case RTCMR:
        s->match = (u32)value;
        set_alarm(s);
        break;
    case RTCLR:
        s->load = (u32)value;
        s->offset += s->load - count(s);
        set_alarm(s);
        break;
    case RTCCR: break;
    case RTCIMSC:
        s->mask = value & 1;
        update_irq(s);
        break;
    case RTCICR:
        s->raw &= ~(u32)value;
        update_irq(s);
        break;
    default:
        log_guest("%s: CPU %u writes read-only register 0x%llx", s->dev.id, cpu,
                  (unsigned long long)off);
    }
    return true;
}

static void pl031_init(struct device *dev)
{
    struct pl031 *s = container_of(dev, struct pl031, dev);

    s->offset = (u32)dev->param;
    vtimer_init(&s->alarm, dev->clock, raise_match, s);
}

static void pl031_reset(struct device *dev)
{
    struct pl031 *s = container_of(dev, struct pl031, dev);

    s->match = 0;
    s->load = 0;
    s->mask = 0;
    s->raw = 0;
    vtimer_set(&s->alarm, CLOCK_NEVER);
    update_irq(s);
}

static void pl031_fdt(struct device *dev, struct dtb *d)
{
    static const char compatible[] = "arm,pl031\0arm,primecell";

    dtb_begin_at(d, "pl031", dev->base);
    dtb_str(d, "clock-names", "apb_pclk");
    dtb_u32(d, "clocks", FDT_PHANDLE_CLOCK);
    fdt_spi1(d, dev->spi[0], FDT_GIC_LEVEL);
    fdt_reg1(d, dev->base, dev->cls->mmio.size);
    dtb_bytes(d, "compatible", compatible, sizeof(compatible));
    dtb_end(d);
}

static const struct dev_field pl031_fields[] = {
    DEV_FIELD(struct pl031, alarm.deadline_ns),
    DEV_FIELD(struct pl031, offset),
    DEV_FIELD(struct pl031, match),
    DEV_FIELD(struct pl031, load),
    DEV_FIELD(struct pl031, mask),
    DEV_FIELD(struct pl031, raw),
    DEV_FIELD_END,
};

static const struct dev_reg pl031_regs[] = {
    DEV_REG(RTCDR, "RTCDR"),
    DEV_REG(RTCMR, "RTCMR"),
    DEV_REG(RTCLR, "RTCLR"),
    DEV_REG(RTCCR, "RTCCR"),
    DEV_REG(RTCIMSC, "RTCIMSC"),
    DEV_REG(RTCRIS, "RTCRIS"),
    DEV_REG(RTCMIS, "RTCMIS"),
    DEV_REG(RTCICR, "RTCICR"),
    DEV_REG(0xfe0, "RTCPeriphID0"),
    DEV_REG(0xfe4, "RTCPeriphID1"),
    DEV_REG(0xfe8, "RTCPeriphID2"),
    DEV_REG(0xfec, "RTCPeriphID3"),
    DEV_REG(0xff0, "RTCPCellID0"),
    DEV_REG(0xff4, "RTCPCellID1"),
    DEV_REG(0xff8, "RTCPCellID2"),
    DEV_REG(0xffc, "RTCPCellID3"),
    DEV_REG_END,
};

const struct device_class pl031_class = {
    .name = "pl031",
    .state_size = sizeof(struct pl031),
    .init = pl031_init,
    .reset = pl031_reset,
    .mmio = { .read = pl031_read,
              .write = pl031_write,
              .min = 4,
              .max = 4,
              .size = 0x1000,
              .regs = pl031_regs },
    .n_irqs = 1,
    .fields = pl031_fields,
    .fdt = pl031_fdt,
};
