import Checkpoints

/// The shape of a Llama model, as its `config.json` states it.
package struct LlamaConfiguration: Equatable, Sendable {
  package let vocabSize: Int
  package let hiddenSize: Int
  package let intermediateSize: Int
  package let numHiddenLayers: Int
  package let numAttentionHeads: Int
  /// Heads of keys and values, each shared by several of the queries'.
  package let numKeyValueHeads: Int
  package let headDim: Int
  package let rmsNormEps: Double
  package let attentionBias: Bool
  package let mlpBias: Bool
  package let rope: LlamaRope

  static let classNames = ["LlamaForCausalLM", "LlamaModel"]
}

extension LlamaConfiguration {
  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: Self.classNames)
  }
}

extension LlamaConfiguration: Decodable {
  enum CodingKeys: String, CodingKey {
    case vocabSize = "vocab_size"
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case numHiddenLayers = "num_hidden_layers"
    case numAttentionHeads = "num_attention_heads"
    case numKeyValueHeads = "num_key_value_heads"
    case headDim = "head_dim"
    case rmsNormEps = "rms_norm_eps"
    case attentionBias = "attention_bias"
    case mlpBias = "mlp_bias"
    case ropeTheta = "rope_theta"
    case ropeScaling = "rope_scaling"
    case ropeParameters = "rope_parameters"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    vocabSize = try fields.integer(.vocabSize, in: 1...10_000_000)
    hiddenSize = try fields.integer(.hiddenSize, in: 1...65536)
    intermediateSize = try fields.integer(.intermediateSize, in: 1...262_144)
    numHiddenLayers = try fields.integer(.numHiddenLayers, in: 1...512)
    numAttentionHeads = try fields.integer(.numAttentionHeads, in: 1...1024)
    numKeyValueHeads = try fields.integer(
      .numKeyValueHeads, in: 1...numAttentionHeads, default: numAttentionHeads)
    headDim = try fields.integer(.headDim, in: 2...4096, default: max(2, hiddenSize / numAttentionHeads))
    rmsNormEps = try fields.number(.rmsNormEps, in: 0...1, default: 1e-6)
    attentionBias = try fields.boolean(.attentionBias, default: false)
    mlpBias = try fields.boolean(.mlpBias, default: false)
    // Newer files hold the base beside the scaling, older ones apart from it.
    let theta = try fields.number(.ropeTheta, in: 1...1e12, default: 10_000)
    var rope: LlamaRope? = try fields.object(.ropeParameters)
    if rope == nil { rope = try fields.object(.ropeScaling) }
    self.rope = (rope ?? LlamaRope(theta: theta)).defaulting(theta: theta)
    try fields.require(
      numAttentionHeads % numKeyValueHeads == 0, .numKeyValueHeads,
      "a number that divides \(numAttentionHeads), found \(numKeyValueHeads)")
    try fields.require(headDim % 2 == 0, .headDim, "an even number, found \(headDim)")
  }
}
