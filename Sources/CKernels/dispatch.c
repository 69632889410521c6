// Chooses the kernels for the processor at hand.
//
// OpenBLAS has no part in it. On one core of a Zen 5, GFLOP/s at 1024 x 2560 x 2560 and 256 x 384 x 384:
//   avx512   ours 190-209 and 222-228, OpenBLAS 0.3.21 112-118 and 113-120 (it does not know the processor and
//            takes its AVX2 kernel; told to take the AVX-512 one, 211 and 209)
//   avx2     ours 100 and 115, OpenBLAS 112 and 113
//   portable ours 39 and 39, OpenBLAS without AVX 41 and 40
// A tenth on large products without AVX-512 is not worth what it would cost: its sums depend on the shape and on
// OPENBLAS_CORETYPE, and it cannot read weights that are packed, narrow or mapped.
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
    bool has_dots = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni");
    return has_avx512() && has_dots ? &ck_avx512bf16_table : NULL;
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
