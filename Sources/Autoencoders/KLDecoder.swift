import Checkpoints
import Layers
import Tensors

/// Latents (h, w, channels) to a picture (8 h, 8 w, 3).
struct KLDecoder: Sendable {
  private struct Level: Sendable {
    var blocks: [KLResidual]
    /// Convolves what was doubled in size after the blocks, at every level but the last.
    var up: Conv2D?
  }

  private let convIn: Conv2D
  private let middle: KLMiddle
  private let levels: [Level]
  private let normOut: GroupNorm
  private let convOut: Conv2D

  init(_ scope: WeightScope, _ configuration: AutoencoderKLConfiguration, _ names: KLNames) throws {
    // From the lowest resolution up.
    let widths = Array(configuration.blockOutChannels.reversed())
    let groups = configuration.normNumGroups
    convIn = try Conv2D(
      scope["conv_in"], inChannels: configuration.latentChannels, outChannels: widths[0], size: 3)
    middle = try KLMiddle(scope, channels: widths[0], configuration, names)
    levels = try widths.indices.map { index in
      let scope = names.up(scope, index, of: widths.count)
      let width = widths[index]
      let blocks = try (0...configuration.layersPerBlock).map { block in
        try KLResidual(
          names.residual(scope, block), inChannels: block == 0 ? widths[max(0, index - 1)] : width,
          outChannels: width, groups: groups, names)
      }
      let up =
        index < widths.count - 1
        ? try Conv2D(names.upsampler(scope), inChannels: width, outChannels: width, size: 3) : nil
      return Level(blocks: blocks, up: up)
    }
    let last = widths[widths.count - 1]
    normOut = try GroupNorm(scope[names.normOut], channels: last, groups: groups)
    convOut = try Conv2D(scope["conv_out"], inChannels: last, outChannels: configuration.outChannels, size: 3)
  }

  func callAsFunction(_ z: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics) -> Tensor {
    var x = middle(convIn(z, paddingX: padding.x, paddingY: padding.y), padding, &statistics)
    for level in levels {
      for block in level.blocks { x = block(x, padding, &statistics) }
      if let up = level.up { x = up(upsampleNearest2x(x), paddingX: padding.x, paddingY: padding.y) }
    }
    return convOut(normOut(x, silu: true, &statistics), paddingX: padding.x, paddingY: padding.y)
  }
}
