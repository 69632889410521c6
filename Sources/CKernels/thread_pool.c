#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "CKThreadPool.h"

enum { MAX_THREADS = 512, SPINS = 4000, OPEN = 1 << 20 };

// A job is published by `epoch`. `state` counts the workers inside it, plus OPEN while more may enter: the
// caller closes it, waits for zero, and then no worker can still look at the job's fields.
static struct {
  ck_task task;
  void *context;
  int64_t count;
  _Alignas(64) _Atomic int64_t next;
  _Alignas(64) _Atomic int state;
  _Alignas(64) _Atomic unsigned epoch;
  _Atomic int sleepers;
  _Atomic int limit;
  _Atomic bool caller_sleeps;
  int spawned;
  pthread_mutex_t owner;
  pthread_mutex_t sleep;
  pthread_cond_t wake;
  pthread_cond_t done;
} pool = {
    .owner = PTHREAD_MUTEX_INITIALIZER,
    .sleep = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
    .done = PTHREAD_COND_INITIALIZER,
};

static _Thread_local bool inside;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return count < MAX_THREADS ? count : MAX_THREADS;
  }
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  if (count < 1) return 1;
  return count < MAX_THREADS ? (int)count : MAX_THREADS;
}

int ck_thread_count(void) {
  int limit = atomic_load(&pool.limit);
  if (limit == 0) {
    limit = processor_count();
    atomic_store(&pool.limit, limit);
  }
  return limit;
}

void ck_set_thread_count(int count) {
  if (count <= 0) count = processor_count();
  atomic_store(&pool.limit, count < MAX_THREADS ? count : MAX_THREADS);
}

static void drain(void) {
  for (;;) {
    int64_t index = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
    if (index >= pool.count) return;
    pool.task(pool.context, index);
  }
}

static void *worker(void *argument) {
  int number = (int)(intptr_t)argument;
  unsigned seen = 0;
  inside = true;
  for (;;) {
    int spins = 0;
    while (atomic_load(&pool.epoch) == seen) {
      if (++spins < SPINS) {
        pause_briefly();
        continue;
      }
      pthread_mutex_lock(&pool.sleep);
      atomic_fetch_add(&pool.sleepers, 1);
      while (atomic_load(&pool.epoch) == seen) pthread_cond_wait(&pool.wake, &pool.sleep);
      atomic_fetch_sub(&pool.sleepers, 1);
      pthread_mutex_unlock(&pool.sleep);
    }
    seen = atomic_load(&pool.epoch);
    if (number >= atomic_load(&pool.limit)) continue;
    int state = atomic_load(&pool.state);
    bool entered = false;
    while ((state & OPEN) && !entered) {
      entered = atomic_compare_exchange_weak(&pool.state, &state, state + 1);
    }
    if (!entered) continue;
    drain();
    if (atomic_fetch_sub(&pool.state, 1) == 1 && atomic_load(&pool.caller_sleeps)) {
      pthread_mutex_lock(&pool.sleep);
      pthread_cond_signal(&pool.done);
      pthread_mutex_unlock(&pool.sleep);
    }
  }
  return 0;
}

static void spawn_workers(int limit) {
  while (pool.spawned < limit - 1) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failure = pthread_create(&thread, &attributes, worker, (void *)(intptr_t)(pool.spawned + 1));
    pthread_attr_destroy(&attributes);
    if (failure) return;  // Fewer threads do the same work.
    pool.spawned += 1;
  }
}

void ck_parallel(int64_t count, void *context, ck_task task) {
  int limit = ck_thread_count();
  if (count <= 1 || limit <= 1 || inside || pthread_mutex_trylock(&pool.owner) != 0) {
    for (int64_t index = 0; index < count; index++) task(context, index);
    return;
  }
  spawn_workers(limit);
  pool.task = task;
  pool.context = context;
  pool.count = count;
  atomic_store(&pool.next, 0);
  atomic_store(&pool.state, OPEN);
  atomic_fetch_add(&pool.epoch, 1);
  if (atomic_load(&pool.sleepers) > 0) {
    pthread_mutex_lock(&pool.sleep);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.sleep);
  }
  inside = true;
  drain();
  inside = false;

  int left = atomic_fetch_and(&pool.state, ~OPEN) & ~OPEN;
  for (int spins = 0; left != 0 && spins < SPINS; spins++) {
    pause_briefly();
    left = atomic_load(&pool.state);
  }
  if (left != 0) {
    pthread_mutex_lock(&pool.sleep);
    atomic_store(&pool.caller_sleeps, true);
    while (atomic_load(&pool.state) != 0) pthread_cond_wait(&pool.done, &pool.sleep);
    atomic_store(&pool.caller_sleeps, false);
    pthread_mutex_unlock(&pool.sleep);
  }
  pthread_mutex_unlock(&pool.owner);
}
