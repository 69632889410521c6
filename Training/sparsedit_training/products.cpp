// What a training step on a CPU with AVX-512 FP16 spends its time on: products and the softmax of attention.
//
// Products of float32 operands are computed on half-precision units, which do twice as many.
// Operands are rounded to half precision panel by panel, each panel scaled so that its largest element is
// LARGEST: no product of STEP terms overflows, and gradients, however small, stay in range. STEP terms are added
// in half precision, the sums of those in float32.

#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace {

constexpr int ROWS = 12;       // of a panel of the left operand
constexpr int COLUMNS = 64;    // of a panel of the right one
constexpr int STEP = 64;       // terms added in half precision
constexpr int DEPTH = 1024;    // terms packed at once: the right operand's panels stay in the second cache
constexpr int BLOCK = 4 * ROWS;
constexpr float LARGEST = 16;

struct Matrix {
    const float* data;
    int64_t row, column;       // strides; one of them is 1

    const float* at(int64_t i, int64_t j) const { return data + i * row + j * column; }
};

struct Memory {
    void* bytes = nullptr;
    size_t size = 0;

    template <typename T> T* grow(size_t count) {
        if (count * sizeof(T) > size) {
            free(bytes);
            size = (count * sizeof(T) + 63) / 64 * 64;
            bytes = aligned_alloc(64, size);
            if (bytes == nullptr) { size = 0; throw std::bad_alloc(); }
        }
        return static_cast<T*>(bytes);
    }
    ~Memory() { free(bytes); }
};

inline __mmask16 first(int count) { return count >= 16 ? 0xffff : count <= 0 ? 0 : (1u << count) - 1; }

inline __m512 magnitude(__m512 largest, __m512 x) { return _mm512_max_ps(largest, _mm512_abs_ps(x)); }

/// What to multiply with so that the largest element becomes LARGEST; `undo` is the inverse.
inline float scaled(__m512 largest, float& undo) {
    float m = _mm512_reduce_max_ps(largest);
    undo = m / LARGEST;
    return m > 0 ? LARGEST / m : 0;
}

/// Each half twice in 32 bits, for it is 32 bits that a load broadcasts for nothing.
inline __m512i doubled(__m512 x) {
    __m512i wide = _mm512_cvtepu16_epi32(_mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    return _mm512_or_si512(wide, _mm512_slli_epi32(wide, 16));
}

/// BLOCK x STEP of the left operand: [row][term] where terms lie together, otherwise [term][row].
float pack_left(const Matrix& a, int64_t i, int64_t k, int rows, int terms, uint32_t* packed) {
    const bool along = a.column == 1;
    const int lines = along ? rows : terms, length = along ? terms : rows;
    const int all = along ? BLOCK : STEP, width = along ? STEP : BLOCK;
    auto load = [&](int line, int place) {
        const __mmask16 mask = line < lines ? first(length - place) : 0;
        if (mask == 0) return _mm512_setzero_ps();
        return _mm512_maskz_loadu_ps(mask, along ? a.at(i + line, k + place) : a.at(i + place, k + line));
    };
    __m512 largest = _mm512_setzero_ps();
    for (int line = 0; line < lines; line++)
        for (int t = 0; t < width; t += 16) largest = magnitude(largest, load(line, t));
    float undo;
    const __m512 scale = _mm512_set1_ps(scaled(largest, undo));
    for (int line = 0; line < all; line++)
        for (int t = 0; t < width; t += 16)
            _mm512_store_si512(packed + line * width + t, doubled(_mm512_mul_ps(load(line, t), scale)));
    return undo;
}

/// STEP x COLUMNS of the right operand, [term][column].
float pack_right(const Matrix& b, int64_t k, int64_t j, int terms, int columns, uint16_t* packed) {
    __m512i index = _mm512_mullo_epi32(
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(int(b.column)));
    auto load = [&](int t, int c) {
        __mmask16 mask = t < terms ? first(columns - c) : 0;
        if (mask == 0) return _mm512_setzero_ps();
        const float* from = b.at(k + t, j + c);
        return b.column == 1 ? _mm512_maskz_loadu_ps(mask, from)
                             : _mm512_mask_i32gather_ps(_mm512_setzero_ps(), mask, index, from, 4);
    };
    alignas(64) float block[STEP][COLUMNS];
    __m512 largest = _mm512_setzero_ps();
    for (int t = 0; t < STEP; t++)
        for (int c = 0; c < COLUMNS; c += 16) {
            __m512 x = load(t, c);
            largest = magnitude(largest, x);
            _mm512_store_ps(&block[t][c], x);
        }
    float undo;
    __m512 scale = _mm512_set1_ps(scaled(largest, undo));
    for (int t = 0; t < STEP; t++)
        for (int c = 0; c < COLUMNS; c += 16) {
            __m512 x = _mm512_mul_ps(_mm512_load_ps(&block[t][c]), scale);
            __m256i half = _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
            _mm256_store_si256(reinterpret_cast<__m256i*>(packed + t * COLUMNS + c), half);
        }
    return undo;
}

/// sum += undo * left * right over STEP terms.
template <int ROW, int TERM>
inline void multiply(const uint32_t* left, const uint16_t* right, float undo, float (*sum)[COLUMNS]) {
    __m512h total[ROWS][2];
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) total[r][0] = total[r][1] = _mm512_setzero_ph();
#pragma GCC unroll 2
    for (int t = 0; t < STEP; t++) {
        __m512h b0 = _mm512_load_ph(right + t * COLUMNS), b1 = _mm512_load_ph(right + t * COLUMNS + 32);
#pragma GCC unroll 12
        for (int r = 0; r < ROWS; r++) {
            __m512h a = _mm512_castsi512_ph(_mm512_set1_epi32(int(left[r * ROW + t * TERM])));
            total[r][0] = _mm512_fmadd_ph(a, b0, total[r][0]);
            total[r][1] = _mm512_fmadd_ph(a, b1, total[r][1]);
        }
    }
    __m512 factor = _mm512_set1_ps(undo);
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int h = 0; h < 2; h++) {
            __m512i bits = _mm512_castph_si512(total[r][h]);
            __m512 low = _mm512_cvtph_ps(_mm512_castsi512_si256(bits));
            __m512 high = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(bits, 1));
            float* place = &sum[r][32 * h];
            _mm512_store_ps(place, _mm512_fmadd_ps(low, factor, _mm512_load_ps(place)));
            _mm512_store_ps(place + 16, _mm512_fmadd_ps(high, factor, _mm512_load_ps(place + 16)));
        }
}

