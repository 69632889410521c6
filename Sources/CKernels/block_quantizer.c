// Rounding of floats to ggml's quantized blocks; body/blocks.h reads them.
//
// The types with blocks of 32 are rounded as ggml's reference does it, to the bit. The K types follow the same method
// (a search for the factors of each group by weighted least squares, ggml-quants.c), not the same order of steps.
#include <math.h>
#include <string.h>

#include "CKernels.h"

// Fused products would round other integers.
#pragma STDC FP_CONTRACT OFF

// Rounds to the nearest 16-bit float; false where that is infinite.
static bool put_half(float x, uint8_t *out) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff, half;
  if (magnitude >= 0x477ff000) return false;
  if (magnitude < 0x38800000) {
    float shifted;
    memcpy(&shifted, &magnitude, 4);
    shifted += 0.5f;
    memcpy(&half, &shifted, 4);
    half -= 0x3f000000;
  } else {
    half = (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13;
  }
  out[0] = (uint8_t)half;
  out[1] = (uint8_t)((half | sign) >> 8);
  return true;
}

static float get_half(const uint8_t *p) {
  uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8, rest = (bits & 0x7fff) << 13;
  float value;
  memcpy(&value, &rest, 4);
  value *= 0x1p112f;
  return bits & 0x8000 ? -value : value;
}

static int clamp(int x, int low, int high) { return x < low ? low : x > high ? high : x; }

// The nearest integer within bounds, whatever `x` is.
static int rounded(float x, int low, int high) {
  return x >= (float)high ? high : x > (float)low ? (int)lrintf(x) : low;
}

static float inverse(float x) { return x != 0 ? 1 / x : 0; }

// The value of largest magnitude, the first of equals.
static float extreme(const float *x, int count) {
  float top = x[0];
  for (int i = 1; i < count; i++) {
    if (fabsf(x[i]) > fabsf(top)) top = x[i];
  }
  return top;
}

// Blocks of 32.

static bool quantize_q8_0(const float *x, uint8_t *out) {
  float d = fabsf(extreme(x, 32)) / 127, id = inverse(d);
  for (int i = 0; i < 32; i++) out[2 + i] = (uint8_t)(int8_t)roundf(x[i] * id);
  return put_half(d, out);
}

// 4 or 5 bits around zero: the extreme becomes the lowest integer.
static bool quantize_centred(const float *x, int bits, uint8_t *out) {
  int half = 1 << (bits - 1);
  float d = extreme(x, 32) / (float)-half, id = inverse(d);
  uint8_t *low = out + (bits == 5 ? 6 : 2);
  uint32_t high = 0;
  for (int i = 0; i < 16; i++) {
    int a = clamp((int)(x[i] * id + (float)half + 0.5f), 0, 2 * half - 1);
    int b = clamp((int)(x[16 + i] * id + (float)half + 0.5f), 0, 2 * half - 1);
    low[i] = (uint8_t)((a & 15) | (b & 15) << 4);
    high |= (uint32_t)(a >> 4) << i | (uint32_t)(b >> 4) << (16 + i);
  }
  if (bits == 5) memcpy(out + 2, (uint8_t[4]){(uint8_t)high, (uint8_t)(high >> 8), (uint8_t)(high >> 16), (uint8_t)(high >> 24)}, 4);
  return put_half(d, out);
}

// 4 or 5 bits from the smallest value up.
static bool quantize_ranged(const float *x, int bits, uint8_t *out) {
  float smallest = x[0], largest = x[0];
  for (int i = 1; i < 32; i++) {
    smallest = fminf(smallest, x[i]);
    largest = fmaxf(largest, x[i]);
  }
  int top = (1 << bits) - 1;
  float d = (largest - smallest) / (float)top, id = inverse(d);
  uint8_t *low = out + (bits == 5 ? 8 : 4);
  uint32_t high = 0;
  for (int i = 0; i < 16; i++) {
    int a = clamp((int)((x[i] - smallest) * id + 0.5f), 0, top);
    int b = clamp((int)((x[16 + i] - smallest) * id + 0.5f), 0, top);
    low[i] = (uint8_t)((a & 15) | (b & 15) << 4);
    high |= (uint32_t)(a >> 4) << i | (uint32_t)(b >> 4) << (16 + i);
  }
  if (bits == 5) memcpy(out + 4, (uint8_t[4]){(uint8_t)high, (uint8_t)(high >> 8), (uint8_t)(high >> 16), (uint8_t)(high >> 24)}, 4);
  return put_half(d, out) && put_half(smallest, out + 2);
}

// Blocks of 256.

