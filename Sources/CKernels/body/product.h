// Single-precision matrix product on packed panels.
//
// Each output is one chain of fused multiply-adds over the depth in order, whatever the tile it falls into:
// the same bits for any number of rows, any sharing of work and any vector width.

typedef float gv __attribute__((ext_vector_type(GEMM_LANES)));
typedef float gv_u __attribute__((ext_vector_type(GEMM_LANES), aligned(4), may_alias));

// rows x (2 * GEMM_LANES) outputs, c = start + a b; `a` steps by CK_PANEL_ROWS and `b` by CK_PANEL_COLUMNS.
INLINE void tile_rows(const int rows, int64_t depth, const float *restrict a, const float *restrict b,
                      const float *start, int64_t start_stride, float *c, int64_t c_stride) {
  gv low[GEMM_ROWS], high[GEMM_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    low[i] = *(const gv_u *)(start + i * start_stride);
    high[i] = *(const gv_u *)(start + i * start_stride + GEMM_LANES);
  }
#pragma clang loop unroll_count(2)
  for (int64_t k = 0; k < depth; k++) {
    gv b0 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS);
    gv b1 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS + GEMM_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      gv s = (gv)(a[k * CK_PANEL_ROWS + i]);
      low[i] = s * b0 + low[i];
      high[i] = s * b1 + high[i];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    *(gv_u *)(c + i * c_stride) = low[i];
    *(gv_u *)(c + i * c_stride + GEMM_LANES) = high[i];
  }
}

#define TILE_CASE(n) \
  case n: tile_rows(n, depth, a, b, from, start_stride, c, c_stride); break;