/// e^x for x <= 0, to 2e-7 of it.
inline __m512 exponential(__m512 x) {
    const __m512 power = _mm512_mul_ps(_mm512_max_ps(x, _mm512_set1_ps(-100)), _mm512_set1_ps(1.44269504f));
    const __m512 whole = _mm512_roundscale_ps(power, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 rest = _mm512_sub_ps(power, whole);
    __m512 y = _mm512_set1_ps(0.0013333558f);  // ln(2)^n / n!
    for (float term : {0.0096181291f, 0.0555041087f, 0.2402265070f, 0.6931471806f, 1.0f})
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(term));
    return _mm512_scalef_ps(y, whole);
}

}  // namespace

/// Softmax of scale * scores (pictures x rows x keys) in place over the keys that `valid` (pictures x keys, may be
/// null) lets count; the others get 0.
extern "C" void softmax(
    float* scores, const uint8_t* valid, int64_t pictures, int64_t rows, int64_t keys, float scale) {
    const __m512 factor = _mm512_set1_ps(scale), least = _mm512_set1_ps(-1e30f);
    for (int64_t p = 0; p < pictures; p++) {
        auto counts = [&](int64_t j) {
            const __mmask16 inside = first(int(std::min<int64_t>(16, keys - j)));
            if (valid == nullptr) return inside;
            const __m128i bytes = _mm_maskz_loadu_epi8(inside, valid + p * keys + j);
            return __mmask16(inside & _mm_test_epi8_mask(bytes, bytes));
        };
        for (int64_t r = 0; r < rows; r++) {
            float* row = scores + (p * rows + r) * keys;
            __m512 largest = least, sum = _mm512_setzero_ps();
            for (int64_t j = 0; j < keys; j += 16)
                largest = _mm512_max_ps(largest, _mm512_mask_loadu_ps(least, counts(j), row + j));
            const __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
            for (int64_t j = 0; j < keys; j += 16) {
                const __m512 x = _mm512_sub_ps(_mm512_maskz_loadu_ps(counts(j), row + j), top);
                const __m512 y = _mm512_maskz_mov_ps(counts(j), exponential(_mm512_mul_ps(x, factor)));
                sum = _mm512_add_ps(sum, y);
                _mm512_mask_storeu_ps(row + j, first(int(std::min<int64_t>(16, keys - j))), y);
            }
            const __m512 share = _mm512_set1_ps(1 / _mm512_reduce_add_ps(sum));
            for (int64_t j = 0; j < keys; j += 16) {
                const __mmask16 inside = first(int(std::min<int64_t>(16, keys - j)));
                _mm512_mask_storeu_ps(row + j, inside, _mm512_mul_ps(share, _mm512_maskz_loadu_ps(inside, row + j)));
            }
        }
    }
}

