// Rounding of floats to 8-bit integers that share one factor. No step is fused, so that every processor and every
// position in a run gives the same integers.

// The larger of `top` and the bits of the largest magnitude of `count` floats; those of a value that is not finite
// are larger than any other.
INLINE int32_t largest_magnitude(const float *source, int64_t count, int32_t top) {
  int64_t i = 0;
  vi most = (vi)(0);
  for (; i + 16 <= count; i += 16) {
    most = __builtin_elementwise_max(most, __builtin_bit_cast(vi, load(source + i)) & 0x7fffffff);
  }
  for (int lane = 0; lane < 16; lane++) top = most[lane] > top ? most[lane] : top;
  for (; i < count; i++) {
    int32_t bits = __builtin_bit_cast(int32_t, source[i]) & 0x7fffffff;
    top = bits > top ? bits : top;
  }
  return top;
}

// The factor of integers whose largest, 127, stands for the magnitude with the bits `top`; `inverse` makes them.
// Magnitudes below 2^-100 count as zero; one that is not finite makes everything not a number.
INLINE float quantization_scale(int32_t top, float *inverse) {
  *inverse = 0;
  if (top >= 0x7f800000) return __builtin_nanf("");
  float largest = __builtin_bit_cast(float, top);
  if (largest < 0x1p-100f) return 0;
  *inverse = 127 / largest;
  return largest / 127;
}

// Integers of `count` floats, each exclusive-or `flip`: 0x80 turns -128...127 into 0...255.
INLINE void quantize_run(const float *source, int64_t count, float inverse, uint8_t flip, uint8_t *out) {
#pragma clang fp contract(off)
  typedef uint8_t byte16 __attribute__((ext_vector_type(16)));
  typedef uint8_t byte16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));
  int64_t i = 0;
  if (inverse == 0) {
    memset(out, flip, (size_t)count);
    return;
  }
  for (; i + 16 <= count; i += 16) {
    vf shifted = load(source + i) * inverse + ROUNDER;
    *(byte16_u *)(out + i) = __builtin_convertvector(__builtin_bit_cast(vi, shifted), byte16) ^ flip;
  }
  for (; i < count; i++) {
    float shifted = source[i] * inverse + ROUNDER;
    out[i] = (uint8_t)__builtin_bit_cast(int32_t, shifted) ^ flip;
  }
}

// Turns up to 12 x 32 integer sums into their values: sum * (row factor * column factor) + bias.
INLINE void dequantize(float *block, int64_t stride, int64_t rows, const float *row_scale,
                       const float *column_scale, const float *bias) {
#pragma clang fp contract(off)
  typedef int32_t vi_u __attribute__((ext_vector_type(16), aligned(4), may_alias));
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < CK_PANEL_COLUMNS; j += 16) {
      float *at = block + i * stride + j;
      vf sums = __builtin_convertvector(*(const vi_u *)at, vf);
      store(at, sums * (row_scale[i] * load(column_scale + j)) + load(bias + j));
    }
  }
}
