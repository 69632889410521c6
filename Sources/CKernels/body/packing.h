// Packing of both sides of a product. A packed unit is 32 bits: one float, a pair of bfloat16 or four int8,
// neighbours in depth; a "step" is one unit's share of the depth.

INLINE int64_t step_width(ck_compute compute) {
  return compute == CK_COMPUTE_INT8 ? 4 : compute == CK_COMPUTE_BFLOAT16 ? 2 : 1;
}

INLINE int64_t step_count(const ck_weights *w) {
  int64_t width = step_width(w->compute);
  return (w->depth + width - 1) / width;
}

// Units of one packed panel.
INLINE int64_t panel_units(const ck_weights *w) {
  return (step_count(w) + (w->compute == CK_COMPUTE_INT8 ? CK_PANEL_TAIL : 0)) * CK_PANEL_COLUMNS;
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

// Rounds `count` floats to bfloat16, and zeros up to `padded`.
INLINE void round_run(const float *source, int64_t count, int64_t padded, uint16_t *out) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) narrow_bf16v(load(source + i), out + i);
  for (; i < count; i++) out[i] = narrow_bf16(source[i]);
  for (; i < padded; i++) out[i] = 0;
}

// Where row i of a panel of up to 12 output pixels begins in the picture.
typedef struct {
  int64_t y[CK_PANEL_ROWS], x[CK_PANEL_ROWS];
} pixel_origins;

INLINE void find_origins(const ck_picture *p, int64_t first, int64_t count, pixel_origins *origins) {
  int64_t y = first / p->out_width;
  int64_t x = first - y * p->out_width;
  for (int64_t i = 0; i < count; i++) {
    origins->y[i] = y * p->stride - p->pad_top;
    origins->x[i] = x * p->stride - p->pad_left;
    if (++x == p->out_width) {
      x = 0;
      y += 1;
    }
  }
}

INLINE int64_t wrapped(int64_t i, int64_t extent) {
  if (i >= 0 && i < extent) return i;
  return ((i % extent) + extent) % extent;
}

// The `run` values of depth index k of each pixel: sources[i], zeros beyond the border. Returns how many values
// are contiguous from there, at most `limit`: inside one kernel tap the channels are.
INLINE int64_t find_sources(const ck_product *job, const pixel_origins *origins, int64_t count, int64_t k,
                            int64_t limit, const float **sources) {
  static const float zeros[4 * CK_PANEL_DEPTH];
  const ck_picture *p = job->picture;
  int64_t tap = k / p->channels;
  int64_t channel = k - tap * p->channels;
  int64_t tap_y = tap / p->kernel_width;
  int64_t tap_x = tap - tap_y * p->kernel_width;
  for (int64_t i = 0; i < count; i++) {
    int64_t y = origins->y[i] + tap_y * p->dilation;
    int64_t x = origins->x[i] + tap_x * p->dilation;
    if (p->wrap_y) y = wrapped(y, p->height);
    if (p->wrap_x) x = wrapped(x, p->width);
    bool within = y >= 0 && y < p->height && x >= 0 && x < p->width;
    sources[i] = within ? job->x + (y * p->width + x) * p->pixel_stride + channel : zeros;
  }
  int64_t run = p->channels - channel;
  return run < limit ? run : limit;
}

// Packs up to 12 rows, steps [step0, step0 + steps), as floats.
INLINE void pack_float_panel(const ck_product *job, int64_t row, int64_t count, int64_t step0, int64_t steps,
                             float *out) {
  const float *sources[CK_PANEL_ROWS];
  if (!job->picture) {
    for (int64_t i = 0; i < count; i++) sources[i] = job->x + (row + i) * job->x_stride + step0;
    interleave(sources, count, steps, out, CK_PANEL_ROWS);
    return;
  }
  pixel_origins origins;
  find_origins(job->picture, row, count, &origins);
  for (int64_t k = 0; k < steps;) {
    int64_t run = find_sources(job, &origins, count, step0 + k, steps - k, sources);
    interleave(sources, count, run, out + k * CK_PANEL_ROWS, CK_PANEL_ROWS);
    k += run;
  }
}

// The same as pairs of bfloat16.
INLINE void pack_bf16_panel(const ck_product *job, int64_t row, int64_t count, int64_t step0, int64_t steps,
                            float *out) {
  uint16_t rounded[CK_PANEL_ROWS][2 * CK_PANEL_DEPTH] __attribute__((aligned(64)));
  const float *units[CK_PANEL_ROWS];
  int64_t k0 = 2 * step0;
  int64_t depth = job->weights.depth - k0 < 2 * steps ? job->weights.depth - k0 : 2 * steps;
  for (int64_t i = 0; i < count; i++) units[i] = (const float *)(const void *)rounded[i];
  if (!job->picture) {
    for (int64_t i = 0; i < count; i++) {
      round_run(job->x + (row + i) * job->x_stride + k0, depth, 2 * steps, rounded[i]);
    }
  } else {
    pixel_origins origins;
    const float *sources[CK_PANEL_ROWS];
    find_origins(job->picture, row, count, &origins);
    for (int64_t k = 0; k < depth;) {
      int64_t run = find_sources(job, &origins, count, k0 + k, depth - k, sources);
      for (int64_t i = 0; i < count; i++) {
        round_run(sources[i], run, k + run == depth ? 2 * steps - k : run, rounded[i] + k);
      }
      k += run;
    }
  }
  interleave(units, count, steps, out, CK_PANEL_ROWS);
}

