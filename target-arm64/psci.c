/* SPDX-License-Identifier: MIT */
/*
 * psci.c - the Power State Coordination Interface 1.1 (Arm DEN 0022), which
 * firmware would offer at EL2 or EL3; here the emulator answers HVC and SMC.
 *
 * Follows QEMU where the specification leaves room: CPU_SUSPEND is a standby
 * state also if a powerdown state was asked for, an unknown function changes
 * nothing but X0, and SMCCC is version 1.0 (PSCI_FEATURES(SMCCC_VERSION) is
 * NOT_SUPPORTED).
 */
#include "a64sys.h"

#include "log.h"

enum psci_fn {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_SUSPEND = 0x84000001,
    PSCI_CPU_OFF = 0x84000002,
    PSCI_CPU_ON = 0x84000003,
    PSCI_AFFINITY_INFO = 0x84000004,
    PSCI_MIGRATE_INFO_TYPE = 0x84000006,
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_FEATURES = 0x8400000a,
    PSCI_SYSTEM_RESET2 = 0x84000012,
};
#define PSCI_64 0x40000000u /* SMC64 form of a function number */
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)

/* Is @fn, as a guest gives it, implemented? */
static bool is_known(u32 fn)
{
    switch (fn) {
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_64:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | PSCI_64:
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | PSCI_64:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
    case PSCI_SYSTEM_RESET2:
    case PSCI_SYSTEM_RESET2 | PSCI_64:
        return true;
    default:
        return false;
    }
}

/* Bits of power_state, original format, for power levels above a CPU's and
 * the reserved ones. */
#define POWER_STATE_BAD 0xfffe0000

/* Waits for an interrupt unless one is pending. */
static s64 suspend(struct a64_cpu *cpu, u64 state)
{
    if (state & POWER_STATE_BAD)
        return PSCI_INVALID_PARAMETERS;
    if (!cpu->arch.irq_line && !cpu->arch.fiq_line) {
        cpu->arch.wait = CPU_WFI;
        PROBE(cpu->env.probe, TRACE_WAIT, CPU_WFI);
    }
    return 0;
}

/* The value for X0; @x are the arguments, narrowed for SMC32 calls. */
static s64 call(struct a64_cpu *cpu, u32 fn, const u64 x[4])
{
    const struct vcpu_ops *ops = cpu->env.ops;

    switch (fn & ~PSCI_64) {
    case PSCI_VERSION:
        return 0x10001;
    case PSCI_CPU_SUSPEND:
        return suspend(cpu, (u32)x[1]);
    case PSCI_CPU_OFF:
        cpu->arch.wait = CPU_OFF;
        PROBE(cpu->env.probe, TRACE_WAIT, CPU_OFF);
        ops->cpu_off(&cpu->host);
        return 0;
    case PSCI_CPU_ON:
        return ops->cpu_on(&cpu->host, x[1], x[2], x[3]);
    case PSCI_AFFINITY_INFO:
        return ops->affinity_info(&cpu->host, x[1], x[2]);
    case PSCI_MIGRATE_INFO_TYPE:
        return 2; /* no migration needed */
    case PSCI_SYSTEM_OFF:
        ops->system_off(&cpu->host);
        return 0;
    case PSCI_SYSTEM_RESET:
        ops->system_reset(&cpu->host);
        return 0;
    case PSCI_SYSTEM_RESET2:
        /* Only SYSTEM_WARM_RESET, and vendors' resets not at all. */
        if ((u32)x[1] != 0)
            return (x[1] & 0x80000000) ? PSCI_NOT_SUPPORTED
                                       : PSCI_INVALID_PARAMETERS;
        ops->system_reset(&cpu->host);
        return 0;
    case PSCI_FEATURES:
        return is_known((u32)x[1]) ? 0 : PSCI_NOT_SUPPORTED;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

void a64_psci(struct a64_cpu *cpu)
{
    u64 *x = cpu->arch.x;
    u32 fn = (u32)x[0];
    u64 arg[4], result;

    if (!is_known(fn)) {
        log_printf(LOG_INT, "cpu %u psci: unknown function %08x\n",
                   cpu->env.index, fn);
        result = (u64)PSCI_NOT_SUPPORTED;
        PROBE(cpu->env.probe, TRACE_PSCI, fn, x[1], x[2], x[3], result);
        x[0] = result;
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        arg[i] = fn & PSCI_64 ? x[i] : (u32)x[i];
    if (log_on(LOG_INT))
        log_printf(LOG_INT, "cpu %u psci %08x (%llx, %llx, %llx)\n",
                   cpu->env.index, fn, (unsigned long long)arg[1],
                   (unsigned long long)arg[2], (unsigned long long)arg[3]);
    result = (u64)call(cpu, fn, arg);
    PROBE(cpu->env.probe, TRACE_PSCI, fn, arg[1], arg[2], arg[3], result);
    x[0] = result;
}
