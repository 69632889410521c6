#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Checkpoints
import Tensors

/// T5's relative positions: a learned number for each head and bucket of distances, added to the scores.
///
/// Half of the buckets are for keys after the query; of each half, the first half are for single distances and the
/// others grow logarithmically (arXiv 1910.10683, section 2.1).
struct T5RelativeBias: Sendable {
  private let heads: Int
  private let buckets: Int
  private let maxDistance: Int
  /// (buckets, heads)
  private let table: [Float]

  init(_ scope: WeightScope, _ configuration: T5Configuration) throws {
    heads = configuration.numHeads
    buckets = configuration.relativeAttentionNumBuckets
    maxDistance = configuration.relativeAttentionMaxDistance
    table = try scope.values("weight", shape: [buckets, heads]).values
  }

  /// The bias for `count` tokens, (heads, queries, keys).
  func callAsFunction(count: Int) -> Tensor {
    let rows = (1 - count..<count).map { bucket(of: $0) * heads }
    var bias = Tensor(uninitialized: [heads, count, count])
    unsafe bias.withUnsafeMutableBuffer { values in
      for head in 0..<heads {
        for query in 0..<count {
          for key in 0..<count {
            unsafe values[(head * count + query) * count + key] = table[rows[key - query + count - 1] + head]
          }
        }
      }
    }
    return bias
  }

  /// - Parameter offset: the key's position minus the query's.
  func bucket(of offset: Int) -> Int {
    let half = buckets / 2
    let exact = half / 2
    let first = offset > 0 ? half : 0
    let distance = abs(offset)
    if distance < exact { return first + distance }
    // In single precision and in this order, as the reference: at powers of two rounding decides.
    let share = logf(Float(distance) / Float(exact)) / Float(log(Double(maxDistance) / Double(exact)))
    return first + min(half - 1, exact + Int(share * Float(half - exact)))
  }
}
