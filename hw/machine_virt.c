/* SPDX-License-Identifier: MIT */
/*
 * machine_virt.c - the `virt` board, as QEMU lays it out (board.h).
 *
 *   0x0800_0000  GICD          64 KiB
 *   0x080a_0000  GICR          128 KiB a CPU (region of 0xf6_0000)
 *                with gic-version=2 instead: GICD 4 KiB, and
 *   0x0801_0000  GICC          8 KiB, every CPU sees its own
 *   0x0900_0000  uart0  PL011  4 KiB          SPI 1
 *   0x0901_0000  rtc    PL031  4 KiB          SPI 2
 *   0x0a00_0000  32 virtio-mmio transports, 512 bytes each, SPI 16..47
 *   0x4000_0000  RAM
 *
 * The table below is the single source of the address map, the wiring and
 * the device nodes, which follow in its order. The nodes of what is not a
 * device (CPUs, timer, PSCI, memory, clock, chosen) are written here, with
 * the properties that QEMU 7.2 gives them.
 */
#include "board.h"

#include <glib.h>

#include "gic.h"

#define REDIST_BASE 0x080a0000ull
#define CPU_IF_BASE 0x08010000ull
#define NO_SPI      -1

struct instance {
    const char *id;                 /* name, with .N if there are several */
    const struct device_class *cls; /* what it is */
    gpa_t base;                     /* address of the first one */
    int spi;                        /* SPI of the first one, or NO_SPI */
    unsigned count;                 /* how many, at consecutive places */
};

static const struct instance instances[] = {
    { "virtio-mmio", &virtio_mmio_class, 0x0a000000, 16, 32 },
    { "rtc", &pl031_class, 0x09010000, 2, 1 },
    { "uart0", &pl011_class, 0x09000000, 1, 1 },
    { "gic", &gicv3_class, 0x08000000, NO_SPI, 1 },
    { "gic", &gicv2_class, 0x08000000, NO_SPI, 1 },
};

static bool is_gic(const struct device_class *cls)
{
    return cls == &gicv3_class || cls == &gicv2_class;
}

/* How many of @in the board has: of the two GICs there is one. */
static unsigned instance_count(const struct board_config *cfg,
                               const struct instance *in)
{
    const struct device_class *gic =
        cfg->gic_version == 2 ? &gicv2_class : &gicv3_class;

    return is_gic(in->cls) && in->cls != gic ? 0 : in->count;
}

static GQuark board_error_quark(void)
{
    return g_quark_from_static_string("emu-board");
}

static bool check_config(const struct board_config *cfg, GError **err)
{
    if (cfg->n_cpus < 1 || cfg->n_cpus > BOARD_MAX_CPUS) {
        g_set_error(err, board_error_quark(), 0,
                    "the board has 1 to %d CPUs, not %u", BOARD_MAX_CPUS,
                    cfg->n_cpus);
        return false;
    }
    if (cfg->gic_version != 2 && cfg->gic_version != 3) {
        g_set_error(err, board_error_quark(), 0,
                    "gic-version=%u is not supported, only 2 and 3",
                    cfg->gic_version);
        return false;
    }
    return true;
}

/* The class-specific parameter of device.h. */
static u64 device_param(const struct board_config *cfg,
                        const struct device_class *cls)
{
    if (is_gic(cls))
        return cfg->n_cpus;
    return cls == &pl031_class ? cfg->rtc_base : 0;
}

static void add_instance(struct board *b, const struct instance *in, unsigned n,
                         struct chan *uart0)
{
    const struct device_class *cls = in->cls;
    bool is_uart0 = cls == &pl011_class;
    char *id =
        in->count > 1 ? g_strdup_printf("%s.%u", in->id, n) : g_strdup(in->id);
    struct device *dev =
        device_new(cls, id, in->base + n * cls->mmio.size, b->clock, b->bus,
                   is_uart0 ? uart0 : NULL, device_param(&b->cfg, cls));

    g_free(id);
    if (b->cfg.probe)
        dev->probe = b->cfg.probe;
    if (in->spi != NO_SPI)
        dev->spi[0] = (unsigned)in->spi + n;
    bus_add(b->bus, dev->base, cls->mmio.size, &cls->mmio, dev, dev->id);
    b->devices[b->n_devices++] = dev;
    if (is_gic(cls))
        b->gic = dev;
}

