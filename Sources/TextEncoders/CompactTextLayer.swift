import Checkpoints
import Layers
import Tensors

/// One block: bidirectional attention with rotary positions, then SwiGLU, each after an RMS norm.
struct CompactTextLayer: Sendable {
  private let heads: Int
  private let norm1: RMSNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let out: Linear
  private let norm2: RMSNorm
  private let mlp: FeedForward

  init(_ scope: WeightScope, _ configuration: CompactTextEncoderConfiguration) throws {
    let width = configuration.hiddenSize
    func projection(_ name: String) throws -> Linear {
      try Linear(scope["attn"][name], inputs: width, outputs: width, bias: false)
    }
    heads = configuration.numHeads
    norm1 = try RMSNorm(scope["norm1"], width: width, epsilon: Float(configuration.rmsNormEps))
    query = try projection("q")
    key = try projection("k")
    value = try projection("v")
    out = try projection("out")
    norm2 = try RMSNorm(scope["norm2"], width: width, epsilon: Float(configuration.rmsNormEps))
    mlp = try FeedForward(scope["mlp"], width: width, hidden: configuration.intermediateSize)
  }

  /// Adds the block's two branches to `x` (tokens, width).
  func callAsFunction(_ x: inout Tensor, _ rotary: RotaryTable) {
    let h = norm1(x)
    var (q, k) = (query(h), key(h))
    rotary.apply(to: &q, heads: heads)
    rotary.apply(to: &k, heads: heads)
    addGated(&x, out(attention(q, k, value(h), heads: heads)))
    addGated(&x, mlp(norm2(x)))
  }
}
