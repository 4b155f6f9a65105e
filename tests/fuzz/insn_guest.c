/* SPDX-License-Identifier: MIT */
/*
 * insn_guest.c - runs a batch of cases (insn_wire.h) as an AArch64 Linux
 * program, under qemu-aarch64 or on a real machine.
 *
 *     insn_guest FD        FD: the memory file of a struct insn_batch
 *
 * Every case ends in a signal: SIGTRAP at its BRK, or what an instruction
 * before that caused. The handler takes the state of the interrupted case out
 * of its frame and puts the next one's there, so returning from the signal
 * starts it. The handler has a stack of its own, since SP belongs to cases.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "insn_wire.h"

static struct insn_batch *batch;
static uint32_t next_case;
static uint64_t stack[8192];

static struct fpsimd_context *vectors(ucontext_t *uc)
{
    struct fpsimd_context *f = (void *)uc->uc_mcontext.__reserved;

    if (f->head.magic != FPSIMD_MAGIC)
        _exit(3);
    return f;
}

static void save(struct insn_end *e, ucontext_t *uc, const siginfo_t *si)
{
    mcontext_t *m = &uc->uc_mcontext;
    struct fpsimd_context *f = vectors(uc);
    const uint64_t *data = (void *)INSN_DATA_VA;

    memcpy(e->s.x, m->regs, sizeof(e->s.x));
    e->s.sp = m->sp;
    e->s.pc = m->pc;
    e->s.nzcv = (uint32_t)m->pstate & 0xf0000000;
    e->s.fpcr = f->fpcr;
    e->s.fpsr = f->fpsr;
    memcpy(e->s.v, f->vregs, sizeof(e->s.v));
    e->sig = (uint32_t)si->si_signo;
    if (e->sig == SIGSEGV || e->sig == SIGBUS)
        e->far = (uint64_t)(uintptr_t)si->si_addr;
    if (e->sig == SIGSEGV)
        e->code = (uint32_t)si->si_code;
    e->hash = insn_hash(data);
    memcpy(e->edge, (const char *)data + INSN_RW_BYTES - INSN_EDGE,
           INSN_EDGE);
}

static void load(const struct insn_state *s, ucontext_t *uc)
{
    mcontext_t *m = &uc->uc_mcontext;
    struct fpsimd_context *f = vectors(uc);

    memcpy(m->regs, s->x, sizeof(s->x));
    m->sp = s->sp;
    m->pc = s->pc;
    m->pstate = s->nzcv;
    f->fpcr = s->fpcr;
    f->fpsr = s->fpsr;
    memcpy(f->vregs, s->v, sizeof(s->v));
    memcpy((void *)INSN_DATA_VA, batch->data, INSN_RW_BYTES);
}

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    if (next_case)
        save(&batch->end[next_case - 1], uc, si);
    if (next_case == batch->n)
        _exit(0);
    load(&batch->start[next_case++], uc);
}

static void *map(uint64_t at, size_t size, int prot, int flags, int fd,
                 size_t off)
{
    void *p = mmap((void *)at, size, prot, flags, fd, (off_t)off);

    if (p == MAP_FAILED) {
        perror("insn_guest: mmap");
        _exit(2);
    }
    return p;
}

static void map_all(int fd)
{
    size_t data = offsetof(struct insn_batch, data);

    batch = map(0, sizeof(*batch), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    map(INSN_CODE_VA, sizeof(batch->code), PROT_READ | PROT_EXEC,
        MAP_PRIVATE | MAP_FIXED, fd, offsetof(struct insn_batch, code));
    map(INSN_DATA_VA, INSN_RW_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
    map(INSN_DATA_VA + INSN_RW_BYTES, INSN_PAGE, PROT_READ,
        MAP_PRIVATE | MAP_FIXED, fd, data + INSN_RW_BYTES);
}

int main(int argc, char **argv)
{
    static const int signals[] = { SIGTRAP, SIGSEGV, SIGILL, SIGBUS };
    stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_ONSTACK };

    if (argc != 2)
        return 1;
    map_all(atoi(argv[1]));
    sa.sa_sigaction = handler;
    sigaltstack(&ss, NULL);
    for (unsigned i = 0; i < 4; i++)
        sigaction(signals[i], &sa, NULL);
    __asm__ volatile("brk #0");
    return 4;
}
