// Widening of ggml's quantized blocks: https://github.com/ggml-org/ggml, ggml-common.h and ggml-quants.c.
//
// A block holds 32 or 256 elements, some packed integers and 16-bit factors for them. No product is fused with its
// sum, so that every processor gives the bits of the reference.

typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));
typedef uint8_t bytes16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));

INLINE bytes16 load_bytes(const uint8_t *p) { return *(const bytes16_u *)p; }
INLINE vf to_floats(bytes16 q) { return __builtin_convertvector(q, vf); }

// A factor at the edge of a block.
INLINE float half_factor(const uint8_t *p) {
  uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8;
  uint32_t rest = bits & 0x7fff;
  uint32_t normal = (rest << 13) + (112u << 23);
  uint32_t small = __builtin_bit_cast(uint32_t, (float)rest * 0x1p-24f);
  uint32_t magnitude = rest < 0x0400 ? small : rest >= 0x7c00 ? rest << 13 | 0x7f800000 : normal;
  return __builtin_bit_cast(float, magnitude | (bits & 0x8000) << 16);
}

// Bit i of `bits` in lane i.
INLINE bytes16 spread_bits(uint32_t bits) {
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return __builtin_convertvector(((vi)((int32_t)bits) >> lanes) & 1, bytes16);
}

