/// What block selection needs to know about queries or keys: the mean of each block of 64 rows, and how alike
/// its rows are.
package struct PooledBlocks: Sendable {
  /// Mean of each block's rows, (heads, blocks, dim).
  package let means: Tensor
  /// Mean cosine between each row and its block's mean, -1...1, (heads, blocks).
  package let selfSimilarity: Tensor

  /// Pools `x` (tokens, heads * dim); the last block may be short.
  package init(_ x: Tensor, heads: Int) {
    let (rows, width) = x.matrixShape
    let dim = width / heads
    precondition(dim * heads == width, "PooledBlocks: the heads do not divide the width")
    let blocks = blockCount(rows)
    var means = Tensor(uninitialized: [heads, blocks, dim])
    var similarity = Tensor(uninitialized: [heads, blocks])
    unsafe means.write { means in
      unsafe similarity.write { similarity in
        unsafe x.read { x in
          ThreadPool.parallel(heads * blocks) { index in
            let (head, block) = (index / blocks, index % blocks)
            let first = block * attentionBlock
            let count = min(attentionBlock, rows - first)
            let source = unsafe x + first * width + head * dim
            let mean = unsafe means + index * dim
            unsafe mean.update(repeating: 0, count: dim)
            for row in 0..<count {
              for i in 0..<dim { unsafe mean[i] += source[row * width + i] }
            }
            var meanSquare: Float = 0
            for i in 0..<dim {
              unsafe mean[i] /= Float(count)
              unsafe meanSquare += mean[i] * mean[i]
            }
            var total: Float = 0
            for row in 0..<count {
              var dot: Float = 0
              var square: Float = 0
              for i in 0..<dim {
                let value = unsafe source[row * width + i]
                unsafe dot += value * mean[i]
                square += value * value
              }
              let norm = (square * meanSquare).squareRoot()
              total += norm > 0 ? dot / norm : 1
            }
            unsafe similarity[index] = total / Float(count)
          }
        }
      }
    }
    self.means = means
    self.selfSimilarity = similarity
  }

  /// scale * means . other.means for each pair of blocks: (heads, blocks, other blocks).
  package func scores(with other: PooledBlocks, scale: Float) -> Tensor {
    let (heads, dim) = (means.shape[0], means.shape[2])
    precondition(other.means.shape[0] == heads && other.means.shape[2] == dim, "PooledBlocks: heads differ")
    let (rows, columns) = (means.shape[1], other.means.shape[1])
    var result = Tensor(uninitialized: [heads, rows, columns])
    unsafe result.write { out in
      unsafe means.read { a in
        unsafe other.means.read { b in
          ThreadPool.parallel(heads * rows) { index in
            let left = unsafe a + index * dim
            for column in 0..<columns {
              let right = unsafe b + ((index / rows) * columns + column) * dim
              var dot: Float = 0
              for i in 0..<dim { unsafe dot += left[i] * right[i] }
              unsafe out[index * columns + column] = dot * scale
            }
          }
        }
      }
    }
    return result
  }
}
