/* SPDX-License-Identifier: MIT */
/*
 * Parts of the stress program about threads that wait for each other: futex,
 * pipe and signal.
 */
#include "stress.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Locks and barriers -------------------------------------------------- */

void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

void futex_wake(_Atomic uint32_t *word, int threads)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
}

void barrier_wait(struct barrier *b)
{
    uint32_t generation = atomic_load(&b->generation);

    if (atomic_fetch_add(&b->arrived, 1) + 1 == b->size) {
        atomic_store(&b->arrived, 0);
        atomic_fetch_add(&b->generation, 1);
        futex_wake(&b->generation, INT_MAX);
        return;
    }
    while (atomic_load(&b->generation) == generation)
        futex_wait(&b->generation, generation);
}

/* Take the lock and mark it as waited for. */
static void lock_take_contended(struct lock *l)
{
    while (atomic_exchange(&l->word, 2))
        futex_wait(&l->word, 2);
}

void lock_take(struct lock *l)
{
    uint32_t is_free = 0;

    if (!atomic_compare_exchange_strong(&l->word, &is_free, 1))
        lock_take_contended(l);
}

void lock_drop(struct lock *l)
{
    if (atomic_exchange(&l->word, 0) == 2)
        futex_wake(&l->word, 1);
}

/* --- futex --------------------------------------------------------------- */

#define QUEUE 8

struct futex_part {
    struct lock lock;         /* for what follows, up to @changed */
    uint64_t counter;         /* how often the lock was held */
    uint64_t mixed;           /* sum of mix() of those numbers */
    uint64_t queue[QUEUE];    /* a ring of values on their way */
    uint32_t head, tail;      /* values taken from it, put into it */
    _Atomic uint32_t changed; /* a condition: the queue is different */
    _Atomic uint32_t turn;    /* steps of the token */
    uint64_t token;           /* whoever's turn it is changes it */
    struct barrier barrier;   /* between the three */
};

static void futex_counting(struct worker *w, struct futex_part *p)
{
    uint64_t i;

    for (i = 0; i < w->run->ops; i++) {
        lock_take(&p->lock);
        p->mixed += mix(p->counter);
        if (next_random(&w->random) % 8 == 0)
            cpu_yield();
        p->counter++;
        lock_drop(&p->lock);
    }
}

/* The threads change the token one after another, always in this order. */
static void futex_token(struct worker *w, struct futex_part *p)
{
    uint64_t i;

    for (i = 0; i < w->run->ops / 4; i++) {
        uint32_t mine = i * w->run->threads + w->index, turn;

        while ((turn = atomic_load(&p->turn)) != mine)
            futex_wait(&p->turn, turn);
        p->token = mix(p->token + w->index);
        atomic_store(&p->turn, mine + 1);
        futex_wake(&p->turn, INT_MAX);
    }
}

/* Wait for a condition; the lock is held before and after. */
static void condition_wait(struct futex_part *p)
{
    uint32_t seen = atomic_load(&p->changed);

    lock_drop(&p->lock);
    futex_wait(&p->changed, seen);
    lock_take_contended(&p->lock);
}

/* Wake one that waits and move the others to the lock, which is held. */
static void condition_broadcast(struct futex_part *p)
{
    uint32_t now = atomic_fetch_add(&p->changed, 1) + 1;

    atomic_store(&p->lock.word, 2);
    syscall(SYS_futex, &p->changed, FUTEX_CMP_REQUEUE_PRIVATE, 1, (long)INT_MAX,
            &p->lock.word, now);
}

/* Every second thread produces values and every other consumes them. */
static void futex_queue(struct worker *w, struct futex_part *p)
{
    bool is_producer = w->index % 2 == 0;
    uint64_t i;

    for (i = 0; i < w->run->ops / 4; i++) {
        lock_take(&p->lock);
        if (is_producer) {
            while (p->tail - p->head == QUEUE)
                condition_wait(p);
            p->queue[p->tail++ % QUEUE] = mix(w->index << 24 | i);
        } else {
            while (p->tail == p->head)
                condition_wait(p);
            w->sum += p->queue[p->head++ % QUEUE];
        }
        condition_broadcast(p);
        lock_drop(&p->lock);
    }
}

