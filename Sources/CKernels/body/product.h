// Matrix product on packed panels.
//
// Each single-precision output is one chain of fused multiply-adds over the depth in order, whatever the tile
// it falls into: the same bits for any number of rows, any sharing of work and any vector width. A bfloat16
// output is one chain of pairs, likewise.

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
#if HAS_BFLOAT16
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    __m512bh s = (__m512bh)(gv)(a[i]);
    low[i] = (gv)_mm512_dpbf16_ps((__m512)low[i], s, (__m512bh)b0);
    high[i] = (gv)_mm512_dpbf16_ps((__m512)high[i], s, (__m512bh)b1);
  }
#else
  // First the lower halves of the pairs, then the upper ones: fewer registers than both at once.
  typedef int32_t gi __attribute__((ext_vector_type(GEMM_LANES)));
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

// What a task knows besides the job: its rows and panels, and where sums are kept until they are complete.
typedef struct {
  int64_t row0, rows, panel0, panel1;
  // One packed slice of the rows; one widened slice of a streamed panel.
  float *a, *slice;
  // (rows, 32 * panels) sums, or NULL where they are kept in the result itself.
  float *sums, *paired_sums;
} product_task;

// Turns sums into results for up to 12 x 32 of them: activation, gate, residual.
INLINE void finish(const ck_product *job, const float *c, const float *paired, int64_t c_stride, int64_t row,
                   int64_t rows, int64_t column, int64_t columns) {
  const float *gate = job->gate ? job->gate + column : NULL;
  for (int64_t i = 0; i < rows; i++, c += c_stride) {
    float *y = job->y + (row + i) * job->y_stride + column;
    const float *residual = job->residual ? job->residual + (row + i) * job->y_stride + column : NULL;
    for (int64_t j = 0; j < columns; j += 16) {
      int64_t n = columns - j;
      vf value = load(c + j);
      if (paired) {
        value = siluv(value) * load(paired + i * c_stride + j);
      } else {
        value = activatev(job->activation, value);
      }
      if (n >= 16) {
        if (gate) value = value * load(gate + j);
        if (residual) value = value + load(residual + j);
        store(y + j, value);
      } else {
        if (gate) value = value * load_part(gate + j, n, 0);
        if (residual) value = value + load_part(residual + j, n, 0);
        store_part(y + j, value, n);
      }
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
  int64_t total = step_count(w);
  bool last = step0 + steps == total;
  // With a paired matrix, the results are finished when its sums are complete.
  bool finishes = last && (second || !job->paired);
  bool plain = job->activation == CK_ACTIVATION_NONE && !job->gate && !job->residual;
  int64_t width = (task->panel1 - task->panel0) * CK_PANEL_COLUMNS;
  for (int64_t panel = task->panel0; panel < task->panel1; panel++) {
    const float *b = task->slice;
    if (w->panels) {
      b = w->panels + (panel * total + step0) * CK_PANEL_COLUMNS;
    } else {
      BODY(widen_panel)(w, panel, step0, steps, task->slice);
    }
    int64_t column = panel * CK_PANEL_COLUMNS;
    int64_t columns = w->columns - column < CK_PANEL_COLUMNS ? w->columns - column : CK_PANEL_COLUMNS;
    int64_t stride = sums ? width : job->y_stride;
    float *c = sums ? sums + column - task->panel0 * CK_PANEL_COLUMNS
                    : job->y + task->row0 * job->y_stride + column;
    const float *next = w->panels && panel + 1 < task->panel1 ? b + total * CK_PANEL_COLUMNS : NULL;
    float start[CK_PANEL_COLUMNS] = {0};
    if (bias) memcpy(start, bias + column, (size_t)columns * sizeof(float));
    for (int64_t row = 0; row < task->rows; row += CK_PANEL_ROWS) {
      int64_t rows = task->rows - row < CK_PANEL_ROWS ? task->rows - row : CK_PANEL_ROWS;
      float *block = c + row * stride;
      prefetch_next(row + CK_PANEL_ROWS < task->rows ? block + CK_PANEL_ROWS * stride : c + CK_PANEL_COLUMNS,
                    stride, next, steps, row / CK_PANEL_ROWS, (task->rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS);
      const float *from = step0 == 0 ? start : block;
      int64_t from_stride = step0 == 0 ? 0 : stride;
      if (w->compute == CK_COMPUTE_FLOAT32) {
        BODY(tile_float)(rows, steps, task->a + row * steps, b, from, from_stride, block, stride);
      } else {
        BODY(tile_bf16)(rows, steps, task->a + row * steps, b, from, from_stride, block, stride);
      }
      if (!finishes || (plain && !sums)) continue;
      const float *first = second ? block - (task->paired_sums - task->sums) : block;
      finish(job, first, second ? block : NULL, stride, task->row0 + row, rows, column, columns);
    }
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
      .slice = ck_scratch(1, CK_PANEL_DEPTH * CK_PANEL_COLUMNS * sizeof(float)),
  };
  if (apart) {
    task.sums = ck_scratch(2, (size_t)(count * (job->paired ? 2 : 1)) * sizeof(float));
    if (job->paired) task.paired_sums = task.sums + count;
  }
  int64_t total = step_count(w);
  for (int64_t step = 0; step < total; step += CK_PANEL_DEPTH) {
    int64_t steps = total - step < CK_PANEL_DEPTH ? total - step : CK_PANEL_DEPTH;
    BODY(pack_rows)(job, row0, rows, step, steps, task.a);
    BODY(accumulate)(job, &task, false, step, steps);
    if (job->paired) BODY(accumulate)(job, &task, true, step, steps);
  }
}