// One block of up to 12 x 32 outputs. `start` is what the sums begin with: the block itself, or one row of
// bias for all rows (stride 0).
static void BODY(tile)(int64_t rows, int64_t depth, const float *a_panel, const float *b_panel,
                       const float *start, int64_t start_stride, float *c_block, int64_t c_stride) {
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

typedef float quad __attribute__((ext_vector_type(4)));
typedef float quad_u __attribute__((ext_vector_type(4), aligned(4), may_alias));

// out[k * stride + i] = rows[i][k], four rows and sixteen steps of k at a time.
INLINE void interleave(const float *const *rows, int64_t count, int64_t depth, float *out, int64_t stride) {
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float *r0 = rows[i], *r1 = rows[i + 1], *r2 = rows[i + 2], *r3 = rows[i + 3];
    float *to = out + i;
    int64_t k = 0;
    for (; k + 16 <= depth; k += 16, to += 16 * stride) {
      vf a = load(r0 + k), b = load(r1 + k), c = load(r2 + k), d = load(r3 + k);
      vf ab_low = __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
      vf ab_high = __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
      vf cd_low = __builtin_shufflevector(c, d, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
      vf cd_high = __builtin_shufflevector(c, d, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
      vf steps[4] = {
          __builtin_shufflevector(ab_low, cd_low, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
          __builtin_shufflevector(ab_low, cd_low, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31),
          __builtin_shufflevector(ab_high, cd_high, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
          __builtin_shufflevector(ab_high, cd_high, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31),
      };
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) {
        *(quad_u *)(to + (j + 0) * stride) = __builtin_shufflevector(steps[j], steps[j], 0, 1, 2, 3);
        *(quad_u *)(to + (j + 4) * stride) = __builtin_shufflevector(steps[j], steps[j], 4, 5, 6, 7);
        *(quad_u *)(to + (j + 8) * stride) = __builtin_shufflevector(steps[j], steps[j], 8, 9, 10, 11);
        *(quad_u *)(to + (j + 12) * stride) = __builtin_shufflevector(steps[j], steps[j], 12, 13, 14, 15);
      }
    }
    for (; k < depth; k++, to += stride) {
      to[0] = r0[k];
      to[1] = r1[k];
      to[2] = r2[k];
      to[3] = r3[k];
    }
  }
  for (; i < count; i++) {
    const float *row = rows[i];
    for (int64_t k = 0; k < depth; k++) out[k * stride + i] = row[k];
  }
}

// Packs `rows` rows from `row` on, depth [k0, k0 + depth), into panels of 12.
static void BODY(pack_rows)(const ck_product *job, int64_t row, int64_t rows, int64_t k0, int64_t depth,
                            float *out) {
  static const float zeros[CK_PANEL_DEPTH];
  for (int64_t first = 0; first < rows; first += CK_PANEL_ROWS, out += CK_PANEL_ROWS * depth) {
    int64_t count = rows - first < CK_PANEL_ROWS ? rows - first : CK_PANEL_ROWS;
    const float *sources[CK_PANEL_ROWS];
    if (!job->picture) {
      for (int64_t i = 0; i < count; i++) sources[i] = job->x + (row + first + i) * job->x_stride + k0;
      interleave(sources, count, depth, out, CK_PANEL_ROWS);
      continue;
    }
    const ck_picture *p = job->picture;
    // The depth range crosses kernel taps; inside one tap the channels are contiguous.
    for (int64_t k = k0; k < k0 + depth;) {
      int64_t tap = k / p->channels;
      int64_t channel = k - tap * p->channels;
      int64_t run = p->channels - channel;
      if (run > k0 + depth - k) run = k0 + depth - k;
      int64_t tap_y = tap / p->kernel_width;
      int64_t tap_x = tap - tap_y * p->kernel_width;
      for (int64_t i = 0; i < count; i++) {
        int64_t pixel = row + first + i;
        int64_t out_y = pixel / p->out_width;
        int64_t y = out_y * p->stride + tap_y - p->pad_top;
        int64_t x = (pixel - out_y * p->out_width) * p->stride + tap_x - p->pad_left;
        if (p->wrap_y) y = ((y % p->height) + p->height) % p->height;
        if (p->wrap_x) x = ((x % p->width) + p->width) % p->width;
        bool within = y >= 0 && y < p->height && x >= 0 && x < p->width;
        sources[i] = within ? job->x + (y * p->width + x) * p->channels + channel : zeros;
      }
      interleave(sources, count, run, out + (k - k0) * CK_PANEL_ROWS, CK_PANEL_ROWS);
      k += run;
    }
  }
}

// Widens depth [k0, k0 + depth) of one panel of stored weights into (depth, 32) floats.
static void BODY(widen_panel)(const ck_weights *w, int64_t panel, int64_t k0, int64_t depth, float *out) {
  float wide[CK_PANEL_COLUMNS][CK_PANEL_DEPTH];
  const float *rows[CK_PANEL_COLUMNS];
  int64_t first = panel * CK_PANEL_COLUMNS;
  int64_t count = w->columns - first < CK_PANEL_COLUMNS ? w->columns - first : CK_PANEL_COLUMNS;
  int64_t size = element_size(w->dtype);
  for (int64_t i = 0; i < CK_PANEL_COLUMNS; i++) {
    rows[i] = wide[i];
    if (i < count) {
      float scale = w->row_scale ? w->row_scale[first + i] : 1.0f;
      const uint8_t *source = (const uint8_t *)w->rows + ((first + i) * w->depth + k0) * size;
      BODY(widen)(w->dtype, source, depth, scale, wide[i]);
    } else {
      memset(wide[i], 0, sizeof wide[i]);
    }
  }
  interleave(rows, CK_PANEL_COLUMNS, depth, out, CK_PANEL_COLUMNS);
}

static void BODY(pack_weights)(const ck_weights *source, int64_t panel0, int64_t panel1, float *panels) {
  for (int64_t panel = panel0; panel < panel1; panel++) {
    for (int64_t k = 0; k < source->depth; k += CK_PANEL_DEPTH) {
      int64_t depth = source->depth - k < CK_PANEL_DEPTH ? source->depth - k : CK_PANEL_DEPTH;
      BODY(widen_panel)(source, panel, k, depth, panels + (panel * source->depth + k) * CK_PANEL_COLUMNS);
    }
  }
}

// What a task knows besides the job: its rows and panels, and where sums are kept until they are complete.
typedef struct {
  int64_t row0, rows, panel0, panel1;
  // One packed depth slice of the rows; one widened slice of a streamed panel.
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

// Adds depth slice [k0, k0 + depth) of all rows and panels to the sums.
static void BODY(accumulate)(const ck_product *job, const product_task *task, bool second, int64_t k0,
                             int64_t depth) {
  const ck_weights *w = second ? job->paired : &job->weights;
  const float *bias = second ? NULL : job->bias;
  float *sums = second ? task->paired_sums : task->sums;
  bool last = k0 + depth == w->depth;
  // With a paired matrix, the results are finished when its sums are complete.
  bool finishes = last && (second || !job->paired);
  bool plain = job->activation == CK_ACTIVATION_NONE && !job->gate && !job->residual;
  int64_t width = (task->panel1 - task->panel0) * CK_PANEL_COLUMNS;
  for (int64_t panel = task->panel0; panel < task->panel1; panel++) {
    const float *b = task->slice;
    if (w->panels) {
      b = w->panels + (panel * w->depth + k0) * CK_PANEL_COLUMNS;
    } else {
      BODY(widen_panel)(w, panel, k0, depth, task->slice);
    }
    int64_t column = panel * CK_PANEL_COLUMNS;
    int64_t columns = w->columns - column < CK_PANEL_COLUMNS ? w->columns - column : CK_PANEL_COLUMNS;
    int64_t stride = sums ? width : job->y_stride;
    float *c = sums ? sums + column - task->panel0 * CK_PANEL_COLUMNS
                    : job->y + task->row0 * job->y_stride + column;
    float start[CK_PANEL_COLUMNS] = {0};
    if (bias) memcpy(start, bias + column, (size_t)columns * sizeof(float));
    for (int64_t row = 0; row < task->rows; row += CK_PANEL_ROWS) {
      int64_t rows = task->rows - row < CK_PANEL_ROWS ? task->rows - row : CK_PANEL_ROWS;
      float *block = c + row * stride;
      if (k0 == 0) {
        BODY(tile)(rows, depth, task->a + row * depth, b, start, 0, block, stride);
      } else {
        BODY(tile)(rows, depth, task->a + row * depth, b, block, stride, block, stride);
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
  for (int64_t k = 0; k < w->depth; k += CK_PANEL_DEPTH) {
    int64_t depth = w->depth - k < CK_PANEL_DEPTH ? w->depth - k : CK_PANEL_DEPTH;
    BODY(pack_rows)(job, row0, rows, k, depth, task.a);
    BODY(accumulate)(job, &task, false, k, depth);
    if (job->paired) BODY(accumulate)(job, &task, true, k, depth);
  }
}
