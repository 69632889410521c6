import Checkpoints

/// The shape of an `AutoencoderKL`, as diffusers' `vae/config.json` states it.
package struct AutoencoderKLConfiguration: Equatable, Sendable {
  package let inChannels: Int
  package let outChannels: Int
  package let latentChannels: Int
  /// Channels at each resolution, from the picture's down.
  package let blockOutChannels: [Int]
  /// Residual blocks of the encoder at each resolution; the decoder has one more.
  package let layersPerBlock: Int
  package let normNumGroups: Int
  package let scalingFactor: Float
  package let shiftFactor: Float
  package let useQuantConv: Bool
  package let usePostQuantConv: Bool
  package let midBlockAddAttention: Bool

  /// Pixels along a latent cell's side.
  package var scale: Int { 1 << (blockOutChannels.count - 1) }

  /// Cells that a latent cell can be influenced from on each side, rounded up, where norms and attention are frozen.
  package var encoderReach: Int {
    // In pixels: the first convolution, then at each resolution two convolutions a block, and one of the next step's
    // pixels on the way down.
    let levels = blockOutChannels.indices.reduce(1) { sum, level in
      sum + (2 * layersPerBlock << level) + (level + 1 < blockOutChannels.count ? 1 << level : 0)
    }
    // Two residual blocks in the middle and the last convolution.
    return (levels + 5 * scale + scale - 1) / scale
  }

  /// The same for the pixels of a cell.
  package var decoderReach: Int {
    let levels = blockOutChannels.indices.reduce(1) { sum, level in
      sum + (2 * (layersPerBlock + 1) << level) + (level + 1 < blockOutChannels.count ? 1 << level : 0)
    }
    return (levels + 5 * scale + scale - 1) / scale
  }

  /// FLUX's and HiDream-I1's, for a single file that comes without its configuration.
  package static let flux = AutoencoderKLConfiguration(
    inChannels: 3, outChannels: 3, latentChannels: 16, blockOutChannels: [128, 256, 512, 512],
    layersPerBlock: 2, normNumGroups: 32, scalingFactor: 0.3611, shiftFactor: 0.1159, useQuantConv: false,
    usePostQuantConv: false, midBlockAddAttention: true)
}

extension AutoencoderKLConfiguration {
  static let classNames = ["AutoencoderKL"]

  /// Reads and checks `config.json` at `path`. Throws `CheckpointError`.
  package init(contentsOf path: String) throws {
    self = try ConfigurationFile.decode(at: path, classNames: Self.classNames)
  }
}

extension AutoencoderKLConfiguration: Decodable {
  enum CodingKeys: String, CodingKey {
    case inChannels = "in_channels"
    case outChannels = "out_channels"
    case latentChannels = "latent_channels"
    case blockOutChannels = "block_out_channels"
    case layersPerBlock = "layers_per_block"
    case normNumGroups = "norm_num_groups"
    case scalingFactor = "scaling_factor"
    case shiftFactor = "shift_factor"
    case useQuantConv = "use_quant_conv"
    case usePostQuantConv = "use_post_quant_conv"
    case midBlockAddAttention = "mid_block_add_attention"
    case activation = "act_fn"
    case downBlockTypes = "down_block_types"
    case upBlockTypes = "up_block_types"
  }

  private enum OnlyActivation: String, CaseIterable { case silu, swish }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    inChannels = try fields.integer(.inChannels, in: 1...16, default: 3)
    outChannels = try fields.integer(.outChannels, in: 1...16, default: 3)
    latentChannels = try fields.integer(.latentChannels, in: 1...256, default: 4)
    blockOutChannels = try fields.integers(.blockOutChannels, in: 1...8192)
    layersPerBlock = try fields.integer(.layersPerBlock, in: 1...64, default: 1)
    normNumGroups = try fields.integer(.normNumGroups, in: 1...8192, default: 32)
    scalingFactor = Float(try fields.number(.scalingFactor, in: 1e-6...1e6, default: 0.18215))
    shiftFactor = Float(try fields.number(.shiftFactor, in: -1e6...1e6, default: 0))
    useQuantConv = try fields.boolean(.useQuantConv, default: true)
    usePostQuantConv = try fields.boolean(.usePostQuantConv, default: true)
    midBlockAddAttention = try fields.boolean(.midBlockAddAttention, default: true)
    _ = try fields.choice(.activation, default: OnlyActivation.silu)
    try fields.require(
      (1...8).contains(blockOutChannels.count), .blockOutChannels,
      "1 to 8 resolutions, found \(blockOutChannels.count)")
    try fields.require(
      blockOutChannels.allSatisfy { $0 % normNumGroups == 0 }, .normNumGroups,
      "a number that divides \(blockOutChannels), found \(normNumGroups)")
    try requireBlocks(fields, .downBlockTypes, "DownEncoderBlock2D")
    try requireBlocks(fields, .upBlockTypes, "UpDecoderBlock2D")
  }

  /// Of diffusers' kinds of blocks only the plain ones are known.
  private func requireBlocks(
    _ fields: ConfigurationFields<CodingKeys>, _ key: CodingKeys, _ name: String
  ) throws {
    guard let types: [String] = try fields.object(key) else { return }
    try fields.require(
      types == Array(repeating: name, count: blockOutChannels.count), key,
      "\(blockOutChannels.count) times \(name), found \(types.prefix(8))")
  }
}
