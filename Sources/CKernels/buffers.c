#define _GNU_SOURCE
#include "CKBuffers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SMALLEST = 256 << 10, HUGE = 2 << 20, SLOTS = 4, ENTRIES = 256 };

// Oldest first, so that trimming drops what has waited longest.
typedef struct {
  void *block;
  size_t capacity;
} entry;

static struct {
  pthread_mutex_t lock;
  entry entries[ENTRIES];
  int count;
  size_t bytes;
  size_t limit;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER, .limit = (size_t)1 << 30};

// Eight classes a power of two: at most an eighth is wasted.
static size_t class_size(size_t bytes) {
  size_t step = SMALLEST / 8;
  while (step * 16 <= bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

static atomic_size_t live, peak;

static void count_taken(size_t bytes) {
  size_t now = atomic_fetch_add_explicit(&live, bytes, memory_order_relaxed) + bytes;
  size_t most = atomic_load_explicit(&peak, memory_order_relaxed);
  while (now > most && !atomic_compare_exchange_weak_explicit(&peak, &most, now, memory_order_relaxed,
                                                              memory_order_relaxed)) {
  }
}

static void drop_oldest(void) {
  cache.bytes -= cache.entries[0].capacity;
  free(cache.entries[0].block);
  cache.count -= 1;
  for (int i = 0; i < cache.count; i++) cache.entries[i] = cache.entries[i + 1];
}

static void *take(size_t bytes, size_t *capacity) {
  if (bytes > SIZE_MAX / 4) return NULL;
  if (bytes < SMALLEST) {
    *capacity = bytes < 64 ? 64 : (bytes + 63) / 64 * 64;
    return aligned_alloc(64, *capacity);
  }
  size_t size = class_size(bytes);
  *capacity = size;
  void *found = NULL;
  pthread_mutex_lock(&cache.lock);
  for (int i = cache.count - 1; i >= 0 && !found; i--) {
    if (cache.entries[i].capacity != size) continue;
    found = cache.entries[i].block;
    cache.bytes -= size;
    cache.count -= 1;
    for (int j = i; j < cache.count; j++) cache.entries[j] = cache.entries[j + 1];
  }
  pthread_mutex_unlock(&cache.lock);
  if (found) return found;

  size_t alignment = size >= HUGE ? HUGE : 4096;
  void *block = NULL;
  if (posix_memalign(&block, alignment, size) != 0) {
    ck_buffer_trim(0);
    if (posix_memalign(&block, alignment, size) != 0) return NULL;
  }
#if defined(MADV_HUGEPAGE)
  if (size >= HUGE) madvise(block, size, MADV_HUGEPAGE);
#endif
  return block;
}

void *ck_buffer_take(size_t bytes, size_t *capacity) {
  void *block = take(bytes, capacity);
  if (block) count_taken(*capacity);
  return block;
}

void ck_buffer_give(void *block, size_t capacity) {
  atomic_fetch_sub_explicit(&live, capacity, memory_order_relaxed);
  if (capacity < SMALLEST) {
    free(block);
    return;
  }
  pthread_mutex_lock(&cache.lock);
  if (capacity > cache.limit) {
    free(block);
  } else {
    while (cache.count == ENTRIES || cache.bytes + capacity > cache.limit) drop_oldest();
    cache.entries[cache.count] = (entry){block, capacity};
    cache.count += 1;
    cache.bytes += capacity;
  }
  pthread_mutex_unlock(&cache.lock);
}

void ck_buffer_trim(size_t bytes) {
  pthread_mutex_lock(&cache.lock);
  while (cache.bytes > bytes) drop_oldest();
  pthread_mutex_unlock(&cache.lock);
}

void ck_buffer_set_limit(size_t bytes) {
  pthread_mutex_lock(&cache.lock);
  cache.limit = bytes;
  while (cache.bytes > bytes) drop_oldest();
  pthread_mutex_unlock(&cache.lock);
}

size_t ck_buffer_cached(void) {
  pthread_mutex_lock(&cache.lock);
  size_t bytes = cache.bytes;
  pthread_mutex_unlock(&cache.lock);
  return bytes;
}

size_t ck_buffer_live(void) { return atomic_load_explicit(&live, memory_order_relaxed); }

size_t ck_buffer_peak(void) { return atomic_load_explicit(&peak, memory_order_relaxed); }

void ck_buffer_restart_peak(void) {
  atomic_store_explicit(&peak, atomic_load_explicit(&live, memory_order_relaxed), memory_order_relaxed);
}

typedef struct {
  void *blocks[SLOTS];
  size_t sizes[SLOTS];
} scratch;

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void free_scratch(void *value) {
  scratch *own = value;
  for (int i = 0; i < SLOTS; i++) free(own->blocks[i]);
  free(own);
}

static void make_key(void) { pthread_key_create(&scratch_key, free_scratch); }

static void give_up(void) {
  fputs("sparsedit: out of memory\n", stderr);
  abort();
}

void *ck_scratch(int slot, size_t bytes) {
  static _Thread_local scratch *own;
  if (!own) {
    pthread_once(&scratch_once, make_key);
    own = calloc(1, sizeof *own);
    if (!own) give_up();
    pthread_setspecific(scratch_key, own);
  }
  if (own->sizes[slot] < bytes) {
    free(own->blocks[slot]);
    size_t size = (bytes + HUGE - 1) / 4096 * 4096;
    if (posix_memalign(&own->blocks[slot], 4096, size) != 0) give_up();
    own->sizes[slot] = size;
  }
  return own->blocks[slot];
}
