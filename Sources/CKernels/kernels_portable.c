// The kernels for any processor: four lanes, which every 64-bit processor has.
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#define BODY(name) ck_portable_##name
#define BODY_NAME "portable"
#define GEMM_LANES 4
#define GEMM_ROWS 4
#define HAS_BFLOAT16 0
#define HAS_VNNI 0
#define ATTENTION_ROWS 4

#include "body/vectors.h"
#include "body/blocks.h"
#include "body/convert.h"
#include "body/quantize.h"
#include "body/packing.h"
#include "body/product.h"
#include "body/winograd.h"
#include "body/attention.h"
#include "body/elementwise.h"
#include "body/table.h"

