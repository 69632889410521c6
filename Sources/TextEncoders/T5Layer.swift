import Checkpoints
import Layers
import Tensors

/// One block: attention with relative positions and unscaled scores, then a gated feed-forward.
struct T5Layer: Sendable {
  private let heads: Int
  private let norm1: RMSNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let out: Linear
  private let norm2: RMSNorm
  private let kind: T5Configuration.FeedForwardKind
  private let gate: WeightMatrix
  private let up: WeightMatrix
  private let down: WeightMatrix

  init(_ scope: WeightScope, _ configuration: T5Configuration) throws {
    let (width, hidden) = (configuration.dModel, configuration.dFF)
    let inner = configuration.numHeads * configuration.dKV
    let epsilon = Float(configuration.layerNormEpsilon)
    let attention = scope[0]["SelfAttention"]
    let dense = scope[1]["DenseReluDense"]
    heads = configuration.numHeads
    kind = configuration.feedForwardProj
    norm1 = try RMSNorm(scope[0]["layer_norm"], width: width, epsilon: epsilon)
    query = try Linear(attention["q"], inputs: width, outputs: inner, bias: false)
    key = try Linear(attention["k"], inputs: width, outputs: inner, bias: false)
    value = try Linear(attention["v"], inputs: width, outputs: inner, bias: false)
    out = try Linear(attention["o"], inputs: inner, outputs: width, bias: false)
    norm2 = try RMSNorm(scope[1]["layer_norm"], width: width, epsilon: epsilon)
    gate = try dense["wi_0"].matrix("weight", inputs: width, outputs: hidden)
    up = try dense["wi_1"].matrix("weight", inputs: width, outputs: hidden)
    down = try dense["wo"].matrix("weight", inputs: hidden, outputs: width)
  }

  /// Adds the block's two branches to `x` (tokens, width); `bias` is (heads, tokens, tokens).
  func callAsFunction(_ x: inout Tensor, bias: Tensor, mask: [Bool]?) {
    let h = norm1(x)
    let mixed = attention(
      query(h), key(h), value(h), heads: heads, scale: 1, bias: bias, keyMask: mask)
    addGated(&x, out(mixed))
    addLinear(feedForward(norm2(x)), down, to: &x)
  }

  private func feedForward(_ x: Tensor) -> Tensor {
    switch kind {
    case .gatedGELU: multiply(linear(x, gate, activation: .geluTanh), linear(x, up))
    case .gatedSiLU: siluGatedLinear(x, gate: gate, up: up)
    }
  }
}