// The same as fours of int8, offset by 128 so that they are unsigned; the weights' side takes the offset back.
INLINE void pack_int8_panel(const ck_product *job, int64_t row, int64_t count, int64_t step0, int64_t steps,
                            const float *inverse, float *out) {
  uint8_t bytes[CK_PANEL_ROWS][4 * CK_PANEL_DEPTH] __attribute__((aligned(64)));
  const float *units[CK_PANEL_ROWS];
  int64_t k0 = 4 * step0;
  int64_t depth = job->weights.depth - k0 < 4 * steps ? job->weights.depth - k0 : 4 * steps;
  for (int64_t i = 0; i < count; i++) units[i] = (const float *)(const void *)bytes[i];
  if (!job->picture) {
    for (int64_t i = 0; i < count; i++) {
      quantize_run(job->x + (row + i) * job->x_stride + k0, depth, inverse[i], 0x80, bytes[i]);
    }
  } else {
    pixel_origins origins;
    const float *sources[CK_PANEL_ROWS];
    find_origins(job->picture, row, count, &origins);
    for (int64_t k = 0; k < depth;) {
      int64_t run = find_sources(job, &origins, count, k0 + k, depth - k, sources);
      for (int64_t i = 0; i < count; i++) quantize_run(sources[i], run, inverse[i], 0x80, bytes[i] + k);
      k += run;
    }
  }
  // Weights are zero there, so any value would do.
  for (int64_t i = 0; i < count; i++) memset(bytes[i] + depth, 0x80, (size_t)(4 * steps - depth));
  interleave(units, count, steps, out, CK_PANEL_ROWS);
}

// What `rows` rows from `row` on are multiplied by to become integers, and what turns those back.
static void BODY(scale_rows)(const ck_product *job, int64_t row, int64_t rows, float *inverse, float *scale) {
  int64_t depth = job->weights.depth;
  for (int64_t first = 0; first < rows; first += CK_PANEL_ROWS) {
    int64_t count = rows - first < CK_PANEL_ROWS ? rows - first : CK_PANEL_ROWS;
    int32_t top[CK_PANEL_ROWS] = {0};
    if (!job->picture) {
      for (int64_t i = 0; i < count; i++) {
        top[i] = largest_magnitude(job->x + (row + first + i) * job->x_stride, depth, 0);
      }
    } else {
      pixel_origins origins;
      const float *sources[CK_PANEL_ROWS];
      find_origins(job->picture, row + first, count, &origins);
      for (int64_t k = 0; k < depth;) {
        int64_t rest = depth - k < 4 * CK_PANEL_DEPTH ? depth - k : 4 * CK_PANEL_DEPTH;
        int64_t run = find_sources(job, &origins, count, k, rest, sources);
        for (int64_t i = 0; i < count; i++) top[i] = largest_magnitude(sources[i], run, top[i]);
        k += run;
      }
    }
    for (int64_t i = 0; i < count; i++) scale[first + i] = quantization_scale(top[i], inverse + first + i);
  }
}

// Packs `rows` rows from `row` on, steps [step0, step0 + steps), into panels of 12. `inverse` is for int8.
static void BODY(pack_rows)(const ck_product *job, int64_t row, int64_t rows, int64_t step0, int64_t steps,
                            const float *inverse, float *out) {
  for (int64_t first = 0; first < rows; first += CK_PANEL_ROWS, out += CK_PANEL_ROWS * steps) {
    int64_t count = rows - first < CK_PANEL_ROWS ? rows - first : CK_PANEL_ROWS;
    if (job->weights.compute == CK_COMPUTE_BFLOAT16) {
      pack_bf16_panel(job, row + first, count, step0, steps, out);
    } else if (job->weights.compute == CK_COMPUTE_INT8) {
      pack_int8_panel(job, row + first, count, step0, steps, inverse + first, out);
    } else {
      pack_float_panel(job, row + first, count, step0, steps, out);
    }
  }
}

