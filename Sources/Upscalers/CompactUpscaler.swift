import Checkpoints
import Layers
import Tensors

/// The bundled model's network for detail: residual pairs of 3 x 3 convolutions at the picture's size, and one that
/// makes the pixels of the enlarged picture, added to cubic interpolation.
///
/// Reference: `Training/sparsedit_training/detail.py`.
struct CompactUpscaler: UpscalerNetwork {
  private let configuration: CompactUpscalerConfiguration
  private let head: Conv2D
  private let body: [CompactUpscalerPair]
  private let tail: Conv2D

  init(_ scope: WeightScope, _ checkpoint: Checkpoint) throws {
    configuration =
      try checkpoint.configuration(
        classNames: [Upscaler.className],
        orPublished: CompactUpscalerConfiguration(namesAndShapesOf: checkpoint))
    let width = configuration.width
    head = try Conv2D(scope["head"], inChannels: 3, outChannels: width, size: 3)
    body = try (0..<configuration.pairs).map { try CompactUpscalerPair(scope["body"][$0], width: width) }
    tail = try Conv2D(
      scope["tail"], inChannels: width, outChannels: 3 * configuration.scale * configuration.scale, size: 3,
      method: .winograd)
  }

  var summary: String {
    "CompactUpscaler, \(configuration.width) channels, \(configuration.pairs) pairs, \(scale)x"
  }
  var scale: Int { configuration.scale }
  /// A pixel for each convolution, and no less than what cubic interpolation takes.
  var reach: Int { 2 + 2 * configuration.pairs }
  var unit: Int { 4 }
  var floatsPerPixel: Int { 3 * configuration.width + 9 * scale * scale }

  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    // (H, W, width)
    var x = head(picture, paddingX: paddingX, paddingY: paddingY)
    for pair in body { x = pair(x, paddingX: paddingX, paddingY: paddingY) }
    let base = cubicPhases(picture, factor: scale, paddingX: paddingX, paddingY: paddingY)
    // (H, W, 3 * scale^2)
    x = tail(x, paddingX: paddingX, paddingY: paddingY, residual: base)
    return pixelShuffle(x, factor: scale)
  }
}

/// x + conv2(prelu(conv1(x))).
struct CompactUpscalerPair: Sendable {
  private let first: Conv2D
  private let slope: Tensor
  private let second: Conv2D

  init(_ scope: WeightScope, width: Int) throws {
    first = try Conv2D(scope["conv1"], inChannels: width, outChannels: width, size: 3, method: .winograd)
    slope = try scope["act"].slope(width: width)
    second = try Conv2D(scope["conv2"], inChannels: width, outChannels: width, size: 3, method: .winograd)
  }

  /// (H, W, width) to the same shape.
  func callAsFunction(_ x: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    var hidden = Tensor(uninitialized: x.shape)
    let bend = ConvolutionFinish(bias: first.bias, slope: slope)
    first.kernel(x, into: &hidden, bend, paddingX: paddingX, paddingY: paddingY)
    return second(hidden, paddingX: paddingX, paddingY: paddingY, residual: x)
  }
}

extension WeightScope {
  /// The slopes of a PReLU, `weight` (width), or one for all of them.
  func slope(width: Int) throws -> Tensor {
    guard shape(of: "weight") == [1], width != 1 else { return try values("weight", shape: [width]) }
    let common = try values("weight", shape: [1]).values[0]
    return Tensor([Float](repeating: common, count: width), shape: [width])
  }
}
