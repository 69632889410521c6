import Testing

@testable import Tensors

@Suite struct AttentionTests {
  // Scores and sums are in single precision: 1e-11 is a relative error of 3e-6 on average.
  let tolerance = 1e-11

  @Test(arguments: [1, 7, 63, 64, 65, 130], [1, 63, 65, 200])
  func matchesNaive(queries: Int, keys: Int) {
    for dim in [2, 24, 64, 128] {
      let heads = 3
      var noise = Noise(UInt64(queries * 1000 + keys + dim))
      let q = noise.tensor([queries, heads * dim], scale: 3)
      let k = noise.tensor([keys, heads * dim], scale: 3)
      let v = noise.tensor([keys, heads * dim])
      let found = expectSameBitsForThreadCounts { attention(q, k, v, heads: heads) }
      #expect(normalizedError(found.doubles, naiveAttention(q, k, v, heads: heads)) < tolerance)
    }
  }

  @Test func largeScoresStayFinite() {
    var noise = Noise(4)
    let q = noise.tensor([70, 64], scale: 300)
    let k = noise.tensor([90, 64], scale: 300)
    let v = noise.tensor([90, 64])
    let found = attention(q, k, v, heads: 1)
    // Scores near 1e5 carry a rounding of 1e-2, and the weights with them.
    #expect(normalizedError(found.doubles, naiveAttention(q, k, v, heads: 1)) < 1e-4)
  }

  @Test func biasMaskCausalAndSharedKeyHeads() {
    let (queries, keys, heads, dim) = (70, 100, 4, 32)
    var noise = Noise(5)
    let q = noise.tensor([queries, heads * dim], scale: 2)
    let k = noise.tensor([keys, 2 * dim], scale: 2)
    let v = noise.tensor([keys, 2 * dim])
    let bias = noise.tensor([heads, queries, keys], scale: 2)
    let mask = (0..<keys).map { $0 % 3 != 1 }
    let found = attention(q, k, v, heads: heads, kvHeads: 2, bias: bias, keyMask: mask, causal: true)
    let expected = naiveAttention(q, k, v, heads: heads, kvHeads: 2, bias: bias) { _, query, key in
      mask[key] && key <= query + keys - queries
    }
    #expect(normalizedError(found.doubles, expected) < tolerance)
  }

  @Test func causalSquare() {
    var noise = Noise(6)
    let x = noise.tensor([193, 64])
    let found = attention(x, x, x, heads: 2, causal: true)
    let expected = naiveAttention(x, x, x, heads: 2) { _, query, key in key <= query }
    #expect(normalizedError(found.doubles, expected) < tolerance)
  }

  @Test func aQueryThatSeesNothingGetsZeros() {
    var noise = Noise(7)
    let x = noise.tensor([66, 16])
    let found = attention(x, x, x, heads: 1, keyMask: [Bool](repeating: false, count: 66))
    #expect(found.values.allSatisfy { $0 == 0 })
  }

  @Test func allBlocksListedIsDenseToTheBit() {
    var noise = Noise(8)
    let (queries, keys, heads) = (150, 210, 2)
    let q = noise.tensor([queries, heads * 32])
    let k = noise.tensor([keys, heads * 32])
    let v = noise.tensor([keys, heads * 32])
    let pattern = BlockPattern(
      heads: heads, queryBlocks: 3, keyBlocks: 4, rows: [[Int]](repeating: [0, 1, 2, 3], count: heads * 3))
    #expect(pattern.sparsity == 0)
    let found = blockSparseAttention(q, k, v, heads: heads, blocks: pattern)
    #expect(found.bits == attention(q, k, v, heads: heads).bits)
  }

  @Test func blocksThatAreNotListedAreNeverRead() {
    var noise = Noise(9)
    let (tokens, heads, dim) = (250, 2, 32)
    let q = noise.tensor([tokens, heads * dim])
    let v = noise.tensor([tokens, heads * dim])
    let keys = noise.tensor([tokens, heads * dim])
    // Head 0 leaves out block 1, head 1 leaves out block 3 (the short one).
    let lists = [[0, 2, 3], [0, 1, 2]]
    let left = [1, 3]
    var poisonedKeys = keys
    var poisonedValues = v
    for head in 0..<heads {
      for row in left[head] * 64..<min(tokens, left[head] * 64 + 64) {
        for t in 0..<dim {
          poisonedKeys.withUnsafeMutableBuffer { $0[row * heads * dim + head * dim + t] = .nan }
          poisonedValues.withUnsafeMutableBuffer { $0[row * heads * dim + head * dim + t] = .nan }
        }
      }
    }
    let pattern = BlockPattern(
      heads: heads, queryBlocks: 4, keyBlocks: 4, rows: (0..<heads * 4).map { lists[$0 / 4] })
    #expect(abs(pattern.sparsity - 0.25) < 1e-12)
    let found = expectSameBitsForThreadCounts {
      blockSparseAttention(q, poisonedKeys, poisonedValues, heads: heads, blocks: pattern)
    }
    let expected = naiveAttention(q, keys, v, heads: heads) { head, _, key in key / 64 != left[head] }
    #expect(normalizedError(found.doubles, expected) < tolerance)
  }

  @Test func pooledBlocks() {
    var noise = Noise(10)
    let (tokens, heads, dim) = (150, 2, 8)
    let x = noise.tensor([tokens, heads * dim])
    let pooled = PooledBlocks(x, heads: heads)
    var means: [Double] = []
    var similarity: [Double] = []
    for head in 0..<heads {
      for block in 0..<3 {
        let rows = block * 64..<min(tokens, block * 64 + 64)
        let mean = (0..<dim).map { t in
          rows.map { x[$0, head * dim + t] }.reduce(0, +) / Double(rows.count)
        }
        means += mean
        let length = mean.map { $0 * $0 }.reduce(0, +).squareRoot()
        similarity.append(
          rows.map { row in
            let values = (0..<dim).map { x[row, head * dim + $0] }
            let dot = zip(values, mean).map { $0 * $1 }.reduce(0, +)
            return dot / (length * values.map { $0 * $0 }.reduce(0, +).squareRoot())
          }.reduce(0, +) / Double(rows.count))
      }
    }
    #expect(relativeError(pooled.means.doubles, means) < 1e-4)
    #expect(relativeError(pooled.selfSimilarity.doubles, similarity) < 1e-4)
    let scores = pooled.scores(with: pooled, scale: 2)
    let expected = (0..<heads).flatMap { head -> [Double] in
      let own = Array(means[head * 3 * dim..<(head + 1) * 3 * dim])
      return product(own, own, n: 3, k: dim, m: 3).map { 2 * $0 }
    }
    #expect(scores.shape == [2, 3, 3])
    #expect(relativeError(scores.doubles, expected) < 1e-4)
  }
}