// Turns steps [step0, step0 + steps) of one panel of stored weights into (steps, 32) units.
static void BODY(widen_panel)(const ck_weights *w, int64_t panel, int64_t step0, int64_t steps, float *out) {
  float wide[CK_PANEL_COLUMNS][CK_PANEL_DEPTH] __attribute__((aligned(64)));
  const float *rows[CK_PANEL_COLUMNS];
  int64_t width = step_width(w->compute);
  int64_t k0 = step0 * width;
  int64_t depth = w->depth - k0 < steps * width ? w->depth - k0 : steps * width;
  int64_t first = panel * CK_PANEL_COLUMNS;
  int64_t count = w->columns - first < CK_PANEL_COLUMNS ? w->columns - first : CK_PANEL_COLUMNS;
  for (int64_t i = 0; i < CK_PANEL_COLUMNS; i++) {
    rows[i] = wide[i];
    if (i >= count) {
      memset(wide[i], 0, sizeof wide[i]);
      continue;
    }
    float scale = w->row_scale ? w->row_scale[first + i] : 1.0f;
    const uint8_t *source = (const uint8_t *)w->rows + stored_bytes(w->dtype, (first + i) * w->depth + k0);
    if (w->compute == CK_COMPUTE_FLOAT32) {
      BODY(widen)(w->dtype, source, depth, scale, wide[i]);
    } else {
      float values[2 * CK_PANEL_DEPTH];
      BODY(widen)(w->dtype, source, depth, scale, values);
      round_run(values, depth, 2 * steps, (uint16_t *)(void *)wide[i]);
    }
  }
  interleave(rows, CK_PANEL_COLUMNS, steps, out, CK_PANEL_COLUMNS);
}

// Quantizes and packs one whole panel of stored weights, tail included. Stored int8 rows keep their integers.
static void BODY(quantize_panel)(const ck_weights *w, int64_t panel, float *out) {
  int8_t bytes[CK_PANEL_COLUMNS][4 * CK_PANEL_DEPTH] __attribute__((aligned(64)));
  float values[4 * CK_PANEL_DEPTH];
  const float *rows[CK_PANEL_COLUMNS];
  float inverse[CK_PANEL_COLUMNS] = {0}, scale[CK_PANEL_COLUMNS] = {0};
  int32_t sums[CK_PANEL_COLUMNS] = {0};
  int64_t total = step_count(w);
  int64_t first = panel * CK_PANEL_COLUMNS;
  int64_t count = w->columns - first < CK_PANEL_COLUMNS ? w->columns - first : CK_PANEL_COLUMNS;
  const uint8_t *source = (const uint8_t *)w->rows + stored_bytes(w->dtype, first * w->depth);
  for (int64_t i = 0; i < CK_PANEL_COLUMNS; i++) rows[i] = (const float *)(const void *)bytes[i];
  for (int64_t i = 0; i < count; i++) {
    float stored = w->row_scale ? w->row_scale[first + i] : 1.0f;
    if (w->dtype == CK_INT8) {
      scale[i] = stored;
      continue;
    }
    int32_t top = 0;
    for (int64_t k = 0; k < w->depth; k += 4 * CK_PANEL_DEPTH) {
      int64_t run = w->depth - k < 4 * CK_PANEL_DEPTH ? w->depth - k : 4 * CK_PANEL_DEPTH;
      BODY(widen)(w->dtype, source + stored_bytes(w->dtype, i * w->depth + k), run, stored, values);
      top = largest_magnitude(values, run, top);
    }
    scale[i] = quantization_scale(top, inverse + i);
  }
  for (int64_t step0 = 0; step0 < total; step0 += CK_PANEL_DEPTH) {
    int64_t steps = total - step0 < CK_PANEL_DEPTH ? total - step0 : CK_PANEL_DEPTH;
    int64_t k0 = 4 * step0;
    int64_t depth = w->depth - k0 < 4 * steps ? w->depth - k0 : 4 * steps;
    memset(bytes, 0, sizeof bytes);
    for (int64_t i = 0; i < count; i++) {
      const uint8_t *from = source + stored_bytes(w->dtype, i * w->depth + k0);
      if (w->dtype == CK_INT8) {
        memcpy(bytes[i], from, (size_t)depth);
      } else {
        BODY(widen)(w->dtype, from, depth, w->row_scale ? w->row_scale[first + i] : 1.0f, values);
        quantize_run(values, depth, inverse[i], 0, (uint8_t *)bytes[i]);
      }
      for (int64_t k = 0; k < depth; k++) sums[i] += bytes[i][k];
    }
    interleave(rows, CK_PANEL_COLUMNS, steps, out + step0 * CK_PANEL_COLUMNS, CK_PANEL_COLUMNS);
  }
  // Activations are 128 too large: sums begin with what that adds, taken away.
  for (int64_t i = 0; i < CK_PANEL_COLUMNS; i++) sums[i] *= -128;
  memcpy(out + total * CK_PANEL_COLUMNS, scale, sizeof scale);
  memcpy(out + (total + 1) * CK_PANEL_COLUMNS, sums, sizeof sums);
}

static void BODY(pack_weights)(const ck_weights *source, int64_t panel0, int64_t panel1, float *panels) {
  int64_t total = step_count(source);
  for (int64_t panel = panel0; panel < panel1; panel++) {
    if (source->compute == CK_COMPUTE_INT8) {
      BODY(quantize_panel)(source, panel, panels + panel * panel_units(source));
      continue;
    }
    for (int64_t step = 0; step < total; step += CK_PANEL_DEPTH) {
      int64_t steps = total - step < CK_PANEL_DEPTH ? total - step : CK_PANEL_DEPTH;
      BODY(widen_panel)(source, panel, step, steps, panels + (panel * total + step) * CK_PANEL_COLUMNS);
    }
  }
}
