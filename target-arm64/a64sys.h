/* SPDX-License-Identifier: MIT */
/*
 * a64sys.h - system side of the CPU: exceptions, address translation,
 * system registers, timer, PSCI. Private to the target.
 */
#ifndef A64_SYS_H
#define A64_SYS_H

#include "cpu.h"

/* Exception classes, ESR_ELx.EC (DDI 0487, "ESR_EL1, Exception Syndrome"). */
enum a64_ec {
    EC_UNKNOWN = 0x00, EC_WFX = 0x01, EC_FPTRAP = 0x07, EC_ILLEGAL = 0x0e,
    EC_BTI = 0x0d, EC_SVC64 = 0x15, EC_HVC64 = 0x16, EC_SMC64 = 0x17,
    EC_SYSREG = 0x18, EC_IABT_LOWER = 0x20, EC_IABT = 0x21,
    EC_PCALIGN = 0x22, EC_DABT_LOWER = 0x24, EC_DABT = 0x25,
    EC_SPALIGN = 0x26, EC_FPEXC = 0x2c, EC_SERROR = 0x2f,
    EC_BREAKPOINT_LOWER = 0x30, EC_BREAKPOINT = 0x31,
    EC_STEP_LOWER = 0x32, EC_STEP = 0x33,
    EC_WATCHPOINT_LOWER = 0x34, EC_WATCHPOINT = 0x35, EC_BRK = 0x3c,
};
#define ESR_IL (1u << 25)
#define A64_ESR(ec, iss) ((u32)(ec) << 26 | ESR_IL | (u32)(iss))

/* Offset of the kind of exception within a vector table quarter. */
enum a64_vector {
    A64_VEC_SYNC = 0x000, A64_VEC_IRQ = 0x080, A64_VEC_FIQ = 0x100,
    A64_VEC_SERROR = 0x180,
};

/* --- exception.c --------------------------------------------------------- */
/*
 * Takes an exception to EL1 with the preferred return address @ret: writes
 * ELR, SPSR, ESR (and FAR if @far_valid), PSTATE, SP, pc; derives.
 */
void a64_take(struct a64_cpu *cpu, enum a64_vector vec, u32 esr,
              bool far_valid, u64 far, u64 ret);
/* Records a fault for the engine to take at the current instruction. */
void a64_fault(struct a64_cpu *cpu, u32 esr, bool far_valid, u64 far);
/* ERET from the current EL (legality, IL, SP banking, events, monitor). */
void a64_eret(struct a64_cpu *cpu);
/* The same to @target instead of ELR_EL1. */
void a64_eret_to(struct a64_cpu *cpu, u64 target);
/* PSTATE as SPSR_ELx holds it, and its inverse for MSR-like writers. */
u64 a64_pstate_get(const struct a64_cpu *cpu);
/* Changes SPSel, moving SP between sp and sp_el[]. */
void a64_set_spsel(struct a64_cpu *cpu, unsigned spsel);

/* Takes the recorded fault at the instruction at arch.pc. */
void a64_take_fault(struct a64_cpu *cpu);
/* Takes the highest-priority pending and unmasked interrupt. */
void a64_take_irq(struct a64_cpu *cpu);
/* Exceptions that repeat themselves so often are endless. */
#define A64_STORM 100000
static inline bool a64_in_storm(const struct a64_cpu *cpu)
{
    return cpu->storm.chain >= A64_STORM && cpu->storm.same >= A64_STORM;
}
/* Why, judged by the last exception; for people. */
const char *a64_storm_cause(const struct a64_cpu *cpu);

/* --- debug.c ------------------------------------------------------------- */
/* Bits of MDSCR_EL1; with neither there are no debug exceptions but BRK. */
#define MDSCR_SS (1ull << 0)
#define MDSCR_MDE (1ull << 15)
/* Bits of arch.ss. */
enum a64_ss {
    SS_ACTIVE = 1,  /* PSTATE.SS: the next instruction runs, then a step */
    SS_STEPPED = 2, /* an instruction was stepped: ISV of the syndrome */
    SS_LDEX = 4,    /* ... and it was a load-exclusive: EX */
};
/* Are debug exceptions enabled at @el with PSTATE.D = @d? */
bool a64_debug_enabled(const struct a64_cpu *cpu, unsigned el, bool d);
/* Is software step active now (either state)? */
bool a64_step_active(const struct a64_cpu *cpu);
/* Is any hardware breakpoint enabled now? */
bool a64_breakpoints_active(const struct a64_cpu *cpu);
/* PSTATE.SS after an exception return with @spsr to @el. */
bool a64_return_ss(const struct a64_cpu *cpu, u64 spsr, unsigned el);
/* After MDSCR, the OS lock or PSTATE.D changed: a step that was under way
 * is forgotten if step is not active any more. */
void a64_step_settle(struct a64_cpu *cpu);
/* Records the software step exception. */
void a64_step_fault(struct a64_cpu *cpu);
/* True, with a fault recorded, if a breakpoint matches @pc. */
bool a64_breakpoint_hit(struct a64_cpu *cpu, u64 pc);
/* Watchpoints that may match at some exception level: bit n for number n. */
u8 a64_watch_mask(const struct a64_cpu *cpu);
/* May one match now? */
bool a64_watch_active(const struct a64_cpu *cpu);
/* After a register that decides what is watched was written: no tag may be
 * left for a page with a watchpoint. */
void a64_watch_changed(struct a64_cpu *cpu);
/* Does the page of @va have a watchpoint? For a64_translate(). */
bool a64_watched_page(const struct a64_cpu *cpu, u64 va);
/* target_ops.watch; @unpriv: checked as EL0. */
bool a64_watch_hit(struct a64_cpu *cpu, u64 va, u64 len, bool load,
                   bool store, bool unpriv);
