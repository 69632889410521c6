// One pool of threads for the process.
#pragma once
#include <stdint.h>

typedef void (*ck_task)(void *_Nullable context, int64_t index);

// Runs task(context, i) for i in 0 ..< count on the pool and the calling thread, and returns when all are
// done. Tasks are handed out in order. A call from inside a task, or while another thread uses the pool, runs
// on the calling thread alone.
void ck_parallel(int64_t count, void *_Nullable context, ck_task _Nonnull task);
// Threads that share the work, the caller included; 0 means all processors this process may use.
void ck_set_thread_count(int count);
int ck_thread_count(void);
