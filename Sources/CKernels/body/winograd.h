// Winograd's minimal filtering F(4 x 4, 3 x 3): 36 products for 16 outputs of a 3 x 3 convolution instead of 144.
// Source: Lavin and Gray, arXiv 1509.09308.
//
// A tile's outputs depend on its 6 x 6 inputs alone, whichever task it falls into: the same bits for any sharing.

// One axis of the transform of the inputs: out[i * out_step] from six d[i * step].
INLINE void winograd_input(const vf *d, int step, vf *out, int out_step) {
  vf d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  vf even = d4 - 4.0f * d2, odd = d3 - 4.0f * d1, far = d4 - d2, twice = 2.0f * (d3 - d1);
  out[0] = 4.0f * d0 - 5.0f * d2 + d4;
  out[out_step] = even + odd;
  out[2 * out_step] = even - odd;
  out[3 * out_step] = far + twice;
  out[4 * out_step] = far - twice;
  out[5 * out_step] = 4.0f * d1 - 5.0f * d3 + d5;
}

// One axis of the transform of the sums: four out[i * out_step] from six m[i * step].
INLINE void winograd_output(const vf *m, int step, vf *out, int out_step) {
  vf sum1 = m[step] + m[2 * step], difference1 = m[step] - m[2 * step];
  vf sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  out[0] = m[0] + sum1 + sum2;
  out[out_step] = difference1 + 2.0f * difference2;
  out[2 * out_step] = sum1 + 4.0f * sum2;
  out[3 * out_step] = difference1 + 8.0f * difference2 + m[5 * step];
}

// rows x (2 * GEMM_LANES) outputs, c = a b; rows of `a` and of `c` are `a_stride` and `c_stride` apart.
INLINE void winograd_rows(const int rows, int64_t depth, const float *restrict a, int64_t a_stride,
                          const float *restrict b, float *restrict c, int64_t c_stride) {
  gv low[GEMM_ROWS], high[GEMM_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) low[i] = high[i] = (gv)(0.0f);
#pragma clang loop unroll_count(2)
  for (int64_t k = 0; k < depth; k++) {
    gv b0 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS);
    gv b1 = *(const gv_u *)(b + k * CK_PANEL_COLUMNS + GEMM_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      gv s = (gv)(a[i * a_stride + k]);
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

// The inputs of one tile, transformed: (36, lanes) floats, `lanes` being the channels in whole sixteens.
INLINE void winograd_gather(const ck_product *job, int64_t tile_y, int64_t tile_x, int64_t lanes, float *out) {
  static const float zeros[16];
  const ck_picture *p = job->picture;
  const float *sources[36];
  bool within = true;
  for (int i = 0; i < 36; i++) {
    int64_t y = 4 * tile_y + i / 6 - p->pad_top, x = 4 * tile_x + i % 6 - p->pad_left;
    if (p->wrap_y) y = wrapped(y, p->height);
    if (p->wrap_x) x = wrapped(x, p->width);
    bool inside = y >= 0 && y < p->height && x >= 0 && x < p->width;
    sources[i] = inside ? job->x + (y * p->width + x) * p->pixel_stride : NULL;
    within = within && inside;
  }
  for (int64_t channel = 0; channel < lanes; channel += 16) {
    vf d[36], t[36];
    int64_t count = p->channels - channel;
    if (within && count >= 16) {
      for (int i = 0; i < 36; i++) d[i] = load(sources[i] + channel);
    } else {
      for (int i = 0; i < 36; i++) {
        const float *from = sources[i] ? sources[i] + channel : zeros;
        d[i] = count >= 16 ? load(from) : load_part(from, count, 0);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) winograd_input(d + i, 6, t + i, 6);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) winograd_input(t + 6 * i, 1, d + 6 * i, 1);
    for (int i = 0; i < 36; i++) store(out + i * lanes + channel, d[i]);
  }
}

// The outputs of one tile from its sums, (36, width).
INLINE void winograd_finish(const ck_product *job, int64_t tile_y, int64_t tile_x, int64_t width, const float *sums) {
  const ck_picture *p = job->picture;
  int64_t height = p->out_height - 4 * tile_y < 4 ? p->out_height - 4 * tile_y : 4;
  int64_t across = p->out_width - 4 * tile_x < 4 ? p->out_width - 4 * tile_x : 4;
  for (int64_t column = 0; column < job->weights.columns; column += 16) {
    int64_t columns = job->weights.columns - column;
    vf m[36], t[24], out[16];
    for (int i = 0; i < 36; i++) m[i] = load(sums + i * width + column);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) winograd_output(m + i, 6, t + i, 6);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) winograd_output(t + 6 * i, 1, out + 4 * i, 1);
    vf bias = splat(0);
    if (job->bias) bias = columns >= 16 ? load(job->bias + column) : load_part(job->bias + column, columns, 0);
    for (int64_t y = 0; y < height; y++) {
      for (int64_t x = 0; x < across; x++) {
        vf value = activatev(job->activation, out[4 * y + x] + bias);
        finish_lanes(job, value, (4 * tile_y + y) * p->out_width + 4 * tile_x + x, column, columns);
      }
    }
  }
}

