// Matrix product on packed panels.
//
// Each single-precision output is one chain of fused multiply-adds over the depth in order, whatever the tile
// it falls into: the same bits for any number of rows, any sharing of work and any vector width. A bfloat16
// output is one chain of pairs, likewise. int8 sums are integers.

typedef int32_t gi __attribute__((ext_vector_type(GEMM_LANES)));
typedef int16_t gs __attribute__((ext_vector_type(2 * GEMM_LANES)));

// sums + products of the 16-bit pairs of a and b.
INLINE gi add_pairs(gi sums, gi a, gi b) {
#if defined(__x86_64__) && GEMM_LANES == 16
  return sums + (gi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && GEMM_LANES == 8
  return sums + (gi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return sums + (gi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  return sums + ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

// One step of int8: units of a are four unsigned bytes, units of b four signed ones.
INLINE void add_int8_step(const int rows, const float *a, gv b0, gv b1, gv *low, gv *high) {
#if HAS_VNNI
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    __m512i s = (__m512i)(gv)(a[i]);
    low[i] = (gv)_mm512_dpbusd_epi32((__m512i)low[i], s, (__m512i)b0);
    high[i] = (gv)_mm512_dpbusd_epi32((__m512i)high[i], s, (__m512i)b1);
  }
#else
  // First the even bytes as 16-bit integers, then the odd ones: fewer registers than both at once.
  gi even0 = (gi)(((gs)b0 << 8) >> 8), even1 = (gi)(((gs)b1 << 8) >> 8);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    gi s = (gi)(__builtin_bit_cast(int32_t, a[i]) & 0x00ff00ff);
    low[i] = (gv)add_pairs((gi)low[i], s, even0);
    high[i] = (gv)add_pairs((gi)high[i], s, even1);
  }
  gi odd0 = (gi)((gs)b0 >> 8), odd1 = (gi)((gs)b1 >> 8);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    gi s = (gi)(__builtin_bit_cast(int32_t, a[i]) >> 8 & 0x00ff00ff);
    low[i] = (gv)add_pairs((gi)low[i], s, odd0);
    high[i] = (gv)add_pairs((gi)high[i], s, odd1);
  }
#endif
}

// One step of a block: rows x (2 * GEMM_LANES) sums gain the products of the units of a and b.
INLINE void add_step(const ck_compute compute, const int rows, const float *a, gv b0, gv b1, gv *low, gv *high) {
  if (compute == CK_COMPUTE_FLOAT32) {
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      gv s = (gv)(a[i]);
      low[i] = s * b0 + low[i];
      high[i] = s * b1 + high[i];
    }
    return;
  }
  if (compute == CK_COMPUTE_INT8) return add_int8_step(rows, a, b0, b1, low, high);
#if HAS_BFLOAT16
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    __m512bh s = (__m512bh)(gv)(a[i]);
    low[i] = (gv)_mm512_dpbf16_ps((__m512)low[i], s, (__m512bh)b0);
    high[i] = (gv)_mm512_dpbf16_ps((__m512)high[i], s, (__m512bh)b1);
  }
#else
  // First the lower halves of the pairs, then the upper ones: fewer registers than both at once.
  gv b0_low = __builtin_bit_cast(gv, __builtin_bit_cast(gi, b0) << 16);
  gv b1_low = __builtin_bit_cast(gv, __builtin_bit_cast(gi, b1) << 16);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    gv s = (gv)(widen_bf16(((const uint16_t *)(const void *)(a + i))[0]));
    low[i] = s * b0_low + low[i];
    high[i] = s * b1_low + high[i];
  }
  gv b0_high = __builtin_bit_cast(gv, __builtin_bit_cast(gi, b0) & -65536);
  gv b1_high = __builtin_bit_cast(gv, __builtin_bit_cast(gi, b1) & -65536);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    gv s = (gv)(widen_bf16(((const uint16_t *)(const void *)(a + i))[1]));
    low[i] = s * b0_high + low[i];
    high[i] = s * b1_high + high[i];
  }
