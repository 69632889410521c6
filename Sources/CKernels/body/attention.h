// Attention of one head over blocks of 64 queries and 64 keys, without the score matrix.
//
// Scores stand transposed, (keys, queries): lanes are queries, so that the running maximum and sum of the
// online softmax (Milakov and Gimelshein, 1805.02867) need no sum across lanes, and keys and values are read
// where they are, one broadcast a value.

// out (rows, 64) = row factors x columns: out[i][q] = sum_t a[i * a_row + t * a_step] * b[t][q]
INLINE void scores_rows(const int rows, int64_t depth, const float *restrict a, int64_t a_stride,
                        const float *restrict b, float *restrict c) {
  gv low[ATTENTION_ROWS], high[ATTENTION_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) low[i] = high[i] = (gv)(0.0f);
#pragma clang loop unroll_count(4)
  for (int64_t t = 0; t < depth; t++) {
    gv b0 = *(const gv_u *)(b + t * CK_BLOCK);
    gv b1 = *(const gv_u *)(b + t * CK_BLOCK + GEMM_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      gv s = (gv)(a[i * a_stride + t]);
      low[i] = s * b0 + low[i];
      high[i] = s * b1 + high[i];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    *(gv_u *)(c + i * CK_BLOCK) = low[i];
    *(gv_u *)(c + i * CK_BLOCK + GEMM_LANES) = high[i];
  }
}

// c[i][q] = c[i][q] * decay[q] + sum_t a[t * a_stride + i] * b[t][q]
INLINE void values_rows(const int rows, int64_t depth, const float *restrict a, int64_t a_stride,
                        const float *restrict b, const float *restrict decay, float *restrict c) {
  gv low[ATTENTION_ROWS], high[ATTENTION_ROWS];
  gv d0 = *(const gv_u *)decay;
  gv d1 = *(const gv_u *)(decay + GEMM_LANES);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    low[i] = *(const gv_u *)(c + i * CK_BLOCK) * d0;
    high[i] = *(const gv_u *)(c + i * CK_BLOCK + GEMM_LANES) * d1;
  }
#pragma clang loop unroll_count(4)
  for (int64_t t = 0; t < depth; t++) {
    gv b0 = *(const gv_u *)(b + t * CK_BLOCK);
    gv b1 = *(const gv_u *)(b + t * CK_BLOCK + GEMM_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      gv s = (gv)(a[t * a_stride + i]);
      low[i] = s * b0 + low[i];
      high[i] = s * b1 + high[i];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    *(gv_u *)(c + i * CK_BLOCK) = low[i];
    *(gv_u *)(c + i * CK_BLOCK + GEMM_LANES) = high[i];
  }
}

// How many of the rows left to take at once. One row alone waits for its own sums, so none is left where four can be
// taken twice: of 64 rows six at a time leave four, of 32 twice four.
INLINE int64_t next_rows(int64_t left) {
  if (left == ATTENTION_ROWS || left >= ATTENTION_ROWS + 4) return ATTENTION_ROWS;
  return left >= 4 ? 4 : 1;
}

static void BODY(scores)(int64_t keys, int64_t dim, const float *k, int64_t k_stride, const float *q, float *s) {
  for (int column = 0; column < CK_BLOCK; column += 2 * GEMM_LANES) {
    for (int64_t row = 0, rows; row < keys; row += rows) {
      rows = next_rows(keys - row);
      const float *from = k + row * k_stride;
      float *to = s + row * CK_BLOCK + column;
      if (rows == ATTENTION_ROWS) scores_rows(ATTENTION_ROWS, dim, from, k_stride, q + column, to);
      else if (rows == 4) scores_rows(4, dim, from, k_stride, q + column, to);
      else scores_rows(1, dim, from, k_stride, q + column, to);
    }
  }
}

static void BODY(values)(int64_t keys, int64_t dim, const float *v, int64_t v_stride, const float *p,
                         const float *decay, float *out) {
  for (int column = 0; column < CK_BLOCK; column += 2 * GEMM_LANES) {
    for (int64_t row = 0, rows; row < dim; row += rows) {
      rows = next_rows(dim - row);
      const float *weights = p + column, *decays = decay + column;
      float *to = out + row * CK_BLOCK + column;
      if (rows == ATTENTION_ROWS) values_rows(ATTENTION_ROWS, keys, v + row, v_stride, weights, decays, to);
      else if (rows == 4) values_rows(4, keys, v + row, v_stride, weights, decays, to);
      else values_rows(1, keys, v + row, v_stride, weights, decays, to);
    }
  }
}

// Adds the bias and hides what the masks hide.
static void BODY(mask_scores)(const ck_attention *job, int64_t head, int64_t query0, int64_t queries,
                              int64_t key0, int64_t keys, float *s) {
  for (int64_t j = 0; j < keys; j++) {
    float *row = s + j * CK_BLOCK;
    int64_t key = key0 + j;
    if (job->bias) {
      const float *bias = job->bias + (head * job->keys + key) * job->queries + query0;
      for (int64_t i = 0; i < queries; i++) row[i] += bias[i] * 1.4426950408889634f;
    }
    bool hidden = job->key_mask && !job->key_mask[key];
    // Query i sees keys up to i + keys - queries.
    int64_t first = job->causal ? key - (job->keys - job->queries) - query0 : 0;
    int64_t until = hidden ? CK_BLOCK : first < CK_BLOCK ? first : CK_BLOCK;
    for (int64_t i = 0; i < until; i++) row[i] = -__builtin_inff();
  }
}

// One step of the online softmax: scores to weights in place, and the factor for what was summed before.
static void BODY(soften)(int64_t keys, float *s, float *top, float *sum, float *decay) {
  for (int column = 0; column < CK_BLOCK; column += 16) {
    vf before = load(top + column);
    vf m = before;
    for (int64_t j = 0; j < keys; j++) m = vmax(m, load(s + j * CK_BLOCK + column));
    vf factor = exp2v(before - m);
    vf total = load(sum + column) * factor;
    for (int64_t j = 0; j < keys; j++) {
      vf p = exp2v(load(s + j * CK_BLOCK + column) - m);
      store(s + j * CK_BLOCK + column, p);
      total += p;
    }
    store(top + column, m);
    store(sum + column, total);
    store(decay + column, factor);
  }
}

static void BODY(attention)(const ck_attention *job, int64_t head, int64_t query_block) {
  int64_t dim = job->dim;
  int64_t query0 = query_block * CK_BLOCK;
  int64_t queries = job->queries - query0 < CK_BLOCK ? job->queries - query0 : CK_BLOCK;
  int64_t kv_head = head / (job->heads / job->kv_heads);
  float *q = ck_scratch(0, (size_t)(2 * dim * CK_BLOCK) * sizeof(float));
  float *out = q + dim * CK_BLOCK;
  float *s = ck_scratch(1, CK_BLOCK * CK_BLOCK * sizeof(float));
  float top[CK_BLOCK], sum[CK_BLOCK], decay[CK_BLOCK];

  // Scores are kept in units of log 2, so that the softmax needs no multiplication of its own.
  float scale = job->scale * 1.4426950408889634f;
  for (int64_t t = 0; t < dim; t++) {
    for (int64_t i = 0; i < CK_BLOCK; i++) {
      q[t * CK_BLOCK + i] = i < queries ? job->q[(query0 + i) * job->q_stride + head * dim + t] * scale : 0.0f;
    }
  }
  memset(out, 0, (size_t)(dim * CK_BLOCK) * sizeof(float));
  for (int i = 0; i < CK_BLOCK; i++) {
    top[i] = -1e30f;
    sum[i] = 0;
  }

  int64_t key_blocks = (job->keys + CK_BLOCK - 1) / CK_BLOCK;
  int64_t row = head * ((job->queries + CK_BLOCK - 1) / CK_BLOCK) + query_block;
  int64_t begin = job->list ? job->list_start[row] : 0;
  int64_t end = job->list ? job->list_start[row + 1] : key_blocks;
  bool masked = job->bias || job->key_mask || job->causal;
  for (int64_t entry = begin; entry < end; entry++) {
    int64_t key0 = (job->list ? job->list[entry] : entry) * CK_BLOCK;
    int64_t keys = job->keys - key0 < CK_BLOCK ? job->keys - key0 : CK_BLOCK;
    // Under a causal mask, blocks beyond the last query's reach hold nothing.
    if (job->causal && key0 > query0 + queries - 1 + job->keys - job->queries) continue;
    BODY(scores)(keys, dim, job->k + key0 * job->k_stride + kv_head * dim, job->k_stride, q, s);
    if (masked) BODY(mask_scores)(job, head, query0, queries, key0, keys, s);
    BODY(soften)(keys, s, top, sum, decay);
    BODY(values)(keys, dim, job->v + key0 * job->v_stride + kv_head * dim, job->v_stride, s, decay, out);
  }

  for (int i = 0; i < CK_BLOCK; i++) sum[i] = sum[i] > 0 ? 1.0f / sum[i] : 0.0f;
  for (int64_t i = 0; i < queries; i++) {
    float *y = job->out + (query0 + i) * job->out_stride + head * dim;
    for (int64_t t = 0; t < dim; t++) y[t] = out[t * CK_BLOCK + i] * sum[i];
  }
}
