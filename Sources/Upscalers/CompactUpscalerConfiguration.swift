import Checkpoints

/// The shape of a `CompactUpscaler`, as its `config.json` states it.
struct CompactUpscalerConfiguration: Equatable, Sendable {
  /// Channels between the first convolution and the last.
  let width: Int
  /// Residual pairs of convolutions.
  let pairs: Int
  /// Pixels of the result along a pixel's side.
  let scale: Int

  /// What the tensors of a file without one say. Throws `CheckpointError`.
  init(namesAndShapesOf checkpoint: Checkpoint) throws {
    width = try checkpoint.extent(0, of: "head.weight")
    pairs = checkpoint.count { "body.\($0).conv1.weight" }
    scale = try checkpoint.shuffleFactor(channels: checkpoint.extent(0, of: "tail.weight"), of: "tail.weight")
  }
}

extension CompactUpscalerConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case width, pairs, scale
  }

  init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    width = try fields.integer(.width, in: 1...4096)
    pairs = try fields.integer(.pairs, in: 0...256)
    scale = try fields.integer(.scale, in: 1...16)
  }
}