INLINE uint32_t load_word(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

// (q - zero) * factor for 16 elements; the difference is exact.
INLINE void store_scaled(float *out, bytes16 q, float zero, float factor) {
  store(out, (to_floats(q) - zero) * factor);
}

// q * factor + offset.
INLINE void store_shifted(float *out, bytes16 q, float factor, float offset) {
#pragma clang fp contract(off)
  store(out, to_floats(q) * factor + offset);
}

INLINE void widen_q8_0(const uint8_t *block, float *out) {
  typedef int8_t signed16_u __attribute__((ext_vector_type(16), aligned(1), may_alias));
  float d = half_factor(block);
  store(out, __builtin_convertvector(*(const signed16_u *)(block + 2), vf) * d);
  store(out + 16, __builtin_convertvector(*(const signed16_u *)(block + 18), vf) * d);
}

INLINE void widen_q4_0(const uint8_t *block, float *out) {
  float d = half_factor(block);
  bytes16 q = load_bytes(block + 2);
  store_scaled(out, q & 15, 8, d);
  store_scaled(out + 16, q >> 4, 8, d);
}

INLINE void widen_q4_1(const uint8_t *block, float *out) {
  float d = half_factor(block), m = half_factor(block + 2);
  bytes16 q = load_bytes(block + 4);
  store_shifted(out, q & 15, d, m);
  store_shifted(out + 16, q >> 4, d, m);
}

INLINE void widen_q5_0(const uint8_t *block, float *out) {
  float d = half_factor(block);
  uint32_t high = load_word(block + 2);
  bytes16 q = load_bytes(block + 6);
  store_scaled(out, (q & 15) | spread_bits(high) << 4, 16, d);
  store_scaled(out + 16, q >> 4 | spread_bits(high >> 16) << 4, 16, d);
}

INLINE void widen_q5_1(const uint8_t *block, float *out) {
  float d = half_factor(block), m = half_factor(block + 2);
  uint32_t high = load_word(block + 4);
  bytes16 q = load_bytes(block + 8);
  store_shifted(out, (q & 15) | spread_bits(high) << 4, d, m);
  store_shifted(out + 16, q >> 4 | spread_bits(high >> 16) << 4, d, m);
}

// Sixteen groups of 16: 4-bit factors and offsets, 2-bit integers in four layers of 2 x 32 bytes.
INLINE void widen_q2_k(const uint8_t *block, float *out) {
  const uint8_t *scales = block, *q = block + 16;
  float d = half_factor(block + 80), m = half_factor(block + 82);
  for (int group = 0; group < 16; group++) {
    bytes16 bits = load_bytes(q + group / 8 * 32 + group % 2 * 16) >> (uint8_t)(group / 2 % 4 * 2);
    store_shifted(out + 16 * group, bits & 3, d * (float)(scales[group] & 15), -(m * (float)(scales[group] >> 4)));
  }
}

// The same with a third bit apart (set: nothing is taken away) and signed 6-bit factors.
INLINE void widen_q3_k(const uint8_t *block, float *out) {
  const uint8_t *high = block, *q = block + 32, *scales = block + 96;
  float d = half_factor(block + 108);
  for (int group = 0; group < 16; group++) {
    int low = scales[group % 8] >> (group / 8 * 4) & 15;
    int scale = (low | (scales[8 + group % 4] >> (group / 4 * 2) & 3) << 4) - 32;
    bytes16 bits = load_bytes(q + group / 8 * 32 + group % 2 * 16) >> (uint8_t)(group / 2 % 4 * 2) & 3;
    bytes16 third = load_bytes(high + group % 2 * 16) >> (uint8_t)(group / 2) & 1;
    store_scaled(out + 16 * group, bits | third << 2, 4, d * (float)scale);
  }
}

// Eight 6-bit factors and as many offsets in twelve bytes.
INLINE void unpack_k_scales(const uint8_t *packed, float *factors, float *offsets) {
  for (int j = 0; j < 4; j++) {
    factors[j] = (float)(packed[j] & 63);
    offsets[j] = (float)(packed[4 + j] & 63);
    factors[4 + j] = (float)((packed[8 + j] & 15) | (packed[j] >> 2 & 0x30));
    offsets[4 + j] = (float)(packed[8 + j] >> 4 | (packed[4 + j] >> 2 & 0x30));
  }
}

INLINE void widen_q4_k(const uint8_t *block, float *out) {
  float d = half_factor(block), m = half_factor(block + 2), factors[8], offsets[8];
  unpack_k_scales(block + 4, factors, offsets);
  for (int group = 0; group < 8; group++) {
    for (int half = 0; half < 2; half++) {
      bytes16 q = load_bytes(block + 16 + group / 2 * 32 + half * 16) >> (uint8_t)(group % 2 * 4) & 15;
      store_shifted(out + 32 * group + 16 * half, q, d * factors[group], -(m * offsets[group]));
    }
  }
}

INLINE void widen_q5_k(const uint8_t *block, float *out) {
  float d = half_factor(block), m = half_factor(block + 2), factors[8], offsets[8];
  unpack_k_scales(block + 4, factors, offsets);
  for (int group = 0; group < 8; group++) {
    for (int half = 0; half < 2; half++) {
      bytes16 q = load_bytes(block + 48 + group / 2 * 32 + half * 16) >> (uint8_t)(group % 2 * 4) & 15;
      bytes16 fifth = load_bytes(block + 16 + half * 16) >> (uint8_t)group & 1;
      store_shifted(out + 32 * group + 16 * half, q | fifth << 4, d * factors[group], -(m * offsets[group]));
    }
  }
}

INLINE void widen_q6_k(const uint8_t *block, float *out) {
  const uint8_t *low = block, *high = block + 128;
  const int8_t *scales = (const int8_t *)block + 192;
  float d = half_factor(block + 208);
  for (int group = 0; group < 16; group++) {
    int part = group / 8, layer = group / 2 % 4, half = group % 2;
    bytes16 q = load_bytes(low + part * 64 + layer % 2 * 32 + half * 16) >> (uint8_t)(layer / 2 * 4) & 15;
    bytes16 top = load_bytes(high + part * 32 + half * 16) >> (uint8_t)(layer * 2) & 3;
    store_scaled(out + 16 * group, q | top << 4, 32, d * (float)scales[group]);
  }
}

#define WIDEN_EACH(function, size, bytes) \
  for (int64_t i = 0; i < count / (size); i++) function(p + i * (bytes), out + i * (size)); \
  return

// Widens whole blocks: `count` is a multiple of the type's block.
static void BODY(widen_blocks)(ck_dtype dtype, const void *source, int64_t count, float *out) {
  const uint8_t *p = source;
  switch (dtype) {
    case CK_Q8_0: WIDEN_EACH(widen_q8_0, 32, 34);
    case CK_Q5_0: WIDEN_EACH(widen_q5_0, 32, 22);
    case CK_Q5_1: WIDEN_EACH(widen_q5_1, 32, 24);
    case CK_Q4_0: WIDEN_EACH(widen_q4_0, 32, 18);
    case CK_Q4_1: WIDEN_EACH(widen_q4_1, 32, 20);
    case CK_Q6_K: WIDEN_EACH(widen_q6_k, 256, 210);
    case CK_Q5_K: WIDEN_EACH(widen_q5_k, 256, 176);
    case CK_Q4_K: WIDEN_EACH(widen_q4_k, 256, 144);
    case CK_Q3_K: WIDEN_EACH(widen_q3_k, 256, 110);
    case CK_Q2_K: WIDEN_EACH(widen_q2_k, 256, 84);
    default: return;
  }
}

#undef WIDEN_EACH