#define WINOGRAD_CASE(n) \
  case n: winograd_rows(n, depth, a, a_stride, b, c, c_stride); break;

static void BODY(winograd)(const ck_product *job, int64_t tile0, int64_t tile1) {
  int64_t tiles = tile1 - tile0;
  int64_t per_row = (job->picture->out_width + 3) / 4;
  int64_t depth = job->picture->channels;
  int64_t lanes = (depth + 15) / 16 * 16;
  int64_t panels = (job->weights.columns + CK_PANEL_COLUMNS - 1) / CK_PANEL_COLUMNS;
  int64_t width = panels * CK_PANEL_COLUMNS;
  int64_t a_stride = 36 * lanes, c_stride = 36 * width;
  // (tiles, 36, lanes) and (tiles, 36, width)
  float *inputs = ck_scratch(0, (size_t)(tiles * a_stride) * sizeof(float));
  float *sums = ck_scratch(2, (size_t)(tiles * c_stride) * sizeof(float));
  for (int64_t i = 0; i < tiles; i++) {
    int64_t tile = tile0 + i;
    winograd_gather(job, tile / per_row, tile % per_row, lanes, inputs + i * a_stride);
  }
  for (int64_t matrix = 0; matrix < 36; matrix++) {
    for (int64_t panel = 0; panel < panels; panel++) {
      const float *block = job->weights.panels + (matrix * panels + panel) * depth * CK_PANEL_COLUMNS;
      for (int column = 0; column < CK_PANEL_COLUMNS; column += 2 * GEMM_LANES) {
        if (panel * CK_PANEL_COLUMNS + column >= job->weights.columns) break;
        for (int64_t row = 0; row < tiles; row += GEMM_ROWS) {
          const float *a = inputs + row * a_stride + matrix * lanes;
          const float *b = block + column;
          float *c = sums + row * c_stride + matrix * width + panel * CK_PANEL_COLUMNS + column;
          switch (tiles - row < GEMM_ROWS ? tiles - row : GEMM_ROWS) {
            WINOGRAD_CASE(1)
            WINOGRAD_CASE(2)
            WINOGRAD_CASE(3)
            WINOGRAD_CASE(4)
#if GEMM_ROWS >= 6
            WINOGRAD_CASE(5)
            WINOGRAD_CASE(6)
#endif
#if GEMM_ROWS >= 12
            WINOGRAD_CASE(7)
            WINOGRAD_CASE(8)
            WINOGRAD_CASE(9)
            WINOGRAD_CASE(10)
            WINOGRAD_CASE(11)
            WINOGRAD_CASE(12)
#endif
          }
        }
      }
    }
  }
  for (int64_t i = 0; i < tiles; i++) {
    int64_t tile = tile0 + i;
    winograd_finish(job, tile / per_row, tile % per_row, width, sums + i * c_stride);
  }
}
