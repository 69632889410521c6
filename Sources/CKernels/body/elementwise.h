// Element-wise operations and norms over rows.

static void BODY(layer_norm)(const float *x, float *y, int64_t rows, int64_t width, float epsilon, float base,
                             const float *factor, const float *shift) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    vf sum = splat(0), squares = splat(0);
    int64_t i = 0;
    for (; i + 16 <= width; i += 16) sum += load(x + i);
    if (i < width) sum += load_part(x + i, width - i, 0);
    float mean = add_lanes(sum) / (float)width;
    for (i = 0; i + 16 <= width; i += 16) {
      vf d = load(x + i) - mean;
      squares += d * d;
    }
    if (i < width) {
      vf d = load_part(x + i, width - i, mean) - mean;
      squares += d * d;
    }
    float inverse = 1.0f / __builtin_sqrtf(add_lanes(squares) / (float)width + epsilon);
    for (i = 0; i < width; i += 16) {
      int64_t n = width - i;
      if (n >= 16) {
        vf value = (load(x + i) - mean) * inverse;
        if (factor) value = value * (load(factor + i) + base);
        if (shift) value = value + load(shift + i);
        store(y + i, value);
      } else {
        vf value = (load_part(x + i, n, 0) - mean) * inverse;
        if (factor) value = value * (load_part(factor + i, n, 0) + base);
        if (shift) value = value + load_part(shift + i, n, 0);
        store_part(y + i, value, n);
      }
    }
  }
}

static void BODY(rms_norm)(const float *x, float *y, int64_t rows, int64_t width, float epsilon,
                           const float *weight) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    vf squares = splat(0);
    int64_t i = 0;
    for (; i + 16 <= width; i += 16) squares += load(x + i) * load(x + i);
    if (i < width) {
      vf rest = load_part(x + i, width - i, 0);
      squares += rest * rest;
    }
    float inverse = 1.0f / __builtin_sqrtf(add_lanes(squares) / (float)width + epsilon);
    for (i = 0; i + 16 <= width; i += 16) {
      vf value = load(x + i) * inverse;
      store(y + i, weight ? value * load(weight + i) : value);
    }
    if (i < width) {
      vf value = load_part(x + i, width - i, 0) * inverse;
      if (weight) value = value * load_part(weight + i, width - i, 0);
      store_part(y + i, value, width - i);
    }
  }
}

static void BODY(softmax)(const float *x, float *y, int64_t rows, int64_t width) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    vf top = splat(-__builtin_inff()), sum = splat(0);
    int64_t i = 0;
    for (; i + 16 <= width; i += 16) top = vmax(top, load(x + i));
    if (i < width) top = vmax(top, load_part(x + i, width - i, -__builtin_inff()));
    float m = max_lanes(top);
    for (i = 0; i + 16 <= width; i += 16) {
      vf e = expv(load(x + i) - m);
      store(y + i, e);
      sum += e;
    }
    if (i < width) {
      vf e = expv(load_part(x + i, width - i, -__builtin_inff()) - m);
      store_part(y + i, e, width - i);
      sum += e;
    }
    float inverse = 1.0f / add_lanes(sum);
    for (i = 0; i < width; i++) y[i] *= inverse;
  }
}

INLINE void activate_run(const ck_activation kind, const float *x, float *y, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) store(y + i, activatev(kind, load(x + i)));
  if (i < count) store_part(y + i, activatev(kind, load_part(x + i, count - i, 0)), count - i);
}

static void BODY(activate)(ck_activation kind, const float *x, float *y, int64_t count) {
  switch (kind) {
    case CK_ACTIVATION_NONE: activate_run(CK_ACTIVATION_NONE, x, y, count); break;
    case CK_ACTIVATION_SILU: activate_run(CK_ACTIVATION_SILU, x, y, count); break;
    case CK_ACTIVATION_GELU_TANH: activate_run(CK_ACTIVATION_GELU_TANH, x, y, count); break;
    case CK_ACTIVATION_GELU_ERF: activate_run(CK_ACTIVATION_GELU_ERF, x, y, count); break;
    case CK_ACTIVATION_QUICK_GELU: activate_run(CK_ACTIVATION_QUICK_GELU, x, y, count); break;
    case CK_ACTIVATION_RELU: activate_run(CK_ACTIVATION_RELU, x, y, count); break;
    case CK_ACTIVATION_SIGMOID: activate_run(CK_ACTIVATION_SIGMOID, x, y, count); break;
  }
}

static void BODY(silu_gate)(const float *a, const float *b, float *y, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) store(y + i, siluv(load(a + i)) * load(b + i));
  if (i < count) {
    int64_t n = count - i;
    store_part(y + i, siluv(load_part(a + i, n, 0)) * load_part(b + i, n, 0), n);
  }
}

static void BODY(add_gated)(float *x, const float *y, const float *gate, int64_t rows, int64_t width) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    if (gate) {
      for (int64_t i = 0; i < width; i++) x[i] += y[i] * gate[i];
    } else {
      for (int64_t i = 0; i < width; i++) x[i] += y[i];
    }
  }
}

static void BODY(combine)(const float *a, float alpha, const float *b, float beta, float *y, int64_t count) {
  if (b) {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] * alpha + b[i] * beta;
  } else {
    for (int64_t i = 0; i < count; i++) y[i] = a[i] * alpha;
  }
}

static void BODY(multiply)(const float *a, const float *b, float *y, int64_t count) {
  for (int64_t i = 0; i < count; i++) y[i] = a[i] * b[i];
}

static void BODY(rotate_pairs)(float *x, int64_t rows, int64_t heads, int64_t dim, const float *cosines,
                               const float *sines) {
  int64_t half = dim / 2;
  for (int64_t row = 0; row < rows; row++, cosines += half, sines += half) {
    for (int64_t head = 0; head < heads; head++, x += dim) {
      for (int64_t i = 0; i < half; i++) {
        float a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * cosines[i] - b * sines[i];
        x[2 * i + 1] = a * sines[i] + b * cosines[i];
      }
    }
  }
}

static void BODY(rotate_halves)(float *x, int64_t rows, int64_t heads, int64_t dim, const float *cosines,
                                const float *sines) {
  int64_t half = dim / 2;
  for (int64_t row = 0; row < rows; row++, cosines += half, sines += half) {
    for (int64_t head = 0; head < heads; head++, x += dim) {
      for (int64_t i = 0; i < half; i++) {
        float a = x[i], b = x[i + half];
        x[i] = a * cosines[i] - b * sines[i];
        x[i + half] = a * sines[i] + b * cosines[i];
      }
    }
  }
}

static void BODY(column_sums)(const float *x, int64_t rows, int64_t width, double *sums) {
  for (int64_t i = 0; i < 2 * width; i++) sums[i] = 0;
  for (int64_t row = 0; row < rows; row++, x += width) {
    for (int64_t i = 0; i < width; i++) {
      double value = x[i];
      sums[i] += value;
      sums[width + i] += value * value;
    }
  }
}

static void BODY(affine)(const float *x, float *y, int64_t rows, int64_t width, const float *factor,
                         const float *shift, bool silu) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    int64_t i = 0;
    for (; i + 16 <= width; i += 16) {
      vf value = load(x + i) * load(factor + i) + load(shift + i);
      store(y + i, silu ? siluv(value) : value);
    }
    if (i < width) {
      int64_t n = width - i;
      vf value = load_part(x + i, n, 0) * load_part(factor + i, n, 0) + load_part(shift + i, n, 0);
      store_part(y + i, silu ? siluv(value) : value, n);
    }
  }
}
