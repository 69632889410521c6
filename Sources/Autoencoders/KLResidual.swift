import Checkpoints
import Layers
import Tensors

/// x + conv2(silu(norm2(conv1(silu(norm1(x)))))), diffusers' `ResnetBlock2D` without a time embedding; where the
/// channels change, x goes through a 1 x 1 convolution.
struct KLResidual: Sendable {
  private let norm1: GroupNorm
  private let conv1: Conv2D
  private let norm2: GroupNorm
  private let conv2: Conv2D
  private let shortcut: Conv2D?

  init(_ scope: WeightScope, inChannels: Int, outChannels: Int, groups: Int, _ names: KLNames) throws {
    norm1 = try GroupNorm(scope["norm1"], channels: inChannels, groups: groups)
    conv1 = try Conv2D(scope["conv1"], inChannels: inChannels, outChannels: outChannels, size: 3)
    norm2 = try GroupNorm(scope["norm2"], channels: outChannels, groups: groups)
    conv2 = try Conv2D(scope["conv2"], inChannels: outChannels, outChannels: outChannels, size: 3)
    shortcut =
      inChannels == outChannels
      ? nil : try Conv2D(scope[names.shortcut], inChannels: inChannels, outChannels: outChannels, size: 1)
  }

  /// (H, W, inChannels) to (H, W, outChannels)
  func callAsFunction(_ x: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics) -> Tensor {
    let hidden = conv1(norm1(x, silu: true, &statistics), paddingX: padding.x, paddingY: padding.y)
    return conv2(
      norm2(hidden, silu: true, &statistics), paddingX: padding.x, paddingY: padding.y,
      residual: shortcut?(x) ?? x)
  }
}
