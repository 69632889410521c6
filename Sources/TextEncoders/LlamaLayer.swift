import Checkpoints
import Layers
import Tensors

/// One layer: causal attention whose key heads are shared by groups of query heads, then SwiGLU.
struct LlamaLayer: Sendable {
  private let heads: Int
  private let keyHeads: Int
  private let norm1: RMSNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let out: Linear
  private let norm2: RMSNorm
  private let gate: Linear
  private let up: Linear
  private let down: Linear

  init(_ scope: WeightScope, _ configuration: LlamaConfiguration) throws {
    let (width, hidden) = (configuration.hiddenSize, configuration.intermediateSize)
    let inner = configuration.numAttentionHeads * configuration.headDim
    let shared = configuration.numKeyValueHeads * configuration.headDim
    let epsilon = Float(configuration.rmsNormEps)
    let (attention, mlp) = (scope["self_attn"], scope["mlp"])
    let (attentionBias, mlpBias) = (configuration.attentionBias, configuration.mlpBias)
    heads = configuration.numAttentionHeads
    keyHeads = configuration.numKeyValueHeads
    norm1 = try RMSNorm(scope["input_layernorm"], width: width, epsilon: epsilon)
    query = try Linear(attention["q_proj"], inputs: width, outputs: inner, bias: attentionBias)
    key = try Linear(attention["k_proj"], inputs: width, outputs: shared, bias: attentionBias)
    value = try Linear(attention["v_proj"], inputs: width, outputs: shared, bias: attentionBias)
    out = try Linear(attention["o_proj"], inputs: inner, outputs: width, bias: attentionBias)
    norm2 = try RMSNorm(scope["post_attention_layernorm"], width: width, epsilon: epsilon)
    gate = try Linear(mlp["gate_proj"], inputs: width, outputs: hidden, bias: mlpBias)
    up = try Linear(mlp["up_proj"], inputs: width, outputs: hidden, bias: mlpBias)
    down = try Linear(mlp["down_proj"], inputs: hidden, outputs: width, bias: mlpBias)
  }

  /// Adds the layer's two branches to `x` (tokens, width).
  func callAsFunction(_ x: inout Tensor, _ rotary: (cosines: Tensor, sines: Tensor), mask: [Bool]?) {
    let h = norm1(x)
    var (q, k) = (query(h), key(h))
    applyRotary(&q, cosines: rotary.cosines, sines: rotary.sines, heads: heads, pairing: .halves)
    applyRotary(&k, cosines: rotary.cosines, sines: rotary.sines, heads: keyHeads, pairing: .halves)
    let mixed = attention(
      q, k, value(h), heads: heads, kvHeads: keyHeads, keyMask: mask, causal: true)
    addGated(&x, out(mixed))
    let y = norm2(x)
    addGated(&x, down(siluGate(gate(y), up(y))))
  }
}
