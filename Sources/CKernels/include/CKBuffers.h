// Large blocks of memory that are used again instead of going back to the kernel.
#pragma once
#include <stddef.h>

// A block of at least `bytes`, aligned to a cache line; its real size goes to `capacity`.
// Blocks from 256 KiB on come from a cache of size classes, and large ones ask for huge pages: page faults
// would otherwise cost more than the arithmetic on them. Returns NULL when memory is exhausted.
void *_Nullable ck_buffer_take(size_t bytes, size_t *_Nonnull capacity);
// Returns a block with the capacity it was given.
void ck_buffer_give(void *_Nonnull block, size_t capacity);
// Frees cached blocks until at most `bytes` stay.
void ck_buffer_trim(size_t bytes);
// The most that the cache may hold from now on.
void ck_buffer_set_limit(size_t bytes);
// Bytes now in the cache.
size_t ck_buffer_cached(void);
// Bytes of blocks that are taken and not given back, and the most there have been since the last call of
// ck_buffer_restart_peak.
size_t ck_buffer_live(void);
size_t ck_buffer_peak(void);
void ck_buffer_restart_peak(void);
// Memory of this thread, at least `bytes`, kept until the thread ends; `slot` is 0 ..< 4. Aborts when memory
// is exhausted.
void *_Nonnull ck_scratch(int slot, size_t bytes);
