package import Checkpoints
package import Tensors

/// The gated unit SwiGLU: w2(silu(w1 x) * w3 x), without bias (arXiv 2002.05202).
package struct FeedForward: Sendable {
  private let w1: WeightMatrix
  private let w2: WeightMatrix
  private let w3: WeightMatrix

  /// Takes `w1.weight`, `w3.weight` (hidden, width) and `w2.weight` (width, hidden) from `scope`.
  package init(_ scope: WeightScope, width: Int, hidden: Int) throws {
    w1 = try scope["w1"].matrix("weight", inputs: width, outputs: hidden)
    w3 = try scope["w3"].matrix("weight", inputs: width, outputs: hidden)
    w2 = try scope["w2"].matrix("weight", inputs: hidden, outputs: width)
  }

  /// (rows, width) to (rows, width).
  package func callAsFunction(_ x: Tensor) -> Tensor {
    linear(siluGatedLinear(x, gate: w1, up: w3), w2)
  }

  /// Adds gate * (feed-forward of x) to each sequence; see `Linear.add`.
  package func add(_ x: Tensor, gates: [Tensor], to streams: inout [Tensor]) {
    let hidden = siluGatedLinear(x, gate: w1, up: w3)
    if streams.count == 1 {
      addLinear(hidden, w2, gate: gates[0], to: &streams[0])
    } else {
      addSequences(linear(hidden, w2), gates: gates, to: &streams)
    }
  }
}
