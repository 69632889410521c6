// The hot loops of sparsedit, chosen once for the processor at hand.
//
// Every kernel works on a range that its caller picks, so that Swift decides how work is shared between
// threads. Matrices are row-major; a "panel" is the packed form that the matrix product reads.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKBlocks.h"
#include "CKBuffers.h"
#include "CKThreadPool.h"

enum {
  // Output columns of a packed weight panel, rows of a packed activation panel, and the length of the
  // reduction that one pass over a panel covers (a panel slice of 256 x 32 floats fits the first cache).
  CK_PANEL_COLUMNS = 32,
  CK_PANEL_ROWS = 12,
  CK_PANEL_DEPTH = 256,
  // Steps at the end of an int8 panel: 32 factors, then 32 integers that sums begin with.
  CK_PANEL_TAIL = 2,
  // Queries and keys of an attention block.
  CK_BLOCK = 64,
};

typedef enum {
  CK_FLOAT32 = 0,
  CK_FLOAT16 = 1,
  CK_BFLOAT16 = 2,
  CK_INT8 = 3,
  CK_FLOAT8_E4M3 = 4,
  CK_FLOAT8_E5M2 = 5,
  // ggml's blocks of 32 or 256 elements, see body/blocks.h.
  CK_Q8_0 = 6,
  CK_Q6_K = 7,
  CK_Q5_K = 8,
  CK_Q5_0 = 9,
  CK_Q5_1 = 10,
  CK_Q4_K = 11,
  CK_Q4_0 = 12,
  CK_Q4_1 = 13,
  CK_Q3_K = 14,
  CK_Q2_K = 15,
} ck_dtype;

// What the two factors of a product are rounded to; sums are single precision, or exact integers for int8.
// int8: a column of weights and a row of activations each become integers times one factor, the largest magnitude
// being 127. The depth may be at most CK_INT8_DEPTH, so that no sum overflows.
typedef enum {
  CK_COMPUTE_FLOAT32 = 0,
  CK_COMPUTE_BFLOAT16 = 1,
  CK_COMPUTE_INT8 = 2,
} ck_compute;

enum { CK_INT8_DEPTH = 32768 };

// A (columns, depth) weight matrix: either packed panels or the rows a checkpoint stores.
typedef struct {
  // Packed: ceil(columns / 32) panels of (steps, 32) units of 32 bits, a unit being one float, two bfloat16 or four
  // int8, neighbours in depth; int8 panels have CK_PANEL_TAIL steps more. NULL when the rows are read in place.
  const float *_Nullable panels;
  // Row-major (columns, depth) elements of `dtype`, any alignment; the depth is a multiple of the type's block.
  const void *_Nullable rows;
  // One factor a row for CK_INT8 and the 8-bit floats, or NULL.
  const float *_Nullable row_scale;
  int64_t columns;
  int64_t depth;
  ck_dtype dtype;
  ck_compute compute;
} ck_weights;

// How the left operand of a product is read when it is a picture: output pixel (oy, ox) and depth index
// (ky, kx, c) is input pixel (oy * stride + ky * dilation - pad_top, ox * stride + kx * dilation - pad_left),
// channel c.
typedef struct {
  int64_t height, width, channels;
  // Floats from a pixel to the next, at least `channels`.
  int64_t pixel_stride;
  int64_t out_height, out_width;
  int64_t kernel_height, kernel_width, stride, dilation;
  int64_t pad_top, pad_left;
  bool wrap_y, wrap_x;
} ck_picture;

typedef enum {
  CK_ACTIVATION_NONE = 0,
  CK_ACTIVATION_SILU = 1,
  CK_ACTIVATION_GELU_TANH = 2,
  CK_ACTIVATION_GELU_ERF = 3,
  CK_ACTIVATION_QUICK_GELU = 4,
  CK_ACTIVATION_RELU = 5,
  CK_ACTIVATION_SIGMOID = 6,
} ck_activation;

// y = activation(x w^T + bias), then gated and added where asked.
typedef struct {
  const float *_Nonnull x;
  int64_t x_stride;
  // Non-null: x is a picture and its rows are gathered from it.
  const ck_picture *_Nullable picture;
  ck_weights weights;
  // One value a column, or NULL.
  const float *_Nullable bias;
  // The slope of negative sums, one a column (PReLU), or NULL.
  const float *_Nullable slope;
  // Added to the product; may be `y`. NULL for none.
  const float *_Nullable residual;
  int64_t residual_stride;
  // One factor a column for the product before `residual` is added, or NULL.
  const float *_Nullable gate;
  // Non-null: y = silu(x w^T) * (x paired^T), the gated unit of a feed-forward layer.
  const ck_weights *_Nullable paired;
  ck_activation activation;
  // y = (product + residual) * (sigmoid(product) - 1/2): SPAN's attention without parameters.
  bool attends;
  float *_Nonnull y;
  int64_t y_stride;
} ck_product;