/* NOLINTNEXTLINE(readability-function-size): what a board is wired to */
bool board_init(struct board *b, const struct board_config *cfg,
                struct clock *clock, struct bus *bus, struct chan *uart0,
                const struct irq_line *cpu_irq, const struct irq_line *cpu_fiq,
                GError **err)
{
    unsigned total = 0;

    *b = (struct board){ .cfg = *cfg, .clock = clock, .bus = bus };
    if (!check_config(cfg, err))
        return false;
    b->cfg.cpu_compatible = g_strdup(cfg->cpu_compatible);
    b->cfg.mpidr = g_memdup2(cfg->mpidr, cfg->n_cpus * sizeof(u64));
    b->icc = cfg->gic_version == 3 ? &gic_icc_ops : NULL;
    for (size_t i = 0; i < ARRAY_SIZE(instances); i++)
        total += instance_count(cfg, &instances[i]);
    b->devices = g_new0(struct device *, total);
    for (size_t i = 0; i < ARRAY_SIZE(instances); i++)
        for (unsigned n = 0; n < instance_count(cfg, &instances[i]); n++)
            add_instance(b, &instances[i], n, uart0);

    gic_connect(b->gic, b->icc ? REDIST_BASE : CPU_IF_BASE, b->cfg.mpidr,
                cpu_irq, cpu_fiq);
    for (unsigned i = 0; i < b->n_devices; i++)
        if (b->devices[i] != b->gic)
            b->devices[i]->irq[0] = gic_spi_line(b->gic, b->devices[i]->spi[0]);
    board_reset(b);
    return true;
}

void board_fini(struct board *b)
{
    for (unsigned i = 0; i < b->n_devices; i++)
        device_free(b->devices[i]);
    if (b->devices) {
        g_free((char *)b->cfg.cpu_compatible);
        g_free((u64 *)b->cfg.mpidr);
    }
    g_free(b->devices);
    *b = (struct board){ 0 };
}

void board_reset(struct board *b)
{
    for (unsigned i = 0; i < b->n_devices; i++)
        b->devices[i]->cls->reset(b->devices[i]);
}

struct irq_line board_ppi(struct board *b, unsigned cpu, unsigned ppi)
{
    return gic_ppi_line(b->gic, cpu, ppi);
}

void board_seeds(u64 seed, u8 kaslr[8], u8 rng[32])
{
    /* SplitMix64: every bit of the seed reaches every word. */
    for (unsigned i = 0; i < 5; i++) {
        u8 *to = i ? rng + 8 * (i - 1) : kaslr;
        u64 z = seed + (i + 1) * 0x9e3779b97f4a7c15ull;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        z ^= z >> 31;
        for (unsigned k = 0; k < 8; k++)
            to[k] = (u8)(z >> (8 * k));
    }
}

static void fdt_psci(struct dtb *d)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";

    dtb_begin(d, "psci");
    dtb_u32(d, "migrate", 0xc4000005);
    dtb_u32(d, "cpu_on", 0xc4000003);
    dtb_u32(d, "cpu_off", 0x84000002);
    dtb_u32(d, "cpu_suspend", 0xc4000001);
    dtb_str(d, "method", "hvc");
    dtb_bytes(d, "compatible", compatible, sizeof(compatible));
    dtb_end(d);
}

static void fdt_memory(const struct board *b, struct dtb *d)
{
    dtb_begin_at(d, "memory", BOARD_RAM_BASE);
    fdt_reg1(d, BOARD_RAM_BASE, b->cfg.ram_size);
    dtb_str(d, "device_type", "memory");
    dtb_end(d);
}

/* Third cell of a PPI: level, and the CPUs if the GIC is a GICv2. */
static u32 ppi_flags(const struct board *b)
{
    u32 cpus = b->cfg.gic_version == 2 ? (1u << b->cfg.n_cpus) - 1 : 0;

    return FDT_GIC_LEVEL | cpus << 8;
}

static void fdt_pmu(const struct board *b, struct dtb *d)
{
    const u32 irq[] = { FDT_GIC_PPI, 7, ppi_flags(b) };

    dtb_begin(d, "pmu");
    dtb_cells(d, "interrupts", irq, ARRAY_SIZE(irq));
    dtb_str(d, "compatible", "arm,armv8-pmuv3");
    dtb_end(d);
}

