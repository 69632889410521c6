// Rounding of floats to ggml's quantized blocks, for files that are written.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// Quantizes `count` floats, whole blocks of the type numbered `dtype` (a ck_dtype from CK_Q8_0 to CK_Q2_K), to `out`.
// False, with nothing of use in `out`, where a value is not finite or too large for the type's 16-bit factors.
bool ck_quantize_blocks(int dtype, const float *_Nonnull values, int64_t count, uint8_t *_Nonnull out);
