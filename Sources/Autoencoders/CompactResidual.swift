import Checkpoints
import Layers
import Tensors

/// x + conv2(silu(conv1(silu(x)))), the compact autoencoder's block.
struct CompactResidual: Sendable {
  private let first: Conv2D
  private let second: Conv2D

  init(_ scope: WeightScope, width: Int) throws {
    first = try Conv2D(scope["conv1"], inChannels: width, outChannels: width, size: 3)
    second = try Conv2D(scope["conv2"], inChannels: width, outChannels: width, size: 3)
  }

  /// (H, W, width) to the same shape.
  func callAsFunction(_ x: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    let hidden = first(silu(x), paddingX: paddingX, paddingY: paddingY, activation: .silu)
    return second(hidden, paddingX: paddingX, paddingY: paddingY, residual: x)
  }

  static func list(_ scope: WeightScope, count: Int, width: Int) throws -> [CompactResidual] {
    try (0..<count).map { try CompactResidual(scope[$0], width: width) }
  }
}
