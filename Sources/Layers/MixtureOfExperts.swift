package import Checkpoints
package import Tensors

/// Routed experts and one shared expert: y = sum over the active experts of p_e Expert_e(x), plus Shared(x).
///
/// The gate is softmax over all experts, its top ones taken without making them sum to one again (DeepSeek-V3's
/// layout, as HiDream-I1 uses it, arXiv 2505.22705). Rows are grouped by expert, so each expert runs once a call.
package struct MixtureOfExperts: Sendable {
  private let gate: WeightMatrix
  private let experts: [FeedForward]
  private let shared: FeedForward
  private let active: Int

  /// Takes `gate.weight` (experts, width), `experts.N` and `shared_experts` from `scope`.
  package init(
    _ scope: WeightScope, width: Int, hidden: Int, sharedHidden: Int, experts count: Int, active: Int
  ) throws {
    // Rounding here would send rows to other experts.
    gate = try scope["gate"].exact.matrix("weight", inputs: width, outputs: count)
    shared = try FeedForward(scope["shared_experts"], width: width, hidden: sharedHidden)
    experts = try (0..<count).map { index in
      try FeedForward(scope["experts"][index], width: width, hidden: hidden)
    }
    self.active = active
  }

  /// (rows, width) to (rows, width).
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let routing = ExpertRouting(probabilities: softmaxRows(linear(x, gate)), active: active)
    var y = shared(x)
    for (index, expert) in experts.enumerated() where !routing.rows[index].isEmpty {
      let rows = routing.rows[index]
      addRows(expert(gatherRows(x, rows)), at: rows, weights: routing.weights[index], to: &y)
    }
    return y
  }
}

/// y[rows[i]] += weights[i] * x[i]; `rows` ascend, so that threads may share them.
private func addRows(_ x: Tensor, at rows: [Int], weights: [Float], to y: inout Tensor) {
  let width = x.matrixShape.width
  unsafe x.withUnsafeBuffer { x in
    unsafe y.withUnsafeMutableBuffer { y in
      // Captured by tasks that write different rows.
      nonisolated(unsafe) let y = unsafe y
      ThreadPool.parallelRanges(rows.count, grain: max(1, 16_384 / max(1, width))) { range in
        for index in range {
          let (source, target, weight) = (index * width, rows[index] * width, weights[index])
          for column in 0..<width {
            unsafe y[target + column] += weight * x[source + column]
          }
        }
      }
    }
  }
}
