import Checkpoints

/// The shape of a `CompactTextEncoder`, as `text_encoder/config.json` states it.
package struct CompactTextEncoderConfiguration: Equatable, Sendable {
  package let vocabSize: Int
  package let hiddenSize: Int
  package let numLayers: Int
  package let numHeads: Int
  package let intermediateSize: Int
  /// Learned tokens that go before the text; their states are what the transformer's blocks read.
  package let numRegisters: Int
  package let ropeTheta: Double
  package let rmsNormEps: Double
  package let pooledSize: Int
  package let bosTokenID: Int

  package var headDim: Int { hiddenSize / numHeads }

  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: ["CompactTextEncoder"])
  }
}

extension CompactTextEncoderConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case vocabSize = "vocab_size"
    case hiddenSize = "hidden_size"
    case numLayers = "num_layers"
    case numHeads = "num_heads"
    case intermediateSize = "intermediate_size"
    case numRegisters = "num_registers"
    case ropeTheta = "rope_theta"
    case rmsNormEps = "rms_norm_eps"
    case pooledSize = "pooled_size"
    case bosTokenID = "bos_token_id"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    vocabSize = try fields.integer(.vocabSize, in: 1...10_000_000)
    hiddenSize = try fields.integer(.hiddenSize, in: 2...65536)
    numLayers = try fields.integer(.numLayers, in: 1...512)
    numHeads = try fields.integer(.numHeads, in: 1...1024)
    intermediateSize = try fields.integer(.intermediateSize, in: 1...262_144)
    numRegisters = try fields.integer(.numRegisters, in: 1...1024)
    ropeTheta = try fields.number(.ropeTheta, in: 1...1e12)
    rmsNormEps = try fields.number(.rmsNormEps, in: 0...1)
    pooledSize = try fields.integer(.pooledSize, in: 1...65536)
    bosTokenID = try fields.integer(.bosTokenID, in: 0...vocabSize - 1)
    try fields.require(
      hiddenSize % numHeads == 0 && headDim % 2 == 0, .numHeads,
      "a number that divides \(hiddenSize) into heads of even width, found \(numHeads)")
  }
}