#endif
}

// rows x (2 * GEMM_LANES) outputs, c = start + a b; `a` steps by CK_PANEL_ROWS and `b` by CK_PANEL_COLUMNS.
INLINE void tile_rows(const ck_compute compute, const int rows, int64_t steps, const float *restrict a,
                      const float *restrict b, const float *start, int64_t start_stride, float *c,
                      int64_t c_stride) {
  gv low[GEMM_ROWS], high[GEMM_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    low[i] = *(const gv_u *)(start + i * start_stride);
    high[i] = *(const gv_u *)(start + i * start_stride + GEMM_LANES);
  }
#pragma clang loop unroll_count(2)
  for (int64_t k = 0; k < steps; k++) {
    gv b0 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS);
    gv b1 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS + GEMM_LANES);
    add_step(compute, rows, a + k * CK_PANEL_ROWS, b0, b1, low, high);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    *(gv_u *)(c + i * c_stride) = low[i];
    *(gv_u *)(c + i * c_stride + GEMM_LANES) = high[i];
  }
}

#define TILE_CASE(n) \
  case n: tile_rows(compute, n, steps, a, b, from, start_stride, c, c_stride); break;

// One block of up to 12 x 32 outputs. `start` is what the sums begin with: the block itself, or one row of
// bias for all rows (stride 0).
INLINE void tile(const ck_compute compute, int64_t rows, int64_t steps, const float *a_panel,
                 const float *b_panel, const float *start, int64_t start_stride, float *c_block,
                 int64_t c_stride) {
  for (int column = 0; column < CK_PANEL_COLUMNS; column += 2 * GEMM_LANES) {
    for (int64_t row = 0; row < rows; row += GEMM_ROWS) {
      const float *a = a_panel + row;
      const float *b = b_panel + column;
      const float *from = start + row * start_stride + column;
      float *c = c_block + row * c_stride + column;
      switch (rows - row < GEMM_ROWS ? rows - row : GEMM_ROWS) {
        TILE_CASE(1)
        TILE_CASE(2)
        TILE_CASE(3)
        TILE_CASE(4)
#if GEMM_ROWS >= 6
        TILE_CASE(5)
        TILE_CASE(6)
#endif
#if GEMM_ROWS >= 12
        TILE_CASE(7)
        TILE_CASE(8)
        TILE_CASE(9)
        TILE_CASE(10)
        TILE_CASE(11)
        TILE_CASE(12)
#endif
      }
    }
  }
}

static void BODY(tile_float)(int64_t rows, int64_t steps, const float *a, const float *b, const float *start,
                             int64_t start_stride, float *c, int64_t c_stride) {
  tile(CK_COMPUTE_FLOAT32, rows, steps, a, b, start, start_stride, c, c_stride);
}

static void BODY(tile_bf16)(int64_t rows, int64_t steps, const float *a, const float *b, const float *start,
                            int64_t start_stride, float *c, int64_t c_stride) {
  tile(CK_COMPUTE_BFLOAT16, rows, steps, a, b, start, start_stride, c, c_stride);
}

static void BODY(tile_int8)(int64_t rows, int64_t steps, const float *a, const float *b, const float *start,
                            int64_t start_stride, float *c, int64_t c_stride) {
  tile(CK_COMPUTE_INT8, rows, steps, a, b, start, start_stride, c, c_stride);
}

// What a task knows besides the job: its rows and panels, and where sums are kept until they are complete.
typedef struct {
  int64_t row0, rows, panel0, panel1;
  // One packed slice of the rows; one widened slice of a streamed panel.
  float *a, *slice;
  // (rows, 32 * panels) sums, or NULL where they are kept in the result itself.
  float *sums, *paired_sums;
  // Weights quantized for this task, from `panel0` on, where they are read in place; NULL where not. For int8.
  const float *quantized, *paired_quantized;
  // Each row's factor and its inverse. For int8.
  float *row_scale, *row_inverse;
  // The packed slice of the rows and one of a panel, as floats; NULL where pairs are multiplied as they are.
  float *wide_a, *wide_b;
} product_task;

