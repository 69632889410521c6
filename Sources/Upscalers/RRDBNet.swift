import Checkpoints
import Layers
import Tensors

/// ESRGAN's network of residual dense blocks, as Real-ESRGAN and hundreds of models since use it.
///
/// For less than four times, Real-ESRGAN moves blocks of pixels into channels first and enlarges by four all the same.
/// Source: Wang et al., arXiv 1809.00219; basicsr/archs/rrdbnet_arch.py.
struct RRDBNet: UpscalerNetwork {
  /// Side of the blocks of pixels that are moved into channels.
  private let patch: Int
  private let width: Int
  private let growth: Int
  private let first: Conv2D
  private let blocks: [[DenseBlock]]
  private let trunk: Conv2D
  private let doublings: [Conv2D]
  private let before: Conv2D
  private let last: Conv2D
  private let slope: Tensor

  /// What a block adds, and what its dense blocks add, is multiplied by.
  static let share: Float = 0.2
  static let negativeSlope: Float = 0.2

  init(_ scope: WeightScope, _ checkpoint: Checkpoint, _ names: RRDBNames) throws {
    let width = try checkpoint.extent(0, of: "\(names.first).weight")
    let channels = try checkpoint.extent(1, of: "\(names.first).weight")
    let growth = try checkpoint.extent(0, of: "\(names.dense(0, 0, 0)).weight")
    let patch = try checkpoint.shuffleFactor(channels: channels, of: "\(names.first).weight")
    let doubled = names.doublings.count
    guard doubled <= 4, (1 << doubled) % patch == 0 else {
      throw checkpoint.unfit(
        "expected a network that enlarges 1 to 16 times, found \(doubled) doublings of \(patch) x \(patch) pixels"
      )
    }
    func convolution(_ name: String, _ inChannels: Int, _ outChannels: Int) throws -> Conv2D {
      try Conv2D(scope[name], inChannels: inChannels, outChannels: outChannels, size: 3, method: .winograd)
    }
    first = try convolution(names.first, channels, width)
    blocks = try (0..<names.blocks).map { block in
      try (0..<3).map { part in
        try DenseBlock(width: width, growth: growth) { index, inputs, outputs in
          try convolution(names.dense(block, part, index), inputs, outputs)
        }
      }
    }
    trunk = try convolution(names.trunk, width, width)
    doublings = try names.doublings.map { try convolution($0, width, width) }
    before = try convolution(names.before, width, width)
    last = try convolution(names.last, width, 3)
    slope = Tensor(
      [Float](repeating: Self.negativeSlope, count: max(width, growth)), shape: [max(width, growth)])
    self.patch = patch
    self.width = width
    self.growth = growth
  }

  var summary: String { "ESRGAN, \(width) channels, \(blocks.count) blocks, \(scale)x" }
  var scale: Int { (1 << doublings.count) / patch }
  /// Fifteen convolutions a block, three at the picture's size, and those of the enlargements.
  var reach: Int { patch * (15 * blocks.count + 5) }
  var unit: Int { 4 * patch }
  var floatsPerPixel: Int {
    (3 * (width + 4 * growth) + 2 * width + (1 << (2 * doublings.count)) * 2 * (width + 2)) / (patch * patch)
      + 8
  }

  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    let whole = picture.mirroredToMultiple(of: patch)
    let features = first(
      patch > 1 ? pixelUnshuffle(whole, factor: patch) : whole, paddingX: paddingX, paddingY: paddingY)
    // (H, W, width), at the size that the blocks work at
    let (height, across) = (features.shape[0], features.shape[1])
    let stack = Tensor(uninitialized: [height, across, width + 4 * growth])
    var stacks = (stack, stack, stack)
    stacks.0.replaceColumns(from: 0, with: features)
    for block in blocks {
      block[0](&stacks.0, into: &stacks.1, slope, paddingX: paddingX, paddingY: paddingY)
      block[1](&stacks.1, into: &stacks.2, slope, paddingX: paddingX, paddingY: paddingY)
      block[2](&stacks.2, into: &stacks.1, slope, paddingX: paddingX, paddingY: paddingY)
      stacks.0.combineColumns(0..<width, 1, stacks.1, Self.share)
    }
    var x = Tensor(uninitialized: features.shape)
    trunk.kernel(
      stacks.0, into: &x, ConvolutionFinish(bias: trunk.bias, residual: features), paddingX: paddingX,
      paddingY: paddingY)
    for doubling in doublings {
      x = bent(doubling, upsampleNearest2x(x), paddingX: paddingX, paddingY: paddingY)
    }
    x = last(
      bent(before, x, paddingX: paddingX, paddingY: paddingY), paddingX: paddingX, paddingY: paddingY)
    return x.cropped(height: picture.shape[0] * scale, width: picture.shape[1] * scale)
  }

  private func bent(_ convolution: Conv2D, _ x: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    var y = Tensor(uninitialized: x.shape)
    convolution.kernel(
      x, into: &y, ConvolutionFinish(bias: convolution.bias, slope: slope.rows(0..<width)),
      paddingX: paddingX,
      paddingY: paddingY)
    return y
  }
}

extension Tensor {
  /// (H, W, C) mirrored at the lower and right border, without the border itself, up to whole blocks.
  fileprivate func mirroredToMultiple(of factor: Int) -> Tensor {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let rows = (0..<(height + factor - 1) / factor * factor).map { Self.mirrored($0, height) }
    let columns = (0..<(width + factor - 1) / factor * factor).map { Self.mirrored($0, width) }
    if rows.count == height && columns.count == width { return self }
    let places = rows.flatMap { row in columns.map { row * width + $0 } }
    return gatherRows(reshaped([height * width, channels]), places).reshaped([
      rows.count, columns.count, channels,
    ])
  }

  private static func mirrored(_ index: Int, _ length: Int) -> Int {
    index < length ? index : max(0, 2 * length - 2 - index)
  }

  /// The upper left part of (H, W, C).
  fileprivate func cropped(height: Int, width: Int) -> Tensor {
    let channels = shape[2]
    let part = rows(0..<height)
    if width == shape[1] { return part }
    return part.reshaped([height, shape[1] * channels]).columns(0..<width * channels)
      .reshaped([height, width, channels])
  }
}
