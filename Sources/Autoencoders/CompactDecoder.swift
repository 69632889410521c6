import Checkpoints
import Layers
import Tensors

/// z (h, w, 16) to a picture (8 h, 8 w, 3) in about -1...1.
struct CompactDecoder: Sendable {
  private let patch: Int
  private let convIn: Conv2D
  private let blocks1: [CompactResidual]
  private let up: Conv2D
  private let blocks0: [CompactResidual]
  private let head: Conv2D
  private let refine: Conv2D
  private let convOut: Conv2D

  init(_ scope: WeightScope, _ configuration: CompactAutoencoderConfiguration) throws {
    let (w0, w1) = (configuration.widths[0], configuration.widths[1])
    let narrow = configuration.headWidth
    patch = configuration.patch
    convIn = try Conv2D(
      scope["conv_in"], inChannels: configuration.latentChannels, outChannels: w1, size: 3)
    blocks1 = try CompactResidual.list(scope["blocks1"], count: configuration.decoderBlocks[1], width: w1)
    up = try Conv2D(scope["up"], inChannels: w1, outChannels: 4 * w0, size: 1)
    blocks0 = try CompactResidual.list(scope["blocks0"], count: configuration.decoderBlocks[0], width: w0)
    head = try Conv2D(scope["head"], inChannels: w0, outChannels: narrow * patch * patch, size: 3)
    refine = try Conv2D(scope["refine"], inChannels: narrow, outChannels: narrow, size: 3)
    convOut = try Conv2D(
      scope["conv_out"], inChannels: narrow, outChannels: configuration.inChannels, size: 3)
  }

  func callAsFunction(_ z: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    var x = convIn(z, paddingX: paddingX, paddingY: paddingY)
    for block in blocks1 { x = block(x, paddingX: paddingX, paddingY: paddingY) }
    // (h, w, w1) to (2 h, 2 w, w0)
    x = pixelShuffle(up(silu(x)), factor: 2)
    for block in blocks0 { x = block(x, paddingX: paddingX, paddingY: paddingY) }
    // (2 h, 2 w, narrow * patch^2), activated before it is laid out as (8 h, 8 w, narrow)
    x = head(silu(x), paddingX: paddingX, paddingY: paddingY, activation: .silu)
    x = pixelShuffle(x, factor: patch)
    // The convolutions after the last shuffle are what keeps a grid of 4 pixels away.
    x = refine(x, paddingX: paddingX, paddingY: paddingY, activation: .silu)
    return convOut(x, paddingX: paddingX, paddingY: paddingY)
  }
}