// Takes pairs of bfloat16 apart: (steps, lanes) units become (2 * steps, lanes) floats, the lower half first.
INLINE void take_apart(const float *pairs, int64_t steps, int64_t lanes, float *out) {
  typedef int32_t four __attribute__((ext_vector_type(4)));
  typedef int32_t four_u __attribute__((ext_vector_type(4), aligned(4), may_alias));
  for (int64_t k = 0; k < steps; k++, pairs += lanes, out += 2 * lanes) {
    for (int64_t i = 0; i < lanes; i += 4) {
      four pair = *(const four_u *)(pairs + i);
      *(four_u *)(out + i) = pair << 16;
      *(four_u *)(out + lanes + i) = pair & -65536;
    }
  }
}

// The same chains of sums as of pairs, at the rate of floats: what is taken apart once serves all rows. Half the steps
// at a time, which take the room that all of them take as pairs.
static void BODY(tile_wide)(int64_t rows, int64_t steps, const float *a, const float *b, const float *start,
                            int64_t start_stride, float *c, int64_t c_stride) {
  for (int64_t step = 0; step < 2 * steps; step += CK_PANEL_DEPTH) {
    int64_t count = 2 * steps - step < CK_PANEL_DEPTH ? 2 * steps - step : CK_PANEL_DEPTH;
    const float *from = step == 0 ? start : c;
    BODY(tile_float)(rows, count, a + step * CK_PANEL_ROWS, b + step * CK_PANEL_COLUMNS, from,
                     step == 0 ? start_stride : c_stride, c, c_stride);
  }
}

// The last steps for up to 16 sums of one row, `column` on: slope or activation, gate, residual.
INLINE void finish_lanes(const ck_product *job, vf value, int64_t row, int64_t column, int64_t columns) {
  float *y = job->y + row * job->y_stride + column;
  const float *residual = job->residual ? job->residual + row * job->residual_stride + column : NULL;
  bool whole = columns >= 16;
#define LANES(p) (whole ? load(p) : load_part(p, columns, 0))
  if (job->slope) value = vmax(value, splat(0)) + LANES(job->slope + column) * vmin(value, splat(0));
  vf product = value;
  if (job->gate) value = value * LANES(job->gate + column);
  if (residual) value = value + LANES(residual);
#undef LANES
  if (job->attends) value = value * (1.0f / (1.0f + expv(-product)) - 0.5f);
  if (whole) {
    store(y, value);
  } else {
    store_part(y, value, columns);
  }
}

// Turns sums into results for up to 12 x 32 of them.
INLINE void finish(const ck_product *job, const float *c, const float *paired, int64_t c_stride, int64_t row,
                   int64_t rows, int64_t column, int64_t columns) {
  for (int64_t i = 0; i < rows; i++, c += c_stride) {
    for (int64_t j = 0; j < columns; j += 16) {
      vf value = load(c + j);
      value = paired ? siluv(value) * load(paired + i * c_stride + j) : activatev(job->activation, value);
      finish_lanes(job, value, row + i, column + j, columns - j);
    }
  }
}

// While one block is computed, asks for what the next needs: its sums, and its share (block `index` of
// `count`) of the next panel's slice, which nothing else would fetch ahead.
INLINE void prefetch_next(const float *block, int64_t stride, const float *slice, int64_t steps, int64_t index,
                          int64_t count) {
  for (int64_t i = 0; i < CK_PANEL_ROWS; i++) {
    __builtin_prefetch(block + i * stride, 1);
    __builtin_prefetch(block + i * stride + 16, 1);
  }
  if (!slice) return;
  int64_t lines = steps * CK_PANEL_COLUMNS / 16;
  int64_t end = (index + 1) * lines / count;
  for (int64_t line = index * lines / count; line < end; line++) __builtin_prefetch(slice + line * 16, 0, 2);
}