/// The gradient by shares (rows x keys) of a softmax, in place to that by its unscaled scores.
extern "C" void softmax_gradient(float* gradient, const float* shares, int64_t rows, int64_t keys, float scale) {
    for (int64_t r = 0; r < rows; r++) {
        float* row = gradient + r * keys;
        const float* share = shares + r * keys;
        __m512 sum = _mm512_setzero_ps();
        for (int64_t j = 0; j < keys; j += 16) {
            const __mmask16 inside = first(int(std::min<int64_t>(16, keys - j)));
            sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(inside, row + j), _mm512_maskz_loadu_ps(inside, share + j), sum);
        }
        const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum)), factor = _mm512_set1_ps(scale);
        for (int64_t j = 0; j < keys; j += 16) {
            const __mmask16 inside = first(int(std::min<int64_t>(16, keys - j)));
            const __m512 rest = _mm512_sub_ps(_mm512_maskz_loadu_ps(inside, row + j), mean);
            const __m512 weight = _mm512_mul_ps(factor, _mm512_maskz_loadu_ps(inside, share + j));
            _mm512_mask_storeu_ps(row + j, inside, _mm512_mul_ps(rest, weight));
        }
    }
}

/// c (m x n, rows `stride` apart) = a (m x k) * b (k x n) + bias (n, may be null). Returns 0, or 1 without memory.
extern "C" int product(
    float* c, int64_t stride, const float* a, int64_t a_row, int64_t a_column, const float* b, int64_t b_row,
    int64_t b_column, int64_t m, int64_t n, int64_t k, const float* bias) try {
    static thread_local Memory left_memory, right_memory;
    const Matrix left{a, a_row, a_column}, right{b, b_row, b_column};
    const int64_t across = (n + COLUMNS - 1) / COLUMNS;
    const int deep = int(std::min<int64_t>(DEPTH, (k + STEP - 1) / STEP * STEP)) / STEP;
    uint16_t* packed_right = right_memory.grow<uint16_t>(size_t(across) * deep * STEP * COLUMNS + across * deep * 2);
    float* right_undo = reinterpret_cast<float*>(packed_right + size_t(across) * deep * STEP * COLUMNS);
    uint32_t* packed_left = left_memory.grow<uint32_t>(size_t(BLOCK) * deep * STEP);
    float left_undo[DEPTH / STEP];

    for (int64_t k0 = 0; k0 < k; k0 += DEPTH) {
        const int64_t depth = std::min<int64_t>(DEPTH, k - k0);
        const int steps = int((depth + STEP - 1) / STEP);
        for (int64_t j = 0; j < across; j++)
            for (int s = 0; s < steps; s++)
                right_undo[j * deep + s] = pack_right(
                    right, k0 + s * STEP, j * COLUMNS, int(std::min<int64_t>(STEP, depth - s * STEP)),
                    int(std::min<int64_t>(COLUMNS, n - j * COLUMNS)),
                    packed_right + (j * deep + s) * STEP * COLUMNS);
        for (int64_t i0 = 0; i0 < m; i0 += BLOCK) {
            const int panels = int((std::min<int64_t>(BLOCK, m - i0) + ROWS - 1) / ROWS);
            for (int s = 0; s < steps; s++)
                left_undo[s] = pack_left(
                    left, i0, k0 + s * STEP, int(std::min<int64_t>(BLOCK, m - i0)),
                    int(std::min<int64_t>(STEP, depth - s * STEP)), packed_left + s * BLOCK * STEP);
            for (int64_t j = 0; j < across; j++) {
                const int columns = int(std::min<int64_t>(COLUMNS, n - j * COLUMNS));
                for (int p = 0; p < panels; p++) {
                    alignas(64) float sum[ROWS][COLUMNS];
                    memset(sum, 0, sizeof sum);
                    for (int s = 0; s < steps; s++) {
                        const uint32_t* x = packed_left + s * BLOCK * STEP + p * ROWS * (a_column == 1 ? STEP : 1);
                        const uint16_t* y = packed_right + (j * deep + s) * STEP * COLUMNS;
                        const float undo = left_undo[s] * right_undo[j * deep + s];
                        if (a_column == 1) multiply<STEP, 1>(x, y, undo, sum);
                        else multiply<1, BLOCK>(x, y, undo, sum);
                    }
                    const int rows = int(std::min<int64_t>(ROWS, m - i0 - p * ROWS));
                    for (int r = 0; r < rows; r++) {
                        float* place = c + (i0 + p * ROWS + r) * stride + j * COLUMNS;
                        for (int t = 0; t < columns; t += 16) {
                            const __mmask16 mask = first(columns - t);
                            __m512 value = _mm512_load_ps(&sum[r][t]);
                            if (k0 > 0) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, place + t));
                            else if (bias != nullptr)
                                value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, bias + j * COLUMNS + t));
                            _mm512_mask_storeu_ps(place + t, mask, value);
                        }
                    }
                }
            }
        }
    }
    return 0;
} catch (const std::bad_alloc&) {
    return 1;
}