// The factor and the offset (taken away, not negative) that fit `x` best with integers from 0 to `top`. Large values
// count for more.
static void fit_range(const float *x, int count, int top, float *factor, float *offset) {
  float smallest = 0, largest = x[0], mean = 0, weights[32];
  for (int i = 0; i < count; i++) {
    smallest = fminf(smallest, x[i]);
    largest = fmaxf(largest, x[i]);
    mean += x[i] * x[i];
  }
  mean = sqrtf(mean / (float)count);
  // Where all values are one, nothing below finds more than this.
  *factor = (largest - smallest) / (float)top;
  *offset = -smallest;
  if (largest <= smallest) return;
  for (int i = 0; i < count; i++) weights[i] = mean + fabsf(x[i]);
  float best = INFINITY;
  for (int step = -5; step <= 10; step++) {
    float scale = ((float)top + 0.1f * (float)step) / (largest - smallest);
    double w = 0, q1 = 0, q2 = 0, x1 = 0, qx = 0;
    int q[32];
    for (int i = 0; i < count; i++) {
      q[i] = rounded(scale * (x[i] - smallest), 0, top);
      w += weights[i];
      q1 += weights[i] * (float)q[i];
      q2 += weights[i] * (float)(q[i] * q[i]);
      x1 += weights[i] * x[i];
      qx += weights[i] * x[i] * (float)q[i];
    }
    double determinant = w * q2 - q1 * q1;
    if (determinant <= 0) continue;
    double d = (w * qx - q1 * x1) / determinant, m = (q2 * x1 - q1 * qx) / determinant;
    if (m > 0) {
      m = 0;
      d = qx / q2;
    }
    float error = 0;
    for (int i = 0; i < count; i++) {
      float difference = (float)d * (float)q[i] + (float)m - x[i];
      error += weights[i] * difference * difference;
    }
    if (error < best && d > 0) {
      best = error;
      *factor = (float)d;
      *offset = (float)-m;
    }
  }
}

// The factor, of either sign, that fits `x` best with integers from -half to half - 1.
static float fit_centred(const float *x, int count, int half) {
  float top = extreme(x, count), result = 0;
  if (fabsf(top) < 1e-30f) return 0;
  double best = -1;
  for (int step = -9; step <= 9; step++) {
    float scale = -((float)half + 0.1f * (float)step) / top;
    double qx = 0, q2 = 0;
    for (int i = 0; i < count; i++) {
      int q = rounded(scale * x[i], -half, half - 1);
      double w = (double)x[i] * x[i];
      qx += w * x[i] * q;
      q2 += w * q * q;
    }
    if (q2 > 0 && qx * qx / q2 > best) {
      best = qx * qx / q2;
      result = (float)(qx / q2);
    }
  }
  return result;
}

// The factors of all groups as integers of up to `steps` times one 16-bit float at `out`.
static bool share_factor(const float *factors, int groups, int steps, int *integers, uint8_t *out) {
  float largest = 0;
  for (int j = 0; j < groups; j++) largest = fmaxf(largest, factors[j]);
  if (!put_half(largest / (float)steps, out)) return false;
  float id = inverse(get_half(out));
  for (int j = 0; j < groups; j++) integers[j] = rounded(factors[j] * id, 0, steps);
  return true;
}

static void pack_k_scales(const int *factors, const int *offsets, uint8_t *out) {
  for (int j = 0; j < 4; j++) {
    out[j] = (uint8_t)(factors[j] | factors[4 + j] >> 4 << 6);
    out[4 + j] = (uint8_t)(offsets[j] | offsets[4 + j] >> 4 << 6);
    out[8 + j] = (uint8_t)((factors[4 + j] & 15) | (offsets[4 + j] & 15) << 4);
  }
}

// Integers of one group with the factor and the offset as they will be read.
static void round_range(const float *x, int count, int top, float factor, float offset, uint8_t *q) {
  float id = inverse(factor);
  for (int i = 0; i < count; i++) q[i] = (uint8_t)rounded((x[i] + offset) * id, 0, top);
}

static bool quantize_q4_q5_k(const float *x, int bits, uint8_t *out) {
  float factors[8], offsets[8];
  int scale[8], low[8], top = (1 << bits) - 1;
  uint8_t q[256];
  for (int j = 0; j < 8; j++) fit_range(x + 32 * j, 32, top, factors + j, offsets + j);
  if (!share_factor(factors, 8, 63, scale, out) || !share_factor(offsets, 8, 63, low, out + 2)) return false;
  pack_k_scales(scale, low, out + 4);
  for (int j = 0; j < 8; j++) {
    float d = get_half(out) * (float)scale[j], m = get_half(out + 2) * (float)low[j];
    round_range(x + 32 * j, 32, top, d, m, q + 32 * j);
  }
  uint8_t *high = out + 16, *packed = out + (bits == 5 ? 48 : 16);
  if (bits == 5) memset(high, 0, 32);
  for (int j = 0; j < 8; j += 2) {
    for (int i = 0; i < 32; i++) {
      int a = q[32 * j + i], b = q[32 * j + 32 + i];
      packed[16 * j + i] = (uint8_t)((a & 15) | (b & 15) << 4);
      if (bits == 5) high[i] |= (uint8_t)((a >> 4) << j | (b >> 4) << (j + 1));
    }
  }
  return true;
}

