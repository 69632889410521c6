import Testing

@testable import Tensors

/// Numbers for tests: the same for the same seed.
struct Noise {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// Uniform in -1..<1.
  mutating func next() -> Float {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(Int32(truncatingIfNeeded: state >> 20)) / 2_147_483_648
  }

  mutating func tensor(_ shape: [Int], scale: Float = 1) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in next() * scale }, shape: shape)
  }
}

extension Tensor {
  subscript(row: Int, column: Int) -> Double {
    withUnsafeBuffer { Double($0[row * shape[shape.count - 1] + column]) }
  }

  var doubles: [Double] { values.map(Double.init) }

  var bits: [UInt32] { values.map(\.bitPattern) }
}

/// Sum of squared differences over sum of squares: the field's NMSE.
func normalizedError(_ found: [Double], _ expected: [Double]) -> Double {
  #expect(found.count == expected.count)
  var error = 0.0
  var size = 0.0
  for (a, b) in zip(found, expected) {
    error += (a - b) * (a - b)
    size += b * b
  }
  return size == 0 ? error : error / size
}

/// Largest difference relative to the value, or to `floor` where the value is smaller.
func relativeError(_ found: [Double], _ expected: [Double], floor: Double = 1e-3) -> Double {
  #expect(found.count == expected.count)
  return zip(found, expected).map { abs($0 - $1) / max(abs($1), floor) }.max() ?? 0
}

/// x w^T in double; x (n, k), w (m, k).
func product(_ x: [Double], _ w: [Double], n: Int, k: Int, m: Int) -> [Double] {
  var result = [Double](repeating: 0, count: n * m)
  for i in 0..<n {
    for j in 0..<m {
      var sum = 0.0
      for t in 0..<k { sum += x[i * k + t] * w[j * k + t] }
      result[i * m + j] = sum
    }
  }
  return result
}

/// Attention in double with the whole score matrix; `visible` says whether a query sees a key.
func naiveAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, kvHeads: Int? = nil, bias: Tensor? = nil,
  visible: (_ head: Int, _ query: Int, _ key: Int) -> Bool = { _, _, _ in true }
) -> [Double] {
  let kvHeads = kvHeads ?? heads
  let (queries, width) = q.matrixShape
  let keys = k.matrixShape.rows
  let dim = width / heads
  let (qs, ks, vs) = (q.doubles, k.doubles, v.doubles)
  let bias = bias?.doubles
  let kvWidth = dim * kvHeads
  var result = [Double](repeating: 0, count: queries * width)
  for head in 0..<heads {
    let kvHead = head / (heads / kvHeads)
    for i in 0..<queries {
      var scores = [Double](repeating: -.infinity, count: keys)
      for j in 0..<keys where visible(head, i, j) {
        var dot = 0.0
        for t in 0..<dim { dot += qs[i * width + head * dim + t] * ks[j * kvWidth + kvHead * dim + t] }
        scores[j] = dot / Double(dim).squareRoot() + (bias?[(head * queries + i) * keys + j] ?? 0)
      }
      let top = scores.max() ?? 0
      guard top > -.infinity else { continue }
      let weights = scores.map { exponential($0 - top) }
      let sum = weights.reduce(0, +)
      for j in 0..<keys where weights[j] > 0 {
        for t in 0..<dim {
          result[i * width + head * dim + t] += weights[j] / sum * vs[j * kvWidth + kvHead * dim + t]
        }
      }
    }
  }
  return result
}

/// Runs `body` with 1, 2 and 3 threads and expects the same bits each time.
func expectSameBitsForThreadCounts(_ body: () -> Tensor) -> Tensor {
  let before = ThreadPool.threadCount
  defer { ThreadPool.threadCount = before }
  let results = [1, 2, 3].map { count in
    ThreadPool.threadCount = count
    return body()
  }
  #expect(results[0].bits == results[1].bits && results[0].bits == results[2].bits)
  return results[0]
}
