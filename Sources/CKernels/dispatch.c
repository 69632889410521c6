// Chooses the kernels for the processor at hand.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

extern const ck_kernels_table ck_portable_table;

#if defined(__x86_64__)
extern const ck_kernels_table ck_avx2_table;
extern const ck_kernels_table ck_avx512_table;
extern const ck_kernels_table ck_avx512bf16_table;

static bool has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

const ck_kernels_table *ck_kernels_named(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx512bf16") == 0) {
    return has_avx512() && __builtin_cpu_supports("avx512bf16") ? &ck_avx512bf16_table : NULL;
  }
  if (strcmp(name, "avx512") == 0) return has_avx512() ? &ck_avx512_table : NULL;
  if (strcmp(name, "avx2") == 0) return has_avx2() ? &ck_avx2_table : NULL;
#endif
  return strcmp(name, "portable") == 0 ? &ck_portable_table : NULL;
}

static const ck_kernels_table *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void) {
  const char *wanted = getenv("CK_KERNELS");
  if (wanted) chosen = ck_kernels_named(wanted);
  if (!chosen) chosen = ck_kernels_named("avx512bf16");
  if (!chosen) chosen = ck_kernels_named("avx512");
  if (!chosen) chosen = ck_kernels_named("avx2");
  if (!chosen) chosen = &ck_portable_table;
}

const ck_kernels_table *ck_kernels(void) {
  pthread_once(&once, choose);
  return chosen;
}