static void fdt_cpu_map(const struct board *b, struct dtb *d)
{
    dtb_begin(d, "cpu-map");
    dtb_begin(d, "socket0");
    dtb_begin(d, "cluster0");
    for (unsigned i = 0; i < b->cfg.n_cpus; i++) {
        char name[] = { 'c', 'o', 'r', 'e', (char)('0' + i), '\0' };

        dtb_begin(d, name);
        dtb_u32(d, "cpu", FDT_PHANDLE_CPU0 + i);
        dtb_end(d);
    }
    dtb_end(d);
    dtb_end(d);
    dtb_end(d);
}

static void fdt_cpus(const struct board *b, struct dtb *d)
{
    u32 cells = 1;

    for (unsigned i = 0; i < b->cfg.n_cpus; i++)
        if (b->cfg.mpidr[i] >> 32)
            cells = 2;
    dtb_begin(d, "cpus");
    dtb_u32(d, "#size-cells", 0);
    dtb_u32(d, "#address-cells", cells);
    fdt_cpu_map(b, d);
    for (unsigned i = 0; i < b->cfg.n_cpus; i++) {
        u64 mpidr = b->cfg.mpidr[i];
        const u32 reg[] = { (u32)(mpidr >> 32), (u32)mpidr };

        dtb_begin_at(d, "cpu", mpidr);
        dtb_u32(d, "phandle", FDT_PHANDLE_CPU0 + i);
        dtb_cells(d, "reg", reg + 2 - cells, cells);
        if (b->cfg.n_cpus > 1)
            dtb_str(d, "enable-method", "psci");
        dtb_str(d, "compatible", b->cfg.cpu_compatible);
        dtb_str(d, "device_type", "cpu");
        dtb_end(d);
    }
    dtb_end(d);
}

static void fdt_timer(const struct board *b, struct dtb *d)
{
    static const char compatible[] = "arm,armv8-timer\0arm,armv7-timer";
    /* secure, non-secure, virtual, hypervisor */
    const u32 flags = ppi_flags(b);
    const u32 irqs[] = {
        FDT_GIC_PPI, 13, flags, FDT_GIC_PPI, 14, flags,
        FDT_GIC_PPI, 11, flags, FDT_GIC_PPI, 10, flags,
    };

    dtb_begin(d, "timer");
    dtb_cells(d, "interrupts", irqs, ARRAY_SIZE(irqs));
    dtb_bytes(d, "always-on", NULL, 0);
    dtb_bytes(d, "compatible", compatible, sizeof(compatible));
    dtb_end(d);
}

static void fdt_clock(struct dtb *d)
{
    dtb_begin(d, "apb-pclk");
    dtb_u32(d, "phandle", FDT_PHANDLE_CLOCK);
    dtb_str(d, "clock-output-names", "clk24mhz");
    dtb_u32(d, "clock-frequency", 24000000);
    dtb_u32(d, "#clock-cells", 0);
    dtb_str(d, "compatible", "fixed-clock");
    dtb_end(d);
}

static void fdt_chosen(const struct board_boot *boot, struct dtb *d)
{
    u8 kaslr[8], rng[32];

    board_seeds(boot->seed, kaslr, rng);
    dtb_begin(d, "chosen");
    if (boot->initrd_size) {
        dtb_u64(d, "linux,initrd-end", boot->initrd_start + boot->initrd_size);
        dtb_u64(d, "linux,initrd-start", boot->initrd_start);
    }
    if (boot->bootargs)
        dtb_str(d, "bootargs", boot->bootargs);
    dtb_str(d, "stdout-path", "/pl011@9000000");
    dtb_bytes(d, "rng-seed", rng, sizeof(rng));
    dtb_bytes(d, "kaslr-seed", kaslr, sizeof(kaslr));
    dtb_end(d);
}

void *board_fdt(struct board *b, const struct board_boot *boot, size_t *size,
                GError **err)
{
    struct dtb *d = dtb_new();

    dtb_u32(d, "interrupt-parent", FDT_PHANDLE_GIC);
    dtb_str(d, "model", "linux,dummy-virt");
    dtb_u32(d, "#size-cells", 2);
    dtb_u32(d, "#address-cells", 2);
    dtb_str(d, "compatible", "linux,dummy-virt");
    fdt_psci(d);
    fdt_memory(b, d);
    for (unsigned i = 0; i < b->n_devices; i++)
        if (b->devices[i]->cls->fdt)
            b->devices[i]->cls->fdt(b->devices[i], d);
    if (b->cfg.has_pmu)
        fdt_pmu(b, d);
    fdt_cpus(b, d);
    fdt_timer(b, d);
    fdt_clock(d);
    fdt_chosen(boot, d);
    return dtb_finish(d, size, err);
}
