/* SPDX-License-Identifier: MIT */
/*
 * mmu.h - what walk.c, map.c, mmu.c and tlbi.c share: one walk's result, the
 * map's entries and address spaces. Private to those files.
 *
 * Space numbers: 0 is "MMU off"; others name (half, TTBR base, ASID) and are
 * given out anew after every flush of the whole map. The high half of a
 * TTBR1 base has one number for all ASIDs until a non-global page is met.
 */
#ifndef A64_MMU_H
#define A64_MMU_H

#include "a64sys.h"

/* Fields of TCR_EL1 and SCTLR_EL1 that translation uses. */
#define SCTLR_M (1ull << 0)
#define SCTLR_WXN (1ull << 19)
#define SCTLR_EE (1ull << 25)
#define TCR_A1 (1ull << 22)
#define TCR_AS (1ull << 36)
#define TCR_HA (1ull << 39)
#define TCR_HD (1ull << 40)

/* What a page permits. */
enum map_perm {
    MAP_R0 = 1,   /* EL0 may read */
    MAP_W0 = 2,   /* EL0 may write */
    MAP_X0 = 4,   /* EL0 may execute */
    MAP_R1 = 8,   /* EL1 may read */
    MAP_W1 = 16,  /* EL1 may write */
    MAP_X1 = 32,  /* EL1 may execute */
};

/* Fault status codes, DFSC/IFSC; level in the low bits where there is one. */
enum fsc {
    FSC_ADDRSIZE = 0x00, FSC_TRANSLATION = 0x04, FSC_ACCESS = 0x08,
    FSC_PERMISSION = 0x0c, FSC_EXTERNAL = 0x10, FSC_EXTERNAL_WALK = 0x14,
    FSC_ALIGNMENT = 0x21,
};

/* Result of one table walk. */
struct a64_walk {
    u64 pa;       /* physical address of the page or block */
    u64 desc;     /* its descriptor */
    u64 desc_pa;  /* where that lies */
    u8 log2;      /* log2 of the page's or block's bytes */
    u8 level;     /* level of the descriptor, or of the fault */
    u8 perm;      /* enum map_perm */
    u8 attr;      /* the byte of MAIR_EL1 */
    u8 sh;        /* shareability field */
    u8 fsc;       /* enum fsc with level, if the walk failed */
    bool normal;  /* Normal memory */
    bool nonglobal; /* nG */
    bool guarded; /* GP: indirect branches must find landing pads */
    bool clean;   /* writable only after a dirty-state update (DBM) */
};

/* Canonical form of a VA: the top byte replaced by bit 55. */
static inline u64 map_key(u64 va)
{
    return (u64)((s64)(va << 8) >> 8);
}

/*
 * Walks the tables for @va as they are, with no side effect. False: the
 * fault is in w->fsc. (walk.c)
 */
bool a64_walk(struct a64_cpu *cpu, u64 va, bool el0, struct a64_walk *w);
/* Is the top byte of data addresses of this half ignored? */
bool a64_tbi(const struct a64_cpu *cpu, bool high);

/* Flags of an entry. */
enum map_flags {
    MAP_NORMAL = 2,  /* Normal memory */
    MAP_FETCHED = 4, /* instructions were fetched through it */
    MAP_GUARDED = 8, /* GP */
};

#define MAP_NONE UINT32_MAX /* no entry, no space */
/* Spaces of entries that every ASID sees: low half, high half. */
#define MAP_GLOBAL(high) (0xfffffff0u + (high))

struct map_entry {
    u64 va;     /* canonical, first byte of the block */
    u64 pa;     /* its physical address */
    u32 space;  /* space number or MAP_GLOBAL() */
    u32 chain;  /* next in the hash chain; next free */
    u32 next;   /* next of the same space */
    u32 prev;   /* previous of the same space, MAP_NONE = first */
    u8 log2;    /* log2 of the block's bytes */
    u8 perm;    /* enum map_perm */
    u8 flags;   /* enum map_flags */
    u8 unused;  /* zero */
};

struct map_space {
    u64 base;   /* table base address */
    u32 asid;   /* ASID, or MAP_NONE: shared by all */
    u32 head;   /* first entry, MAP_NONE = none */
    u32 chain;  /* next space in the hash chain */
    u8 high;    /* which half */
    u64 classes; /* bit k: blocks of 2^k bytes may be on the list */
};

#define MAP_ROWS 4 /* spaces whose tag tables are remembered, a half */

/* Tag tables of a space by view; a row is free if space is MAP_NONE. */
struct map_tags {
    u32 space;                           /* the space's number */
    struct tag_table *table[TAG_VIEWS];  /* NULL = not selected yet */
};

struct a64_map {
    struct map_entry *e;      /* entries by number */
    u32 n;                    /* entries ever used since the last flush */
    u32 max;                  /* allocated, a power of two */
    u32 free;                 /* first free entry, MAP_NONE = none */
    u32 *hash;                /* heads of chains, max of them */
    u64 classes;              /* bit k: blocks of 2^k bytes are present */
    u32 n_class[64];          /* how many of each */
    u32 n_nonglobal[2];       /* non-global entries by half */
    u32 global[2];            /* first global entry by half */
    u64 global_classes[2];    /* as map_space.classes */
    struct map_space *space;  /* by number; [0] is unused */
    u32 n_spaces;             /* used */
    u32 max_spaces;           /* allocated */
    u32 space_hash[256];      /* heads of chains of spaces */
    u64 *ng_base;             /* TTBR1 bases with non-global entries */
    u32 n_ng_bases;           /* used */
    u32 max_ng_bases;         /* allocated */
    bool respace;             /* derived.space must be looked up again */
    bool stale;               /* host pointers must be chosen again */
    u8 next_row[2];           /* row to reuse next */
    struct map_tags tags[2][MAP_ROWS]; /* remembered tables, by half */
};

/* --- map.c --------------------------------------------------------------- */
/* The entry for canonical @va in @space or global, or NULL. */
struct map_entry *map_lookup(struct a64_map *m, u64 va, u32 space);
/* The entry of exactly (@va, @log2, @space), or NULL. */
struct map_entry *map_find(struct a64_map *m, u64 va, unsigned log2,
                           u32 space);
/* Adds an entry; the caller removed any that covers the same address. */
struct map_entry *map_insert(struct a64_map *m, u64 va, unsigned log2,
                             u32 space);
void map_remove(struct a64_map *m, struct map_entry *e);
/* Forgets every entry and space. */
void map_clear(struct a64_map *m);
/* Forgets the remembered tag tables. */
void map_forget_tags(struct a64_map *m);
/* Number of (@high, @base, @asid), made if new. */
u32 map_space(struct a64_map *m, bool high, u64 base, u32 asid);
/* Has a non-global page been met under TTBR1 base @base? */
bool map_has_nonglobal(const struct a64_map *m, u64 base);
void map_set_nonglobal(struct a64_map *m, u64 base);

/* --- mmu.c --------------------------------------------------------------- */
/* Removes @e with its tags and fetch contexts. */
void a64_map_drop(struct a64_cpu *cpu, struct map_entry *e);
/* ASID in use. */
u32 a64_asid(const struct a64_cpu *cpu);

#endif