static bool quantize_q2_k(const float *x, uint8_t *out) {
  float factors[16], offsets[16];
  int scale[16], low[16];
  uint8_t q[16];
  for (int j = 0; j < 16; j++) fit_range(x + 16 * j, 16, 3, factors + j, offsets + j);
  if (!share_factor(factors, 16, 15, scale, out + 80) || !share_factor(offsets, 16, 15, low, out + 82)) return false;
  memset(out + 16, 0, 64);
  for (int j = 0; j < 16; j++) {
    out[j] = (uint8_t)(scale[j] | low[j] << 4);
    round_range(x + 16 * j, 16, 3, get_half(out + 80) * (float)scale[j], get_half(out + 82) * (float)low[j], q);
    for (int i = 0; i < 16; i++) out[16 + j / 8 * 32 + j % 2 * 16 + i] |= (uint8_t)(q[i] << (j / 2 % 4 * 2));
  }
  return true;
}

// Signed factors of 16 groups as integers from -limit up times one 16-bit float at `out`.
static bool share_signed_factor(const float *factors, int limit, int *integers, uint8_t *out) {
  if (!put_half(extreme(factors, 16) / (float)-limit, out)) return false;
  float id = inverse(get_half(out));
  for (int j = 0; j < 16; j++) integers[j] = rounded(factors[j] * id, -limit, limit - 1);
  return true;
}

static bool quantize_q3_k(const float *x, uint8_t *out) {
  float factors[16];
  int scale[16];
  for (int j = 0; j < 16; j++) factors[j] = fit_centred(x + 16 * j, 16, 4);
  if (!share_signed_factor(factors, 32, scale, out + 108)) return false;
  memset(out, 0, 108);
  for (int j = 0; j < 16; j++) {
    int stored = scale[j] + 32;
    out[96 + j % 8] |= (uint8_t)((stored & 15) << (j / 8 * 4));
    out[104 + j % 4] |= (uint8_t)(stored >> 4 << (j / 4 * 2));
    float id = inverse(get_half(out + 108) * (float)scale[j]);
    for (int i = 0; i < 16; i++) {
      int q = rounded(x[16 * j + i] * id, -4, 3) + 4;
      out[j % 2 * 16 + i] |= (uint8_t)(q >> 2 << (j / 2));
      out[32 + j / 8 * 32 + j % 2 * 16 + i] |= (uint8_t)((q & 3) << (j / 2 % 4 * 2));
    }
  }
  return true;
}

static bool quantize_q6_k(const float *x, uint8_t *out) {
  float factors[16];
  int scale[16];
  for (int j = 0; j < 16; j++) factors[j] = fit_centred(x + 16 * j, 16, 32);
  if (!share_signed_factor(factors, 128, scale, out + 208)) return false;
  memset(out, 0, 192);
  for (int j = 0; j < 16; j++) {
    int part = j / 8, layer = j / 2 % 4, half = j % 2;
    out[192 + j] = (uint8_t)(int8_t)scale[j];
    float id = inverse(get_half(out + 208) * (float)scale[j]);
    for (int i = 0; i < 16; i++) {
      int q = rounded(x[16 * j + i] * id, -32, 31) + 32;
      out[part * 64 + layer % 2 * 32 + half * 16 + i] |= (uint8_t)((q & 15) << (layer / 2 * 4));
      out[128 + part * 32 + half * 16 + i] |= (uint8_t)(q >> 4 << (layer * 2));
    }
  }
  return true;
}

static bool quantize_block(int dtype, const float *x, uint8_t *out) {
  switch (dtype) {
    case CK_Q8_0: return quantize_q8_0(x, out);
    case CK_Q5_0: return quantize_centred(x, 5, out);
    case CK_Q4_0: return quantize_centred(x, 4, out);
    case CK_Q5_1: return quantize_ranged(x, 5, out);
    case CK_Q4_1: return quantize_ranged(x, 4, out);
    case CK_Q6_K: return quantize_q6_k(x, out);
    case CK_Q5_K: return quantize_q4_q5_k(x, 5, out);
    case CK_Q4_K: return quantize_q4_q5_k(x, 4, out);
    case CK_Q3_K: return quantize_q3_k(x, out);
    case CK_Q2_K: return quantize_q2_k(x, out);
    default: return false;
  }
}

bool ck_quantize_blocks(int dtype, const float *values, int64_t count, uint8_t *out) {
  static const int sizes[] = {[CK_Q8_0] = 34,  [CK_Q6_K] = 210, [CK_Q5_K] = 176, [CK_Q5_0] = 22,  [CK_Q5_1] = 24,
                              [CK_Q4_K] = 144, [CK_Q4_0] = 18,  [CK_Q4_1] = 20,  [CK_Q3_K] = 110, [CK_Q2_K] = 84};
  if (dtype < CK_Q8_0 || dtype > CK_Q2_K) return false;
  int elements = dtype == CK_Q8_0 || dtype == CK_Q5_0 || dtype == CK_Q5_1 || dtype == CK_Q4_0 || dtype == CK_Q4_1 ? 32 : 256;
  for (int64_t i = 0; i < count; i++) {
    // Beyond this a difference of two could be infinite, and no factor of 16 bits is that large anyhow.
    if (!(fabsf(values[i]) < 1e30f)) return false;
  }
  for (int64_t i = 0; i < count / elements; i++) {
    if (!quantize_block(dtype, values + i * elements, out + i * sizes[dtype])) return false;
  }
  return true;
}