static void futex_worker(struct worker *w)
{
    struct futex_part *p = w->shared;

    futex_counting(w, p);
    barrier_wait(&p->barrier);
    futex_token(w, p);
    barrier_wait(&p->barrier);
    futex_queue(w, p);
}

uint64_t part_futex(const struct stress *s)
{
    struct futex_part p = { .token = s->seed, .barrier.size = s->threads };
    uint64_t sum = run_workers(s, futex_worker, &p), i;
    uint64_t mixed = 0, token = s->seed, queued = 0;
    unsigned t;

    for (i = 0; i < s->ops * s->threads; i++)
        mixed += mix(i);
    for (i = 0; i < s->ops / 4 * s->threads; i++)
        token = mix(token + i % s->threads);
    for (t = 0; t < s->threads; t += 2)
        for (i = 0; i < s->ops / 4; i++)
            queued += mix(t << 24 | i);
    check(s, p.counter == s->ops * s->threads && p.mixed == mixed,
          "%llu times in the lock", (unsigned long long)p.counter);
    check(s, p.token == token, "the token");
    check(s, sum == queued && p.head == p.tail, "the queue");
    return mixed + token + queued;
}

/* --- pipe ---------------------------------------------------------------- */

#define MESSAGE 1500
#define WINDOW  4

struct message {
    uint32_t size;         /* bytes of text */
    uint32_t number;       /* which message it is */
    uint8_t text[MESSAGE]; /* changed by each who passes it on */
};

struct pipe_part {
    int fds[MAX_THREADS][2]; /* member N reads pipe N, writes the next */
};

#define MESSAGE_HEAD offsetof(struct message, text)

static bool message_read(int fd, struct message *m)
{
    struct pollfd poll_for = { fd, POLLIN, 0 };

    while (poll(&poll_for, 1, -1) < 0 && errno == EINTR)
        ;
    return read_all(fd, m, MESSAGE_HEAD) && m->size <= MESSAGE &&
           read_all(fd, m->text, m->size);
}

static void message_fill(struct message *m, uint64_t seed, uint32_t number)
{
    uint64_t random = mix(seed + number) | 1;
    uint32_t i;

    m->number = number;
    m->size = next_random(&random) % MESSAGE + 1;
    for (i = 0; i < m->size; i++)
        m->text[i] = random >> (i & 31);
}

/* The first of the ring sends messages around and checks what comes back. */
static uint64_t ring_first(const struct stress *s, struct pipe_part *p)
{
    unsigned hops = s->threads * (s->threads - 1) / 2;
    uint64_t sent = 0, got = 0, sum = 0;
    struct message m, sample;
    uint32_t i;

    while (got < s->ops) {
        if (sent < s->ops && sent - got < WINDOW) {
            message_fill(&m, s->seed, sent++);
            check(s, write_all(p->fds[1][1], &m, MESSAGE_HEAD + m.size),
                  "write: %s", strerror(errno));
            continue;
        }
        check(s, message_read(p->fds[0][0], &m), "read");
        message_fill(&sample, s->seed, got++);
        check(s, m.number == sample.number && m.size == sample.size,
              "message %u came for %u", m.number, sample.number);
        for (i = 0; i < m.size; i++) {
            check(s, m.text[i] == (uint8_t)(sample.text[i] + hops),
                  "byte %u of message %u", i, m.number);
            sum += m.text[i];
        }
        sum = mix(sum);
    }
    return sum;
}

/* Another passes on what comes. */
static void ring_other(const struct stress *s, struct pipe_part *p,
                       unsigned index)
{
    struct message m;
    uint64_t i;
    uint32_t j;

    for (i = 0; i < s->ops; i++) {
        check(s, message_read(p->fds[index][0], &m), "read in the ring");
        for (j = 0; j < m.size; j++)
            m.text[j] += index;
        check(s,
              write_all(p->fds[(index + 1) % s->threads][1], &m,
                        MESSAGE_HEAD + m.size),
              "write in the ring");
    }
}

static void pipe_worker(struct worker *w)
{
    if (w->index)
        ring_other(w->run, w->shared, w->index);
    else
        w->sum = ring_first(w->run, w->shared);
}

