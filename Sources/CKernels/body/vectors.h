// Vector types and the helpers that all kernels share. Included once an instruction set.
// Element-wise kernels use 16 lanes everywhere, so that sums come out the same on every processor with fused
// multiply-add; the compiler splits the vectors where registers are narrower.

// Every function that passes vectors is inlined, so the warning about their calling convention does not apply.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((ext_vector_type(16)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef float vf_u __attribute__((ext_vector_type(16), aligned(4), may_alias));

// The widest registers, for the matrix products.
typedef float gv __attribute__((ext_vector_type(GEMM_LANES)));
typedef float gv_u __attribute__((ext_vector_type(GEMM_LANES), aligned(4), may_alias));

INLINE vf load(const float *p) { return *(const vf_u *)p; }
INLINE void store(float *p, vf v) { *(vf_u *)p = v; }
INLINE vf splat(float x) { return (vf)(x); }

// The first n lanes of p, the others `fill`.
INLINE vf load_part(const float *p, int64_t n, float fill) {
  float lanes[16];
  for (int i = 0; i < 16; i++) lanes[i] = i < n ? p[i] : fill;
  return load(lanes);
}

INLINE void store_part(float *p, vf v, int64_t n) {
  float lanes[16];
  store(lanes, v);
  for (int i = 0; i < n; i++) p[i] = lanes[i];
}

// One order of addition for every processor: halves onto halves.
INLINE float add_lanes(vf v) {
  float lanes[16];
  store(lanes, v);
  for (int width = 8; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

INLINE float max_lanes(vf v) {
  float lanes[16];
  store(lanes, v);
  float top = lanes[0];
  for (int i = 1; i < 16; i++) top = lanes[i] > top ? lanes[i] : top;
  return top;
}

INLINE vf vmax(vf a, vf b) { return __builtin_elementwise_max(a, b); }
INLINE vf vmin(vf a, vf b) { return __builtin_elementwise_min(a, b); }

// 1.5 * 2^23: adding it rounds to the nearest integer, which then stands in the low bits.
#define ROUNDER 12582912.0f

// 2^t, relative error below 2e-7 from -126 up; exactly zero below.
INLINE vf exp2v(vf t) {
  vf c = vmin(vmax(t, splat(-126.0f)), splat(127.0f));
  vf shifted = c + ROUNDER;
  vf f = c - (shifted - ROUNDER);
  vf p = splat(0.0013276466634124517f);
  p = p * f + 0.009675540961325169f;
  p = p * f + 0.05550713464617729f;
  p = p * f + 0.24022120237350464f;
  p = p * f + 0.6931469440460205f;
  p = p * f + 1.0f;
  vi bits = __builtin_bit_cast(vi, p) + (__builtin_bit_cast(vi, shifted) << 23);
  vf value = __builtin_bit_cast(vf, bits);
  return t < -126.0f ? splat(0.0f) : value;
}

// e^x with the argument reduced in two parts: relative error about 1e-7; zero below -87,
// infinite above 88.
INLINE vf expv(vf x) {
  vf c = vmin(vmax(x, splat(-87.0f)), splat(88.0f));
  vf shifted = c * 1.4426950408889634f + ROUNDER;
  vf n = shifted - ROUNDER;
  vf f = c - n * 0.693145751953125f;
  f = f - n * 1.428606765330187e-6f;
  vf p = splat(0.0013843650231137872f);
  p = p * f + 0.00837415736168623f;
  p = p * f + 0.04166800156235695f;
  p = p * f + 0.16666431725025177f;
  p = p * f + 0.4999999403953552f;
  p = p * f + 1.0f;
  p = p * f + 1.0f;
  vi bits = __builtin_bit_cast(vi, p) + (__builtin_bit_cast(vi, shifted) << 23);
  vf value = __builtin_bit_cast(vf, bits);
  value = x > 88.0f ? splat(__builtin_inff()) : value;
  return x < -87.0f ? splat(0.0f) : value;
}

INLINE vf siluv(vf x) { return x / (1.0f + expv(-x)); }

// x * sigmoid(2 u) is x / 2 * (1 + tanh u) without the cancellation.
INLINE vf gelu_tanhv(vf x) {
  vf u = 0.7978845608028654f * (x + 0.044715f * x * x * x);
  return x / (1.0f + expv(-2.0f * u));
}

// x / 2 * erfc(-x / sqrt 2), erfc by the Chebyshev fit of Numerical Recipes (relative error 1.2e-7).
INLINE vf gelu_erfv(vf x) {
  vf z = __builtin_elementwise_abs(x) * 0.7071067811865476f;
  vf t = 1.0f / (1.0f + 0.5f * z);
  vf p = splat(0.17087277f);
  p = p * t + -0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t + -1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t + -0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  p = p * t + -1.26551223f;
  vf tail = t * expv(p - z * z);
  return 0.5f * x * (x < 0.0f ? tail : 2.0f - tail);
}

INLINE vf quick_geluv(vf x) { return x / (1.0f + expv(-1.702f * x)); }

INLINE vf reluv(vf x) { return vmax(x, splat(0)); }

INLINE vf sigmoidv(vf x) { return 1.0f / (1.0f + expv(-x)); }

INLINE vf activatev(ck_activation kind, vf x) {
  switch (kind) {
    case CK_ACTIVATION_NONE: return x;
    case CK_ACTIVATION_SILU: return siluv(x);
    case CK_ACTIVATION_GELU_TANH: return gelu_tanhv(x);
    case CK_ACTIVATION_GELU_ERF: return gelu_erfv(x);
    case CK_ACTIVATION_QUICK_GELU: return quick_geluv(x);
    case CK_ACTIVATION_RELU: return reluv(x);
    case CK_ACTIVATION_SIGMOID: return sigmoidv(x);
  }
  return x;
}
