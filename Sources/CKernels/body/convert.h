// Widening and narrowing of stored elements.

INLINE float widen_bf16(uint16_t bits) {
  return __builtin_bit_cast(float, (uint32_t)bits << 16);
}

// Exact for every value. Small ones, of exponent zero, are made from their integers: arithmetic on subnormal floats
// takes a hundred times longer, and many weights are that small.
INLINE vf widen_f16v(const uint16_t *p) {
  typedef uint16_t half16_u __attribute__((ext_vector_type(16), aligned(2), may_alias));
  vi bits = __builtin_convertvector(*(const half16_u *)p, vi);
  vi sign = (bits & 0x8000) << 16;
  vi rest = bits & 0x7fff;
  vi normal = (rest << 13) + (112 << 23);
  vi small = __builtin_bit_cast(vi, __builtin_convertvector(rest, vf) * 0x1p-24f);
  vi magnitude = rest < 0x0400 ? small : rest >= 0x7c00 ? (rest << 13) | 0x7f800000 : normal;
  return __builtin_bit_cast(vf, magnitude | sign);
}

INLINE vf widen_bf16v(const uint16_t *p) {
  typedef uint16_t half16_u __attribute__((ext_vector_type(16), aligned(2), may_alias));
  vi bits = __builtin_convertvector(*(const half16_u *)p, vi);
  return __builtin_bit_cast(vf, bits << 16);
}

INLINE vf widen_int8v(const int8_t *p) {
  typedef int8_t byte16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));
  return __builtin_convertvector(*(const byte16_u *)p, vf);
}

// E4M3 without infinities: bias 7, only 0x7f and 0xff are not numbers.
INLINE vf widen_e4m3v(const uint8_t *p) {
  typedef uint8_t byte16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));
  vi bits = __builtin_convertvector(*(const byte16_u *)p, vi);
  vi sign = (bits & 0x80) << 24;
  vi rest = bits & 0x7f;
  vi normal = (rest << 20) + (120 << 23);
  vi small = __builtin_bit_cast(vi, __builtin_convertvector(rest, vf) * 0x1p-9f);
  vi magnitude = rest < 0x08 ? small : rest == 0x7f ? (vi)(0x7fc00000) : normal;
  return __builtin_bit_cast(vf, magnitude | sign);
}

// E5M2 is the upper half of a 16-bit float.
INLINE vf widen_e5m2v(const uint8_t *p) {
  typedef uint8_t byte16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));
  typedef uint16_t half16 __attribute__((ext_vector_type(16)));
  half16 bits = __builtin_convertvector(*(const byte16_u *)p, half16) << 8;
  return widen_f16v((const uint16_t *)&bits);
}

// Bytes that `count` elements take, a multiple of the type's block.
INLINE int64_t stored_bytes(ck_dtype dtype, int64_t count) {
  switch (dtype) {
    case CK_FLOAT32: return 4 * count;
    case CK_FLOAT16:
    case CK_BFLOAT16: return 2 * count;
    case CK_INT8:
    case CK_FLOAT8_E4M3:
    case CK_FLOAT8_E5M2: return count;
    case CK_Q8_0: return count / 32 * 34;
    case CK_Q5_0: return count / 32 * 22;
    case CK_Q5_1: return count / 32 * 24;
    case CK_Q4_0: return count / 32 * 18;
    case CK_Q4_1: return count / 32 * 20;
    case CK_Q6_K: return count / 256 * 210;
    case CK_Q5_K: return count / 256 * 176;
    case CK_Q4_K: return count / 256 * 144;
    case CK_Q3_K: return count / 256 * 110;
    case CK_Q2_K: return count / 256 * 84;
  }
  return 4 * count;
}

// 16 elements from element `index` on.
INLINE vf widen_at(ck_dtype dtype, const void *source, int64_t index) {
  switch (dtype) {
    case CK_FLOAT32: {
      typedef float float16_b __attribute__((ext_vector_type(16), aligned(1), may_alias));
      return *(const float16_b *)((const uint8_t *)source + 4 * index);
    }
    case CK_FLOAT16: return widen_f16v((const uint16_t *)((const uint8_t *)source + 2 * index));
    case CK_BFLOAT16: return widen_bf16v((const uint16_t *)((const uint8_t *)source + 2 * index));
    case CK_INT8: return widen_int8v((const int8_t *)source + index);
    case CK_FLOAT8_E4M3: return widen_e4m3v((const uint8_t *)source + index);
    case CK_FLOAT8_E5M2: return widen_e5m2v((const uint8_t *)source + index);
    default: return splat(0);
  }
}

INLINE void widen_run(ck_dtype dtype, const void *source, int64_t count, float scale, float *out) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) store(out + i, widen_at(dtype, source, i) * scale);
  if (i < count) {
    // The tail goes through a copy, so that nothing beyond the source is read.
    uint8_t rest[64] = {0};
    memcpy(rest, (const uint8_t *)source + stored_bytes(dtype, i), (size_t)stored_bytes(dtype, count - i));
    store_part(out + i, widen_at(dtype, rest, 0) * scale, count - i);
  }
}

static void BODY(widen)(ck_dtype dtype, const void *source, int64_t count, float scale, float *out) {
  switch (dtype) {
    case CK_FLOAT32: memcpy(out, source, (size_t)count * 4); return;
    case CK_FLOAT16: widen_run(CK_FLOAT16, source, count, 1, out); return;
    case CK_BFLOAT16: widen_run(CK_BFLOAT16, source, count, 1, out); return;
    case CK_INT8: widen_run(CK_INT8, source, count, scale, out); return;
    case CK_FLOAT8_E4M3: widen_run(CK_FLOAT8_E4M3, source, count, scale, out); return;
    case CK_FLOAT8_E5M2: widen_run(CK_FLOAT8_E5M2, source, count, scale, out); return;
    default: BODY(widen_blocks)(dtype, source, count, out); return;
  }
}

INLINE uint16_t narrow_bf16(float x) {
  uint32_t bits = __builtin_bit_cast(uint32_t, x);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

INLINE void narrow_bf16v(vf x, uint16_t *out) {
  typedef uint16_t half16 __attribute__((ext_vector_type(16)));
  typedef uint16_t half16_u __attribute__((ext_vector_type(16), aligned(2), may_alias));
  vi bits = __builtin_bit_cast(vi, x);
  vi rounded = bits + 0x7fff + ((bits >> 16) & 1);
  rounded = x != x ? (vi)(0x7fc00000) : rounded;
  *(half16_u *)out = __builtin_convertvector(rounded >> 16, half16);
}

// Round to nearest even by adding a number whose last place is the target's last place.
INLINE uint16_t narrow_f16(float x) {
  uint32_t bits = __builtin_bit_cast(uint32_t, x);
  uint32_t sign = bits >> 16 & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (magnitude >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
  if (magnitude < 0x38800000) {
    float shifted = __builtin_bit_cast(float, magnitude) + 0.5f;
    return (uint16_t)(sign | (__builtin_bit_cast(uint32_t, shifted) - 0x3f000000));
  }
  uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
  return (uint16_t)(sign | ((rounded - 0x38000000) >> 13));
}

static void BODY(narrow)(ck_dtype dtype, const float *source, int64_t count, uint16_t *out) {
  if (dtype == CK_BFLOAT16) {
    for (int64_t i = 0; i < count; i++) out[i] = narrow_bf16(source[i]);
  } else {
    for (int64_t i = 0; i < count; i++) out[i] = narrow_f16(source[i]);
  }
}
