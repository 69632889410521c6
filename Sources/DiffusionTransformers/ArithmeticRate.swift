package import Tensors

/// How fast this machine is just now, by a product like a transformer's.
package enum ArithmeticRate {
  /// Operations a second of matrix products in `compute`, on as many threads as the pool has. Takes some hundredths of
  /// a second.
  package static func measured(_ compute: ComputePrecision) -> Double {
    let (rows, width) = (384, 1024)
    let weights = WeightMatrix(Tensor(zeros: [width, width]), compute: compute)
    let x = Tensor(zeros: [rows, width])
    var best = Double.infinity
    for _ in 0..<4 {
      let start = ContinuousClock.now
      _ = linear(x, weights)
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return 2 * Double(rows * width * width) / max(best, 1e-9)
  }
}
