import Checkpoints
import Layers
import Tensors

/// A residual U-block: a small U-Net whose result is added to what it begins with (arXiv 2005.09007, section 3.1).
///
/// RSU-7 to RSU-4 halve their picture on the way down; RSU-4F keeps its size and dilates instead.
struct RSU: Sendable {
  private let start: Conv2D
  private let down: [Conv2D]
  /// From the narrowest resolution to the widest.
  private let up: [Conv2D]
  private let isFlat: Bool

  /// Resolutions and, for RSU-4F, dilations.
  static func depth(height: Int) -> Int { height == flat ? 4 : height }
  /// The height that stands for RSU-4F.
  static let flat = 0

  /// - Parameter height: 4 to 7, or `flat`.
  init(_ scope: WeightScope, height: Int, _ channels: RSUChannels) throws {
    isFlat = height == Self.flat
    let depth = Self.depth(height: height)
    func layer(_ name: String, _ inputs: Int, _ outputs: Int) throws -> Conv2D {
      let scope = scope[name]
      return try Conv2D(
        scope["conv_s1"], norm: scope["bn_s1"], inChannels: inputs, outChannels: outputs, size: 3)
    }
    start = try layer("rebnconvin", channels.inputs, channels.outputs)
    down = try (1...depth).map { index in
      try layer("rebnconv\(index)", index == 1 ? channels.outputs : channels.middle, channels.middle)
    }
    up = try (1..<depth).reversed().map { index in
      try layer(
        "rebnconv\(index)d", 2 * channels.middle, index == 1 ? channels.outputs : channels.middle)
    }
  }

  /// (H, W, inputs) to (H, W, outputs).
  func callAsFunction(_ x: Tensor) -> Tensor {
    let start = start(x, activation: .relu)
    var x = start
    var kept: [Tensor] = []
    for (index, layer) in down.dropLast().enumerated() {
      if index > 0, !isFlat { x = maxPool2x2(x) }
      x = layer(x, dilation: isFlat ? 1 << index : 1, activation: .relu)
      kept.append(x)
    }
    x = down[down.count - 1](x, dilation: isFlat ? 8 : 2, activation: .relu)
    for (layer, (index, beside)) in zip(up, kept.enumerated().reversed()) {
      x = layer(
        joinChannels(x, beside), dilation: isFlat ? 1 << index : 1, activation: .relu,
        residual: index == 0 ? start : nil)
    }
    return x
  }
}
