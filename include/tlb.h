/* SPDX-License-Identifier: MIT */
/*
 * tlb.h - the tags: the lossy cache of translations that translated code
 * tests inline (DESIGN D5). The authority is the guest's *map* (the target's
 * mmu.c); anyone may drop a tag at any time, refills come from the map.
 *
 * A table serves one half of the address space (low: VA bit 55 = 0, high: 1)
 * of one address space with one permission view. The CPU's current tables
 * are pointed to by struct cpu_host; switching ASID, EL or PAN changes
 * pointers and flushes nothing. Invariants:
 *  - a load tag implies that the map holds an entry that permits the read;
 *  - a store tag implies the same for a write, that the page is RAM with
 *    none of RAM_CODE, RAM_CLEAN, RAM_WATCHED set, and that the page's
 *    RAM_STORE_TAG is set;
 *  - only RAM pages of Normal memory have tags.
 */
#ifndef EMU_TLB_H
#define EMU_TLB_H

#include "base.h"

#define TAG_BITS 10 /* log2 of entries of one kind in a table */
#define TAG_ENTRIES (1u << TAG_BITS)
#define TAG_INVALID 0x800 /* equals no page address, nor one with the low
                             bits that an alignment check leaves in */

/*
 * tag = page address of the VA as the program gave it (top byte included);
 * host address of a byte = va + bias. Entry of a VA: (va >> 12) & mask.
 */
struct tag_entry {
    u64 tag;  /* va & ~4095, or TAG_INVALID */
    u64 bias; /* host - va */
};

/* What the inline check indexes: load tags, then store tags. */
struct tag_table {
    struct tag_entry load[TAG_ENTRIES];
    struct tag_entry store[TAG_ENTRIES];
};

enum tag_view { TAG_EL0, TAG_EL1, TAG_EL1_PAN, TAG_VIEWS };

struct tag_pool; /* every table of the machine; bounded in size */
struct ram;

/*
 * @tag_bits <= TAG_BITS entries are used (tests use fewer). @bytes bounds
 * the pool; the least recently selected table is reused.
 */
struct tag_pool *tag_pool_new(struct ram *ram, unsigned tag_bits, u64 bytes);
void tag_pool_free(struct tag_pool *p);
static inline u64 tag_index(u64 va, unsigned tag_bits)
{
    return (va >> 12) & ((1u << tag_bits) - 1);
}

/*
 * The table for CPU @cpu, half @high, address space @space (the target's
 * number) and @view; made empty when there is none. The pointer is valid
 * until the next tag_select() for the same CPU that is not told to keep it:
 * tables named in @keep (up to n_keep) are not reused.
 */
struct tag_table *tag_select(struct tag_pool *p, unsigned cpu, bool high,
                             u32 space, enum tag_view view,
                             struct tag_table *const *keep, unsigned n_keep);
/* Adds a tag for the page of @va to @t; @host is the page's host address. */
void tag_fill(struct tag_pool *p, struct tag_table *t, u64 va, u8 *host,
              bool store);
/* Any space, for the functions below. */
#define TAG_ANY_SPACE UINT32_MAX
/*
 * Drops the tags of CPU @cpu in [va, va + size) of half bit55(va), for
 * @space or TAG_ANY_SPACE; VAs are compared without their top byte.
 */
void tag_drop_range(struct tag_pool *p, unsigned cpu, u64 va, u64 size,
                    u32 space);
/* Drops every tag of CPU @cpu in @space (either half) or any space. */
void tag_drop_space(struct tag_pool *p, unsigned cpu, u32 space);
/* Drops every store tag to the RAM page of @pa, of all CPUs. */
void tag_drop_stores(struct tag_pool *p, u64 pa);

struct tag_stats {
    u64 fills;  /* tags added */
    u64 drops;  /* tags removed by the three drop functions */
    u64 tables; /* tables ever made */
    u64 reused; /* tables taken from another context */
};
const struct tag_stats *tag_pool_stats(const struct tag_pool *p);

#endif