typedef struct {
  // (queries, heads * dim), (keys, kv_heads * dim) twice, (queries, heads * dim).
  const float *_Nonnull q;
  const float *_Nonnull k;
  const float *_Nonnull v;
  float *_Nonnull out;
  int64_t q_stride, k_stride, v_stride, out_stride;
  int64_t queries, keys, heads, kv_heads, dim;
  float scale;
  // (heads, keys, queries), added to the scaled scores: transposed, as the kernel reads it. NULL for none.
  const float *_Nullable bias;
  // One byte a key, zero: not attended to. NULL for none.
  const uint8_t *_Nullable key_mask;
  // Query i attends to keys up to i + (keys - queries).
  bool causal;
  // Key blocks of (head, query block): `list[start[i] ..< start[i + 1]]`, i = head * query_blocks + block.
  // NULL: all of them, in order.
  const int64_t *_Nullable list_start;
  const int32_t *_Nullable list;
} ck_attention;

typedef struct {
  const char *_Nonnull name;

  // Computes rows [row0, row1) of columns [32 * panel0, 32 * panel1) of a product.
  void (*_Nonnull product)(const ck_product *_Nonnull job, int64_t row0, int64_t row1, int64_t panel0,
                           int64_t panel1);
  // Packs panels [panel0, panel1) of row-major weights; `panels` is the start of panel 0.
  void (*_Nonnull pack_weights)(const ck_weights *_Nonnull source, int64_t panel0, int64_t panel1,
                                float *_Nonnull panels);
  // Computes 4 x 4 tiles [tile0, tile1) of a convolution by 3 x 3 with stride 1, tiles counted along rows of
  // ceil(out_width / 4). The weights' panels are those of 36 matrices, one after the other; single precision.
  void (*_Nonnull winograd)(const ck_product *_Nonnull job, int64_t tile0, int64_t tile1);
  // Attention of one head and one block of 64 queries.
  void (*_Nonnull attention)(const ck_attention *_Nonnull job, int64_t head, int64_t query_block);

  // Widens `count` elements, a multiple of the type's block; int8 and 8-bit floats are multiplied by `scale`.
  void (*_Nonnull widen)(ck_dtype dtype, const void *_Nonnull source, int64_t count, float scale,
                         float *_Nonnull out);
  // Rounds to nearest even. `dtype` is CK_FLOAT16 or CK_BFLOAT16.
  void (*_Nonnull narrow)(ck_dtype dtype, const float *_Nonnull source, int64_t count, uint16_t *_Nonnull out);

  // y = (x - mean) / sqrt(variance + epsilon) * (base + factor) + shift over each row; NULL factor is zero,
  // NULL shift is zero. `base` is 1 for modulation and 0 for a norm with weights.
  void (*_Nonnull layer_norm)(const float *_Nonnull x, float *_Nonnull y, int64_t rows, int64_t width,
                              float epsilon, float base, const float *_Nullable factor,
                              const float *_Nullable shift);
  // y = x / sqrt(mean(x^2) + epsilon) * weight over each row; NULL weight is one.
  void (*_Nonnull rms_norm)(const float *_Nonnull x, float *_Nonnull y, int64_t rows, int64_t width,
                            float epsilon, const float *_Nullable weight);
  // y = softmax of each row.
  void (*_Nonnull softmax)(const float *_Nonnull x, float *_Nonnull y, int64_t rows, int64_t width);
  void (*_Nonnull activate)(ck_activation kind, const float *_Nonnull x, float *_Nonnull y, int64_t count);
  // y = silu(a) * b
  void (*_Nonnull silu_gate)(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull y,
                             int64_t count);
  // x += y * gate, gate one value a column or NULL for one.
  void (*_Nonnull add_gated)(float *_Nonnull x, const float *_Nonnull y, const float *_Nullable gate,
                             int64_t rows, int64_t width);
  // y = a * alpha + b * beta; NULL b counts as zero.
  void (*_Nonnull combine)(const float *_Nonnull a, float alpha, const float *_Nullable b, float beta,
                           float *_Nonnull y, int64_t count);
  void (*_Nonnull multiply)(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull y,
                            int64_t count);
  // Rotates adjacent pairs of each head: x (rows, heads * dim), table (rows, dim / 2) of cosines and sines.
  void (*_Nonnull rotate_pairs)(float *_Nonnull x, int64_t rows, int64_t heads, int64_t dim,
                                const float *_Nonnull cosines, const float *_Nonnull sines);
  // The same for halves: element i pairs with i + dim / 2 (Llama).
  void (*_Nonnull rotate_halves)(float *_Nonnull x, int64_t rows, int64_t heads, int64_t dim,
                                 const float *_Nonnull cosines, const float *_Nonnull sines);
  // Adds up x and x^2 (less a shift) over rows for each column in double: sums[2 * width].
  void (*_Nonnull column_sums)(const float *_Nonnull x, int64_t rows, int64_t width, double *_Nonnull sums);
  // y = x * factor + shift by column, then optionally SiLU.
  void (*_Nonnull affine)(const float *_Nonnull x, float *_Nonnull y, int64_t rows, int64_t width,
                          const float *_Nonnull factor, const float *_Nonnull shift, bool silu);
} ck_kernels_table;

// The table for this processor. `CK_KERNELS` in the environment (avx512bf16, avx512, avx2, portable) picks a lesser one.
const ck_kernels_table *_Nonnull ck_kernels(void);
// The table of that name, or NULL where this processor cannot run it. For tests and measurements.
const ck_kernels_table *_Nullable ck_kernels_named(const char *_Nonnull name);
