import Checkpoints

/// The shape of a `CompactAutoencoder`, as `vae/config.json` states it.
package struct CompactAutoencoderConfiguration: Equatable, Sendable {
  package let inChannels: Int
  package let latentChannels: Int
  /// Side of the pixel blocks that the encoder takes apart first.
  package let patch: Int
  /// Channels at 1 / patch and at half of that resolution.
  package let widths: [Int]
  /// Residual blocks at each of the two resolutions.
  package let encoderBlocks: [Int]
  package let decoderBlocks: [Int]
  /// Channels of the decoder's last convolutions, at full resolution.
  package let headWidth: Int
  /// What normalises latents: one number a channel.
  package let latentsMean: [Float]
  package let latentsStd: [Float]

  /// Pixels along a latent cell's side.
  package var scale: Int { 2 * patch }

  /// How far from a latent cell the picture still changes it, in cells, rounded up.
  ///
  /// `conv_out` and two convolutions a block reach over cells, the blocks above them over cells of half the size.
  package var encoderReach: Int {
    1 + 2 * encoderBlocks[1] + (2 * encoderBlocks[0] + 1 + 1) / 2
  }

  /// How far from a pixel the latents still change it, in cells, rounded up: likewise, with two 3 x 3
  /// convolutions over pixels at the end.
  package var decoderReach: Int {
    let pixels = scale * (1 + 2 * decoderBlocks[1]) + patch * (1 + 2 * decoderBlocks[0]) + 2
    return (pixels + scale - 1) / scale
  }

  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: ["CompactAutoencoder"])
  }
}

extension CompactAutoencoderConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case inChannels = "in_channels"
    case latentChannels = "latent_channels"
    case patch
    case widths
    case encoderBlocks = "encoder_blocks"
    case decoderBlocks = "decoder_blocks"
    case headWidth = "head_width"
    case latentsMean = "latents_mean"
    case latentsStd = "latents_std"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    inChannels = try fields.integer(.inChannels, in: 1...16)
    latentChannels = try fields.integer(.latentChannels, in: 1...256)
    patch = try fields.integer(.patch, in: 1...16)
    widths = try fields.integers(.widths, in: 1...8192, count: 2)
    encoderBlocks = try fields.integers(.encoderBlocks, in: 0...64, count: 2)
    decoderBlocks = try fields.integers(.decoderBlocks, in: 0...64, count: 2)
    headWidth = try fields.integer(.headWidth, in: 1...1024)
    latentsMean = try fields.numbers(.latentsMean, in: -1e6...1e6, count: latentChannels).map { Float($0) }
    latentsStd = try fields.numbers(.latentsStd, in: 1e-6...1e6, count: latentChannels).map { Float($0) }
  }
}
