/* SPDX-License-Identifier: MIT */
/*
 * help_int.c - helpers of integer instructions: CRC-32 and the exclusive
 * monitor.
 *
 * The monitor (DESIGN, "fine print of exactness") is {armed, physical
 * address, size}, a part of the CPU's state. LDXR arms it; CLREX, STXR, ERET
 * and the end of a turn disarm it. A store-exclusive succeeds if it is
 * armed for the same physical address and size; values are not compared.
 * Order of checks, where DDI 0487 ("AArch64.ExclusiveMonitorsPass") leaves
 * a choice: alignment first; an exclusive store that must fail because the
 * monitor is not armed or its size differs does not translate the address,
 * so it cannot fault (as QEMU); else the address is translated for writing
 * before it is compared.
 */
#include "help_int.h"

#include "a64sys.h"
#include "bits.h"
#include "helpers.h"

/* --- CRC-32 ------------------------------------------------------------- */

/*
 * Slicing: crc_slice[k][i] is the CRC of byte i followed by k zero bytes. CRC
 * is linear, so each entry is the exclusive or of those of its bits.
 */
struct crc_slices {
    u32 t[8][256]; /* by bytes that follow, by byte */
};

/* clang-format off */
#define BITS8(i, a, b, c, d, e, f, g, h)                                     \
    (((i) & 1 ? a : 0) ^ ((i) & 2 ? b : 0) ^ ((i) & 4 ? c : 0) ^             \
     ((i) & 8 ? d : 0) ^ ((i) & 16 ? e : 0) ^ ((i) & 32 ? f : 0) ^           \
     ((i) & 64 ? g : 0) ^ ((i) & 128 ? h : 0))
#define ROW4(i, ...)                                                         \
    BITS8(i, __VA_ARGS__), BITS8((i) + 1, __VA_ARGS__),                      \
    BITS8((i) + 2, __VA_ARGS__), BITS8((i) + 3, __VA_ARGS__)
#define ROW16(i, ...)                                                        \
    ROW4(i, __VA_ARGS__), ROW4((i) + 4, __VA_ARGS__),                        \
    ROW4((i) + 8, __VA_ARGS__), ROW4((i) + 12, __VA_ARGS__)
#define ROW64(i, ...)                                                        \
    ROW16(i, __VA_ARGS__), ROW16((i) + 16, __VA_ARGS__),                     \
    ROW16((i) + 32, __VA_ARGS__), ROW16((i) + 48, __VA_ARGS__)
#define SLICE(...)                                                           \
    { ROW64(0, __VA_ARGS__), ROW64(64, __VA_ARGS__),                         \
      ROW64(128, __VA_ARGS__), ROW64(192, __VA_ARGS__) }

/* Polynomial 0x04c11db7, bit-reversed. */
static const struct crc_slices crc32_slices = { {
    SLICE(0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832,
          0x1db71064, 0x3b6e20c8, 0x76dc4190, 0xedb88320),
    SLICE(0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08,
          0x4ac21251, 0x958424a2, 0xf0794f05, 0x3b83984b),
    SLICE(0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8,
          0x1c26a370, 0x384d46e0, 0x709a8dc0, 0xe1351b80),
    SLICE(0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef,
          0x5019579f, 0xa032af3e, 0x9b14583d, 0xed59b63b),
    SLICE(0x3d6029b0, 0x7ac05360, 0xf580a6c0, 0x30704bc1,
          0x60e09782, 0xc1c12f04, 0x58f35849, 0xb1e6b092),
    SLICE(0xcb5cd3a5, 0x4dc8a10b, 0x9b914216, 0xec53826d,
          0x03d6029b, 0x07ac0536, 0x0f580a6c, 0x1eb014d8),
    SLICE(0xa6770bb4, 0x979f1129, 0xf44f2413, 0x33ef4e67,
          0x67de9cce, 0xcfbd399c, 0x440b7579, 0x8816eaf2),
    SLICE(0xccaa009e, 0x4225077d, 0x844a0efa, 0xd3e51bb5,
          0x7cbb312b, 0xf9766256, 0x299dc2ed, 0x533b85da),
} };