/* The ring once more, of processes. */
static uint64_t pipe_processes(const struct stress *s, struct pipe_part *p)
{
    pid_t pids[MAX_THREADS];
    uint64_t sum;
    unsigned i;
    int status;

    for (i = 1; i < s->threads; i++) {
        pids[i] = fork();
        check(s, pids[i] >= 0, "fork: %s", strerror(errno));
        if (!pids[i]) {
            ring_other(s, p, i);
            _exit(0);
        }
    }
    sum = ring_first(s, p);
    for (i = 1; i < s->threads; i++)
        check(s, waitpid(pids[i], &status, 0) == pids[i] && !status,
              "process %u ends with %x", i, status);
    return sum;
}

uint64_t part_pipe(const struct stress *s)
{
    struct pipe_part p;
    uint64_t sum;
    unsigned i;

    for (i = 0; i < s->threads; i++)
        check(s, !pipe(p.fds[i]), "pipe: %s", strerror(errno));
    sum = run_workers(s, pipe_worker, &p);
    check(s, pipe_processes(s, &p) == sum, "threads and processes differ");
    for (i = 0; i < s->threads; i++) {
        close(p.fds[i][0]);
        close(p.fds[i][1]);
    }
    return sum;
}

/* --- signal -------------------------------------------------------------- */

#define IN_FLIGHT 8

/* What a thread gets by signals. */
struct mailbox {
    _Atomic uint32_t count; /* signals that came */
    _Atomic uint32_t tid;   /* whose it is; 0: not started */
    uint64_t sum;           /* of mix() of their values */
};

struct signal_part {
    struct mailbox boxes[MAX_THREADS]; /* of each thread */
};

/* The mailbox of the thread that a handler runs in. */
static _Thread_local struct mailbox *own_box;

static void take_signal(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    own_box->sum += mix((uintptr_t)info->si_value.sival_ptr);
    atomic_fetch_add(&own_box->count, 1);
}

static uintptr_t signal_value(const struct stress *s, unsigned to, uint64_t i)
{
    return mix(s->seed ^ (uint64_t)to << 48 ^ i);
}

static void send_signal(struct worker *w, uint32_t tid, uintptr_t value)
{
    siginfo_t info;

    memset(&info, 0, sizeof(info));
    info.si_code = SI_QUEUE;
    info.si_value.sival_ptr = (void *)value;
    check(w->run,
          !syscall(SYS_rt_tgsigqueueinfo, getpid(), tid, SIGRTMIN, &info),
          "sigqueue: %s", strerror(errno));
}

/* Sleep until @count signals came; none can slip in before the sleep. */
static void await_signals(struct mailbox *box, uint64_t count)
{
    sigset_t one, old;

    sigemptyset(&one);
    sigaddset(&one, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &one, &old);
    while (atomic_load(&box->count) < count)
        sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void signal_worker(struct worker *w)
{
    struct signal_part *p = w->shared;
    unsigned to = (w->index + 1) % w->run->threads;
    struct mailbox *box = &p->boxes[w->index], *other = &p->boxes[to];
    stack_t stack = { .ss_size = 16 * PAGE };
    uint64_t i;

    own_box = box;
    stack.ss_sp = pages_new(w->run, 16, 3);
    check(w->run, !sigaltstack(&stack, NULL), "sigaltstack");
    atomic_store(&box->tid, syscall(SYS_gettid));
    while (!atomic_load(&other->tid))
        sched_yield();
    for (i = 0; i < w->run->ops; i++) {
        while (i - atomic_load(&other->count) >= IN_FLIGHT)
            sched_yield();
        send_signal(w, other->tid, signal_value(w->run, to, i));
        if (next_random(&w->random) % 4 == 0 && i > IN_FLIGHT)
            await_signals(box, i - IN_FLIGHT);
    }
    await_signals(box, w->run->ops);
    w->sum = box->sum;
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    pages_free(stack.ss_sp, 16);
}

uint64_t part_signal(const struct stress *s)
{
    struct sigaction action = { .sa_sigaction = take_signal,
                                .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct signal_part p = { 0 };
    uint64_t sum, want = 0, i;
    unsigned t;

    sigaction(SIGRTMIN, &action, NULL);
    sum = run_workers(s, signal_worker, &p);
    for (t = 0; t < s->threads; t++)
        for (i = 0; i < s->ops; i++)
            want += mix(signal_value(s, t, i));
    check(s, sum == want, "a signal was lost or came twice");
    return sum;
}