// Adds steps [step0, step0 + steps) of all rows and panels to the sums.
static void BODY(accumulate)(const ck_product *job, const product_task *task, bool second, int64_t step0,
                             int64_t steps) {
  const ck_weights *w = second ? job->paired : &job->weights;
  const float *bias = second ? NULL : job->bias;
  float *sums = second ? task->paired_sums : task->sums;
  const float *panels = second ? task->paired_quantized : task->quantized;
  int64_t first_panel = panels ? task->panel0 : 0;
  if (!panels) panels = w->panels;
  bool is_int8 = w->compute == CK_COMPUTE_INT8;
  int64_t units = panel_units(w);
  int64_t total = step_count(w);
  bool last = step0 + steps == total;
  // With a paired matrix, the results are finished when its sums are complete.
  bool finishes = last && (second || !job->paired);
  bool plain = job->activation == CK_ACTIVATION_NONE && !job->gate && !job->residual && !job->slope;
  int64_t width = (task->panel1 - task->panel0) * CK_PANEL_COLUMNS;
  for (int64_t panel = task->panel0; panel < task->panel1; panel++) {
    const float *b = task->slice;
    if (panels) {
      b = panels + (panel - first_panel) * units + step0 * CK_PANEL_COLUMNS;
    } else {
      BODY(widen_panel)(w, panel, step0, steps, task->slice);
    }
    int64_t column = panel * CK_PANEL_COLUMNS;
    int64_t columns = w->columns - column < CK_PANEL_COLUMNS ? w->columns - column : CK_PANEL_COLUMNS;
    int64_t stride = sums ? width : job->y_stride;
    float *c = sums ? sums + column - task->panel0 * CK_PANEL_COLUMNS
                    : job->y + task->row0 * job->y_stride + column;
    const float *next = panels && panel + 1 < task->panel1 ? b + units : NULL;
    float shift[CK_PANEL_COLUMNS] = {0};
    if (bias) memcpy(shift, bias + column, (size_t)columns * sizeof(float));
    const float *tail = is_int8 ? b + (total - step0) * CK_PANEL_COLUMNS : NULL;
    const float *start = is_int8 ? tail + CK_PANEL_COLUMNS : shift;
    if (task->wide_a) take_apart(b, steps, CK_PANEL_COLUMNS, task->wide_b);
    for (int64_t row = 0; row < task->rows; row += CK_PANEL_ROWS) {
      int64_t rows = task->rows - row < CK_PANEL_ROWS ? task->rows - row : CK_PANEL_ROWS;
      float *block = c + row * stride;
      prefetch_next(row + CK_PANEL_ROWS < task->rows ? block + CK_PANEL_ROWS * stride : c + CK_PANEL_COLUMNS,
                    stride, next, steps, row / CK_PANEL_ROWS, (task->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS);
      const float *from = step0 == 0 ? start : block;
      int64_t from_stride = step0 == 0 ? 0 : stride;
      if (w->compute == CK_COMPUTE_FLOAT32) {
        BODY(tile_float)(rows, steps, task->a + row * steps, b, from, from_stride, block, stride);
      } else if (is_int8) {
        BODY(tile_int8)(rows, steps, task->a + row * steps, b, from, from_stride, block, stride);
        if (last) dequantize(block, stride, rows, task->row_scale + row, tail, shift);
      } else if (task->wide_a) {
        BODY(tile_wide)(rows, steps, task->wide_a + 2 * row * steps, task->wide_b, from, from_stride, block, stride);
      } else {
        BODY(tile_bf16)(rows, steps, task->a + row * steps, b, from, from_stride, block, stride);
      }
      if (!finishes || (plain && !sums)) continue;
      const float *first = second ? block - (task->paired_sums - task->sums) : block;
      finish(job, first, second ? block : NULL, stride, task->row0 + row, rows, column, columns);
    }
  }
}

// Quantizes weights that are read in place, panels of this task, to `out`; returns NULL where they are packed.
static const float *BODY(quantize_weights)(const ck_weights *w, int64_t panel0, int64_t panel1, float *out) {
  if (w->panels) return NULL;
  for (int64_t panel = panel0; panel < panel1; panel++) {
    BODY(quantize_panel)(w, panel, out + (panel - panel0) * panel_units(w));
  }
  return out;
}

static void BODY(prepare_int8)(const ck_product *job, product_task *task) {
  const ck_weights *w = &job->weights;
  int64_t units = (task->panel1 - task->panel0) * panel_units(w);
  float *factors = ck_scratch(3, (size_t)(2 * task->rows) * sizeof(float));
  task->row_scale = factors;
  task->row_inverse = factors + task->rows;
  BODY(scale_rows)(job, task->row0, task->rows, task->row_inverse, task->row_scale);
  if (w->panels && (!job->paired || job->paired->panels)) return;
  float *out = ck_scratch(1, (size_t)(units * (job->paired ? 2 : 1)) * sizeof(float));
  task->quantized = BODY(quantize_weights)(w, task->panel0, task->panel1, out);
  if (job->paired) {
    task->paired_quantized = BODY(quantize_weights)(job->paired, task->panel0, task->panel1, out + units);
  }
}

static void BODY(product)(const ck_product *job, int64_t row0, int64_t row1, int64_t panel0, int64_t panel1) {
  const ck_weights *w = &job->weights;
  int64_t rows = row1 - row0;
  int64_t padded = (rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS * CK_PANEL_ROWS;
  int64_t count = padded * (panel1 - panel0) * CK_PANEL_COLUMNS;
  // Sums can be kept in the result unless it still holds the residual, or two sums belong to it, or its last
  // panel is cut short.
  bool apart = job->paired || job->residual == job->y || panel1 * CK_PANEL_COLUMNS > w->columns;
  product_task task = {
      .row0 = row0,
      .rows = rows,
      .panel0 = panel0,
      .panel1 = panel1,
      .a = ck_scratch(0, (size_t)(padded * CK_PANEL_DEPTH) * sizeof(float)),
  };
  if (w->compute == CK_COMPUTE_INT8) {
    BODY(prepare_int8)(job, &task);
  } else {
    task.slice = ck_scratch(1, CK_PANEL_DEPTH * CK_PANEL_COLUMNS * sizeof(float));
  }
  // A row alone does not pay for it: 2,560 x 2,560 took it 2.0 ms so, 1.1 to 1.3 as pairs.
  if (!HAS_BFLOAT16 && w->compute == CK_COMPUTE_BFLOAT16 && rows >= CK_PANEL_ROWS) {
    task.wide_a = ck_scratch(3, (size_t)(2 * (padded + CK_PANEL_COLUMNS) * CK_PANEL_DEPTH) * sizeof(float));
    task.wide_b = task.wide_a + 2 * padded * CK_PANEL_DEPTH;
  }
  if (apart) {
    task.sums = ck_scratch(2, (size_t)(count * (job->paired ? 2 : 1)) * sizeof(float));
    if (job->paired) task.paired_sums = task.sums + count;
  }
  int64_t total = step_count(w);
  for (int64_t step = 0; step < total; step += CK_PANEL_DEPTH) {
    int64_t steps = total - step < CK_PANEL_DEPTH ? total - step : CK_PANEL_DEPTH;
    BODY(pack_rows)(job, row0, rows, step, steps, task.row_inverse, task.a);
    if (task.wide_a) take_apart(task.a, padded / CK_PANEL_ROWS * steps, CK_PANEL_ROWS, task.wide_a);
    BODY(accumulate)(job, &task, false, step, steps);
    if (job->paired) BODY(accumulate)(job, &task, true, step, steps);
  }
}