/* Polynomial 0x1edc6f41 (Castagnoli), bit-reversed. */
static const struct crc_slices crc32c_slices = { {
    SLICE(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf,
          0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78),
    SLICE(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8,
          0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9),
    SLICE(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5,
          0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743),
    SLICE(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6,
          0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f),
    SLICE(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91,
          0x8f2261d3, 0x1ba8b557, 0x37516aae, 0x6ea2d55c),
    SLICE(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f,
          0xc00c303e, 0x85f4168d, 0x0e045beb, 0x1c08b7d6),
    SLICE(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53,
          0x9c5bfaa6, 0x3d5b83bd, 0x7ab7077a, 0xf56e0ef4),
    SLICE(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da,
          0x847609b4, 0x0d006599, 0x1a00cb32, 0x34019664),
} };
#undef SLICE
#undef ROW64
#undef ROW16
#undef ROW4
#undef BITS8
/* clang-format on */

/* @crc continued over the low 1 << @size bytes of @data, no inversions. */
static u32 crc_step(const struct crc_slices *c, u32 crc, u64 data,
                    unsigned size)
{
    unsigned n = 1u << size;
    u64 x = (data & mask64(8 * n)) ^ crc;
    u32 r = n < 4 ? crc >> (8 * n) : 0;

    for (unsigned i = 0; i < n; i++)
        r ^= c->t[n - 1 - i][(u8)(x >> (8 * i))];
    return r;
}

u64 help_crc32(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    (void)cpu;
    (void)c;
    return crc_step(&crc32_slices, (u32)a, b, param);
}

u64 help_crc32c(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    (void)cpu;
    (void)c;
    return crc_step(&crc32c_slices, (u32)a, b, param);
}

/* --- exclusive monitor -------------------------------------------------- */

static bool mark(struct a64_cpu *cpu, u64 va, u32 bytes)
{
    struct xlate x;

    if (!a64_translate(cpu, va, ACCESS_LOAD, cpu->arch.el == 0, &x))
        return false;
    cpu->arch.excl_armed = 1;
    cpu->arch.excl_pa = x.pa;
    cpu->arch.excl_size = (u8)bytes;
    return true;
}

u64 help_excl_load(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    u64 out[2];

    (void)b;
    (void)c;
    if (!cpu->env.ops->mem_load(&cpu->host, a, param, out))
        return 0;
    return mark(cpu, a, 1u << (param & IR_M_SIZE)) ? out[0] : 0;
}

u64 help_excl_mark(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    (void)b;
    (void)c;
    mark(opaque, a, param);
    return 0;
}

/* Does the monitor let a store of @bytes at @va pass? False too on a fault. */
static bool excl_pass(struct a64_cpu *cpu, u64 va, u32 bytes)
{
    struct xlate x;

    if (!cpu->arch.excl_armed || cpu->arch.excl_size != bytes)
        return false;
    return a64_translate(cpu, va, ACCESS_STORE, cpu->arch.el == 0, &x) &&
           x.pa == cpu->arch.excl_pa;
}

/* Stores one element, or two as one access of twice the size. */
static bool excl_write(struct a64_cpu *cpu, u64 va, u32 memop, bool pair,
                       u64 lo, u64 hi)
{
    u64 t;

    if (pair && (memop & IR_M_BE)) { /* the first element is on top */
        t = lo;
        lo = hi;
        hi = t;
    }
    if (pair && (memop & IR_M_SIZE) == 2) {
        lo = (u32)lo | hi << 32;
        hi = 0;
    }
    return cpu->env.ops->mem_store(&cpu->host, va, memop + pair, lo, hi);
}

u64 help_excl_store(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    bool pair = param & EXCL_PAIR;
    u32 memop = param & ~EXCL_PAIR;
    u32 bytes = 1u << ((memop & IR_M_SIZE) + pair);
    bool pass;

    if ((a & (bytes - 1)) &&
        (!(memop & IR_M_WITHIN16) || ir_mem_crosses16(a, bytes))) {
        a64_target.fault_align(cpu, a, ACCESS_STORE);
        return 0;
    }
    pass = excl_pass(cpu, a, bytes);
    if (cpu->host.fault)
        return 0;
    if (pass && !excl_write(cpu, a, memop, pair, b, c))
        return 0;
    cpu->arch.excl_armed = 0;
    return !pass;
}
