import CKernels

/// Softmax attention of several heads at once, without the score matrix.
///
/// - Parameters:
///   - q: (queries, heads * dim).
///   - k, v: (keys, kvHeads * dim); head h reads key head h / (heads / kvHeads).
///   - scale: factor for the scores; nil means 1 / sqrt(dim).
///   - bias: (heads, queries, keys), added to the scaled scores.
///   - keyMask: one flag a key; false hides it. A query that sees no key gets zeros.
///   - causal: query i sees keys up to i + keys - queries.
/// - Returns: (queries, heads * dim).
///
/// Online softmax after Milakov and Gimelshein (arXiv 1805.02867), tiled as in FlashAttention (2205.14135).
package func attention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, kvHeads: Int? = nil, scale: Float? = nil,
  bias: Tensor? = nil, keyMask: [Bool]? = nil, causal: Bool = false
) -> Tensor {
  let visible = keyMask?.map { $0 ? UInt8(1) : 0 }
  return attend(
    q, k, v, heads: heads, kvHeads: kvHeads ?? heads, scale: scale, bias: bias, keyMask: visible,
    causal: causal, pattern: nil)
}

/// Attention over listed key blocks only; blocks that are not listed are neither read nor computed.
///
/// - Parameters:
///   - q: (queries, heads * dim).
///   - k, v: (keys, heads * dim).
///   - scale: factor for the scores; nil means 1 / sqrt(dim).
///   - blocks: for every head and block of 64 queries, the blocks of 64 keys it sees.
/// - Returns: (queries, heads * dim); with all blocks listed in order, the bits of `attention`.
package func blockSparseAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, scale: Float? = nil, blocks: BlockPattern
) -> Tensor {
  attend(
    q, k, v, heads: heads, kvHeads: heads, scale: scale, bias: nil, keyMask: nil, causal: false,
    pattern: blocks)
}

private func attend(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, kvHeads: Int, scale: Float?, bias: Tensor?,
  keyMask: [UInt8]?, causal: Bool, pattern: BlockPattern?
) -> Tensor {
  let (queries, width) = q.matrixShape
  let (keys, keyWidth) = k.matrixShape
  precondition(heads > 0 && kvHeads > 0 && heads % kvHeads == 0, "attention: heads do not divide")
  let dim = width / heads
  precondition(width == dim * heads && keyWidth == dim * kvHeads, "attention: widths do not match the heads")
  precondition(v.matrixShape == k.matrixShape, "attention: keys and values differ in shape")
  precondition(bias.map { $0.count == heads * queries * keys } ?? true, "attention: bias of another shape")
  precondition(keyMask.map { $0.count == keys } ?? true, "attention: mask of another length")
  let queryBlocks = blockCount(queries)
  if let pattern {
    precondition(
      pattern.heads == heads && pattern.queryBlocks == queryBlocks && pattern.keyBlocks == blockCount(keys),
      "attention: the block pattern is for other shapes")
  }
  var result = Tensor(uninitialized: q.shape)
  guard queries > 0 else { return result }
  // The kernel's lanes are queries: it reads the bias as (heads, keys, queries).
  let turned = bias?.reshaped([heads, queries, keys]).swappedLastAxes()
  unsafe result.write { out in
    unsafe q.read { q in
      unsafe k.read { k in
        unsafe v.read { v in
          unsafe turned.read { bias in
            unsafe withOptional(keyMask) { mask in
              unsafe withOptional(pattern?.starts) { starts in
                unsafe withOptional(pattern?.keys) { list in
                  let job = unsafe ck_attention(
                    q: q, k: k, v: v, out: out, q_stride: Int64(width), k_stride: Int64(keyWidth),
                    v_stride: Int64(keyWidth), out_stride: Int64(width), queries: Int64(queries),
                    keys: Int64(keys), heads: Int64(heads), kv_heads: Int64(kvHeads), dim: Int64(dim),
                    scale: scale ?? 1 / Float(dim).squareRoot(), bias: bias, key_mask: mask,
                    causal: causal, list_start: starts, list: list)
                  unsafe withUnsafePointer(to: job) { job in
                    ThreadPool.parallel(heads * queryBlocks) { index in
                      unsafe kernels.attention(
                        job, Int64(index / queryBlocks), Int64(index % queryBlocks))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return result
}

/// Blocks of 64 that cover `count`.
package func blockCount(_ count: Int) -> Int { (count + attentionBlock - 1) / attentionBlock }

/// Queries and keys of an attention block.
package let attentionBlock = CK_BLOCK

private func withOptional<Element, R>(_ array: [Element]?, _ body: (UnsafePointer<Element>?) -> R) -> R {
  guard let array else { return body(nil) }
  return unsafe array.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}
