// The kernels for processors with AVX2 and fused multiply-add.
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define BODY(name) ck_avx2_##name
#define BODY_NAME "avx2"
#define GEMM_LANES 8
#define GEMM_ROWS 6
#define HAS_BFLOAT16 0
#define HAS_VNNI 0
#define ATTENTION_ROWS 6

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

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
