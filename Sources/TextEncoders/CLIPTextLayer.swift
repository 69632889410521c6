import Checkpoints
import Layers
import Tensors

/// One layer: causal attention, then a two-layer perceptron, each after a layer norm.
struct CLIPTextLayer: Sendable {
  private let heads: Int
  private let activation: Activation
  private let norm1: LayerNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let out: Linear
  private let norm2: LayerNorm
  private let fc1: Linear
  private let fc2: Linear

  init(_ scope: WeightScope, _ configuration: CLIPTextConfiguration) throws {
    let (width, hidden) = (configuration.hiddenSize, configuration.intermediateSize)
    let epsilon = Float(configuration.layerNormEps)
    let attention = scope["self_attn"]
    heads = configuration.numAttentionHeads
    activation = configuration.hiddenAct.kernel
    norm1 = try LayerNorm(scope["layer_norm1"], width: width, epsilon: epsilon)
    query = try Linear(attention["q_proj"], inputs: width, outputs: width, bias: true)
    key = try Linear(attention["k_proj"], inputs: width, outputs: width, bias: true)
    value = try Linear(attention["v_proj"], inputs: width, outputs: width, bias: true)
    out = try Linear(attention["out_proj"], inputs: width, outputs: width, bias: true)
    norm2 = try LayerNorm(scope["layer_norm2"], width: width, epsilon: epsilon)
    fc1 = try Linear(scope["mlp"]["fc1"], inputs: width, outputs: hidden, bias: true)
    fc2 = try Linear(scope["mlp"]["fc2"], inputs: hidden, outputs: width, bias: true)
  }

  /// Adds the layer's two branches to `x` (tokens, width).
  func callAsFunction(_ x: inout Tensor) {
    let h = norm1(x)
    addGated(&x, out(attention(query(h), key(h), value(h), heads: heads, causal: true)))
    addGated(&x, fc2(fc1(norm2(x), activation: activation)))
  }
}
