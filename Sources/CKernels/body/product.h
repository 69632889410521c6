// Single-precision matrix product on packed panels.
//
// Each output is one chain of fused multiply-adds over the depth in order, whatever the tile it falls into:
// the same bits for any number of rows, any sharing of work and any vector width.

typedef float gv __attribute__((ext_vector_type(GEMM_LANES)));
typedef float gv_u __attribute__((ext_vector_type(GEMM_LANES), aligned(4), may_alias));

// rows x (2 * GEMM_LANES) outputs; `a` steps by CK_PANEL_ROWS and `b` by CK_PANEL_COLUMNS.
INLINE void tile_rows(const int rows, int64_t depth, const float *restrict a, const float *restrict b,
                      float *restrict c, int64_t c_stride) {
  gv low[GEMM_ROWS], high[GEMM_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    low[i] = *(const gv_u *)(c + i * c_stride);
    high[i] = *(const gv_u *)(c + i * c_stride + GEMM_LANES);
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
  case n: tile_rows(n, depth, a, b, c, c_stride); break;

// One block of up to 12 x 32 outputs.
static void BODY(tile)(int64_t rows, int64_t depth, const float *a_panel, const float *b_panel, float *c_block,
                       int64_t c_stride) {
  for (int column = 0; column < CK_PANEL_COLUMNS; column += 2 * GEMM_LANES) {
    for (int64_t row = 0; row < rows; row += GEMM_ROWS) {
      const float *a = a_panel + row;
      const float *b = b_panel + column;
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

// out[k * stride + i] = rows[i][k]
INLINE void interleave(const float *const *rows, int64_t count, int64_t depth, float *out, int64_t stride) {
  for (int64_t i = 0; i < count; i++) {
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

INLINE void clear_tile(float *c, int64_t rows, int64_t stride, const float *bias, int64_t columns) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < CK_PANEL_COLUMNS; j++) c[i * stride + j] = bias && j < columns ? bias[j] : 0.0f;
  }
}

// c (rows, 32 * panels) = x w^T + bias for depth slice after depth slice; `a` holds one packed slice of rows.
static void BODY(accumulate)(const ck_weights *w, const float *bias, const float *a,
                             int64_t rows, int64_t k0, int64_t depth, int64_t panel0, int64_t panel1, float *c,
                             int64_t c_stride, float *slice) {
  for (int64_t panel = panel0; panel < panel1; panel++) {
    const float *b = slice;
    if (w->panels) {
      b = w->panels + (panel * w->depth + k0) * CK_PANEL_COLUMNS;
    } else {
      BODY(widen_panel)(w, panel, k0, depth, slice);
    }
    float *column = c + (panel - panel0) * CK_PANEL_COLUMNS;
    int64_t first = panel * CK_PANEL_COLUMNS;
    if (k0 == 0) clear_tile(column, rows, c_stride, bias ? bias + first : NULL, w->columns - first);
    for (int64_t row = 0; row < rows; row += CK_PANEL_ROWS) {
      int64_t count = rows - row < CK_PANEL_ROWS ? rows - row : CK_PANEL_ROWS;
      BODY(tile)(count, depth, a + row * depth, b, column + row * c_stride, c_stride);
    }
  }
}

// Writes one row of results: activation, gate, residual.
INLINE void finish_row(const ck_product *job, const float *c, const float *paired, int64_t row, int64_t column,
                       int64_t count) {
  float *y = job->y + row * job->y_stride + column;
  const float *residual = job->residual ? job->residual + row * job->y_stride + column : NULL;
  const float *gate = job->gate ? job->gate + column : NULL;
  for (int64_t j = 0; j < count; j += 16) {
    int64_t n = count - j;
    vf value = load(c + j);
    if (paired) {
      value = siluv(value) * load(paired + j);
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

static void BODY(product)(const ck_product *job, int64_t row0, int64_t row1, int64_t panel0, int64_t panel1) {
  const ck_weights *w = &job->weights;
  int64_t rows = row1 - row0;
  int64_t width = (panel1 - panel0) * CK_PANEL_COLUMNS;
  int64_t padded = (rows + CK_PANEL_ROWS - 1) / CK_PANEL_ROWS * CK_PANEL_ROWS;
  float *a = ck_scratch(0, (size_t)(padded * CK_PANEL_DEPTH) * sizeof(float));
  float *slice = ck_scratch(1, CK_PANEL_DEPTH * CK_PANEL_COLUMNS * sizeof(float));
  float *c = ck_scratch(2, (size_t)(rows * width * (job->paired ? 2 : 1)) * sizeof(float));
  float *second = job->paired ? c + rows * width : NULL;

  for (int64_t k = 0; k < w->depth; k += CK_PANEL_DEPTH) {
    int64_t depth = w->depth - k < CK_PANEL_DEPTH ? w->depth - k : CK_PANEL_DEPTH;
    BODY(pack_rows)(job, row0, rows, k, depth, a);
    BODY(accumulate)(w, job->bias, a, rows, k, depth, panel0, panel1, c, width, slice);
    if (second) {
      BODY(accumulate)(job->paired, NULL, a, rows, k, depth, panel0, panel1, second, width, slice);
    }
  }
  int64_t column = panel0 * CK_PANEL_COLUMNS;
  int64_t count = w->columns - column < width ? w->columns - column : width;
  for (int64_t i = 0; i < rows; i++) {
    finish_row(job, c + i * width, second ? second + i * width : NULL, row0 + i, column, count);
  }
}
