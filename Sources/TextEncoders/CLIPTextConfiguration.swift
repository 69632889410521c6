import Checkpoints

/// The shape of a CLIP text encoder with projection, as its `config.json` states it.
package struct CLIPTextConfiguration: Equatable, Sendable {
  package let vocabSize: Int
  package let hiddenSize: Int
  package let intermediateSize: Int
  package let projectionDim: Int
  package let numHiddenLayers: Int
  package let numAttentionHeads: Int
  package internal(set) var maxPositionEmbeddings: Int
  let hiddenAct: TextActivation
  package let layerNormEps: Double
  package let eosTokenID: Int

  static let classNames = ["CLIPTextModelWithProjection", "CLIPTextModel", "CLIPModel"]
}

extension CLIPTextConfiguration {
  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: Self.classNames)
  }
}

extension CLIPTextConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case vocabSize = "vocab_size"
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case projectionDim = "projection_dim"
    case numHiddenLayers = "num_hidden_layers"
    case numAttentionHeads = "num_attention_heads"
    case maxPositionEmbeddings = "max_position_embeddings"
    case hiddenAct = "hidden_act"
    case layerNormEps = "layer_norm_eps"
    case eosTokenID = "eos_token_id"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    vocabSize = try fields.integer(.vocabSize, in: 1...10_000_000, default: 49408)
    hiddenSize = try fields.integer(.hiddenSize, in: 1...65536, default: 512)
    intermediateSize = try fields.integer(.intermediateSize, in: 1...262_144, default: 2048)
    projectionDim = try fields.integer(.projectionDim, in: 1...65536, default: 512)
    numHiddenLayers = try fields.integer(.numHiddenLayers, in: 1...512, default: 12)
    numAttentionHeads = try fields.integer(.numAttentionHeads, in: 1...1024, default: 8)
    maxPositionEmbeddings = try fields.integer(.maxPositionEmbeddings, in: 1...1_000_000, default: 77)
    hiddenAct = try fields.choice(.hiddenAct, default: .quickGELU)
    layerNormEps = try fields.number(.layerNormEps, in: 0...1, default: 1e-5)
    eosTokenID = try fields.integer(.eosTokenID, in: 0...10_000_000, default: 49407)
    try fields.require(
      hiddenSize % numAttentionHeads == 0, .numAttentionHeads,
      "a number that divides \(hiddenSize), found \(numAttentionHeads)")
  }
}
