import Checkpoints

/// The shape of a T5 encoder, as its `config.json` states it.
package struct T5Configuration: Equatable, Sendable {
  /// The feed-forward: gated or plain, and its activation.
  enum FeedForwardKind: String, Codable, Sendable, CaseIterable {
    case gatedGELU = "gated-gelu"
    case gatedSiLU = "gated-silu"
  }

  package let vocabSize: Int
  package let dModel: Int
  /// Width of a head; the heads together need not be as wide as the model.
  package let dKV: Int
  package let dFF: Int
  package let numLayers: Int
  package let numHeads: Int
  package let relativeAttentionNumBuckets: Int
  package let relativeAttentionMaxDistance: Int
  package let layerNormEpsilon: Double
  let feedForwardProj: FeedForwardKind

  static let classNames = ["T5EncoderModel", "T5ForConditionalGeneration", "T5Model"]
}

extension T5Configuration {
  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: Self.classNames)
  }
}

extension T5Configuration: Codable {
  enum CodingKeys: String, CodingKey {
    case vocabSize = "vocab_size"
    case dModel = "d_model"
    case dKV = "d_kv"
    case dFF = "d_ff"
    case numLayers = "num_layers"
    case numHeads = "num_heads"
    case relativeAttentionNumBuckets = "relative_attention_num_buckets"
    case relativeAttentionMaxDistance = "relative_attention_max_distance"
    case layerNormEpsilon = "layer_norm_epsilon"
    case feedForwardProj = "feed_forward_proj"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    vocabSize = try fields.integer(.vocabSize, in: 1...10_000_000)
    dModel = try fields.integer(.dModel, in: 1...65536)
    dKV = try fields.integer(.dKV, in: 1...4096)
    dFF = try fields.integer(.dFF, in: 1...262_144)
    numLayers = try fields.integer(.numLayers, in: 1...512)
    numHeads = try fields.integer(.numHeads, in: 1...1024)
    relativeAttentionNumBuckets = try fields.integer(
      .relativeAttentionNumBuckets, in: 4...65536, default: 32)
    relativeAttentionMaxDistance = try fields.integer(
      .relativeAttentionMaxDistance, in: 2...1_000_000, default: 128)
    layerNormEpsilon = try fields.number(.layerNormEpsilon, in: 0...1, default: 1e-6)
    feedForwardProj = try fields.choice(.feedForwardProj, default: .gatedGELU)
    try fields.require(
      relativeAttentionNumBuckets % 4 == 0, .relativeAttentionNumBuckets,
      "a multiple of 4, found \(relativeAttentionNumBuckets)")
    try fields.require(
      relativeAttentionMaxDistance > relativeAttentionNumBuckets / 4, .relativeAttentionMaxDistance,
      "more than \(relativeAttentionNumBuckets / 4), found \(relativeAttentionMaxDistance)")
  }
}
