// The kernels for processors with AVX-512 and its dot products of bfloat16 and of bytes.
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define BODY(name) ck_avx512bf16_##name
#define BODY_NAME "avx512bf16"
#define GEMM_LANES 16
#define GEMM_ROWS 12
#define HAS_BFLOAT16 1
#define HAS_VNNI 1
#define ATTENTION_ROWS 8

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx512vnni,avx2,fma"))), apply_to = function)

#include "body/vectors.h"
#include "body/blocks.h"
#include "body/convert.h"
#include "body/quantize.h"
#include "body/packing.h"
#include "body/product.h"
#include "body/winograd.h"
#include "body/attention.h"
#include "body/elementwise.h"

#pragma clang attribute pop

#include "body/table.h"

#endif