/* DC IVAC at @va: true, with a fault recorded, if a watchpoint matches. */
bool a64_watch_cache(struct a64_cpu *cpu, u64 va);

/* --- mmu.c, tlbi.c ------------------------------------------------------- */
struct a64_map *a64_map_new(void);
void a64_map_free(struct a64_map *m);
/*
 * Demand translation of @va for access @a (map, then walk; AF, dirty).
 * @as_el0: check permissions as EL0. On failure records the fault and
 * returns false.
 */
bool a64_translate(struct a64_cpu *cpu, u64 va, enum access a, bool as_el0,
                   struct xlate *out);
/* Is the top byte of addresses to fetch from in this half ignored? (walk.c) */
bool a64_tbi_fetch(const struct a64_cpu *cpu, bool high);
/* The largest TnSZ for the granule of this half. (walk.c) */
unsigned a64_max_txsz(const struct a64_cpu *cpu, bool high);
/* Cache maintenance by address: what must be permitted. */
enum a64_cache_need { A64_CACHE_NONE, A64_CACHE_READ, A64_CACHE_WRITE };
/* The same for DC and IC by address; faults have CM and WnR set. */
bool a64_translate_cache(struct a64_cpu *cpu, u64 va, enum a64_cache_need n);
/* Alignment fault or synchronous external abort for a data access. */
void a64_fault_align(struct a64_cpu *cpu, u64 va, enum access a);
void a64_fault_abort(struct a64_cpu *cpu, u64 va, enum access a);
/* AT S1E*: result in PAR_EL1. Only an external abort of the walk is taken as a
 * fault, which leaves PAR_EL1 as it was. */
void a64_at(struct a64_cpu *cpu, u64 va, bool write, bool el0, bool pan);
/* Debugger's view; no side effects. */
bool a64_peek(struct a64_cpu *cpu, u64 va, gpa_t *pa);
/* TLBI by operation encoding (op1, CRm, op2 of SYS with CRn = 8). */
void a64_tlbi(struct a64_cpu *cpu, unsigned op1, unsigned crm, unsigned op2,
              u64 arg);
/* Empties the map and tags of this CPU (register changes, 2^24 grid); the
 * caller derives. */
void a64_map_flush(struct a64_cpu *cpu);
/* Derives now on a machine of one CPU, else before the CPU runs next, since
 * choosing tag tables outside its turn could take those of another. */
void a64_refresh(struct a64_cpu *cpu);
/* Address-space number for (half, TTBR base, ASID) now. */
u32 a64_space(struct a64_cpu *cpu, bool high);
/* The current tag table of a half and view; a few are remembered. */
struct tag_table *a64_tags(struct a64_cpu *cpu, bool high,
                           enum tag_view view);
/* Must spaces be looked up again (TTBRx, TCR, SCTLR written)? */
void a64_space_changed(struct a64_cpu *cpu);

/* --- help_pauth.c -------------------------------------------------------- */
/* Empties the cache of authentication codes: before any is computed. */
void a64_pac_init(struct a64_cpu *cpu);
/* Recomputes derived.pac_place from TCR_EL1. */
void a64_pac_derive(struct a64_cpu *cpu);

/* --- timer.c ------------------------------------------------------------- */
void a64_timer_init(struct a64_cpu *cpu);
void a64_timer_fini(struct a64_cpu *cpu);
/* Recomputes timers, interrupt outputs and the event stream after a write
 * of any CNT* register or a reset. */
void a64_timer_update(struct a64_cpu *cpu);
/* Physical count now: virtual time at CNTFRQ (62.5 MHz: 16 ns a tick). */
u64 a64_cntpct(struct a64_cpu *cpu);

/* WFE: true if the event register was set (now cleared), else the CPU waits
 * and the event stream is armed. */
bool a64_event_test(struct a64_cpu *cpu);
/* Brings arch.event up to date before CNTKCTL changes. */
void a64_event_settle(struct a64_cpu *cpu);
/* The wait is over: the event stream's timer is disarmed. */
void a64_event_disarm(struct a64_cpu *cpu);
/* ISTATUS of the physical / virtual timer. */
bool a64_timer_status(struct a64_cpu *cpu, bool virt);

/* --- pmu.c --------------------------------------------------------------- */
#define A64_PMU_EVENTS 6u /* event counters */
/* Brings the counters up to date: before the current instruction, or @after
 * it. Before anything that they depend on changes. */
void a64_pmu_settle(struct a64_cpu *cpu, bool after);
/* After that, and a change: the next overflow and the interrupt. */
void a64_pmu_update(struct a64_cpu *cpu);
/* target_ops.due. */
void a64_pmu_due(struct a64_cpu *cpu);
/* Must the counters be settled when the exception level changes? */
bool a64_pmu_minds_el(const struct a64_cpu *cpu);
/* After the registers were reset. */
void a64_pmu_reset(struct a64_cpu *cpu);

/* --- psci.c -------------------------------------------------------------- */
/* HVC or SMC with X0 as function number; writes X0. */
void a64_psci(struct a64_cpu *cpu);

/* --- sysregs.c ----------------------------------------------------------- */
/* Name and current raw value (no side effects) of row @n of the table. */
const struct reg_info *a64_sysreg_info(unsigned n);
u64 a64_sysreg_peek(struct a64_cpu *cpu, unsigned n);
void a64_sysreg_poke(struct a64_cpu *cpu, unsigned n, u64 value);
/* Reset values. */
void a64_sysreg_reset(struct a64_cpu *cpu);

#endif
