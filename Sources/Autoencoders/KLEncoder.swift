import Checkpoints
import Layers
import Tensors

/// Picture (H, W, 3) to the moments of its latents, (H / 8, W / 8, 2 * channels).
struct KLEncoder: Sendable {
  private struct Level: Sendable {
    var blocks: [KLResidual]
    /// Halves the resolution after the blocks, at every level but the last.
    var down: Conv2D?
  }

  private let convIn: Conv2D
  private let levels: [Level]
  private let middle: KLMiddle
  private let normOut: GroupNorm
  private let convOut: Conv2D

  init(_ scope: WeightScope, _ configuration: AutoencoderKLConfiguration, _ names: KLNames) throws {
    let widths = configuration.blockOutChannels
    let groups = configuration.normNumGroups
    convIn = try Conv2D(
      scope["conv_in"], inChannels: configuration.inChannels, outChannels: widths[0], size: 3)
    levels = try widths.indices.map { index in
      let scope = names.down(scope, index)
      let width = widths[index]
      let blocks = try (0..<configuration.layersPerBlock).map { block in
        try KLResidual(
          names.residual(scope, block), inChannels: block == 0 ? widths[max(0, index - 1)] : width,
          outChannels: width, groups: groups, names)
      }
      let down =
        index < widths.count - 1
        ? try Conv2D(names.downsampler(scope), inChannels: width, outChannels: width, size: 3) : nil
      return Level(blocks: blocks, down: down)
    }
    let last = widths[widths.count - 1]
    middle = try KLMiddle(scope, channels: last, configuration, names)
    normOut = try GroupNorm(scope[names.normOut], channels: last, groups: groups)
    convOut = try Conv2D(
      scope["conv_out"], inChannels: last, outChannels: 2 * configuration.latentChannels, size: 3)
  }

  func callAsFunction(_ picture: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics)
    -> Tensor
  {
    var x = convIn(picture, paddingX: padding.x, paddingY: padding.y)
    for level in levels {
      for block in level.blocks { x = block(x, padding, &statistics) }
      if let down = level.down {
        // One pixel more on the right and below, none on the left and above.
        x = down.kernel(
          x, bias: down.bias, stride: 2, padding: (top: 0, bottom: 1, left: 0, right: 1),
          paddingX: padding.x, paddingY: padding.y)
      }
    }
    x = middle(x, padding, &statistics)
    return convOut(normOut(x, silu: true, &statistics), paddingX: padding.x, paddingY: padding.y)
  }
}
