import Checkpoints
import Layers
import Tensors

/// Picture (H, W, 3) in -1...1 to z (H / 8, W / 8, 16).
struct CompactEncoder: Sendable {
  private let patch: Int
  private let convIn: Conv2D
  private let blocks0: [CompactResidual]
  private let down: Conv2D
  private let blocks1: [CompactResidual]
  private let convOut: Conv2D

  init(_ scope: WeightScope, _ configuration: CompactAutoencoderConfiguration) throws {
    let (w0, w1) = (configuration.widths[0], configuration.widths[1])
    patch = configuration.patch
    convIn = try Conv2D(
      scope["conv_in"], inChannels: configuration.inChannels * patch * patch, outChannels: w0, size: 3)
    blocks0 = try CompactResidual.list(scope["blocks0"], count: configuration.encoderBlocks[0], width: w0)
    down = try Conv2D(scope["down"], inChannels: 4 * w0, outChannels: w1, size: 1)
    blocks1 = try CompactResidual.list(scope["blocks1"], count: configuration.encoderBlocks[1], width: w1)
    convOut = try Conv2D(
      scope["conv_out"], inChannels: w1, outChannels: configuration.latentChannels, size: 3)
  }

  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    var x = convIn(pixelUnshuffle(picture, factor: patch), paddingX: paddingX, paddingY: paddingY)
    for block in blocks0 { x = block(x, paddingX: paddingX, paddingY: paddingY) }
    // (H / 4, W / 4, w0) to (H / 8, W / 8, w1)
    x = down(pixelUnshuffle(x, factor: 2))
    for block in blocks1 { x = block(x, paddingX: paddingX, paddingY: paddingY) }
    return convOut(silu(x), paddingX: paddingX, paddingY: paddingY)
  }
}
