import Checkpoints
import Layers
import Tensors

/// U2-Net (arXiv 2005.09007) and IS-Net (arXiv 2203.03041): six RSU stages down, five up, and a map from each of
/// the last six.
///
/// U2-Net fuses its maps with one more convolution. IS-Net begins with a convolution of stride 2 and takes the finest
/// map alone.
struct NestedUNet: SaliencyNetwork {
  private let convIn: Conv2D?
  private let down: [RSU]
  /// From stage 5 to stage 1.
  private let up: [RSU]
  /// From the finest map on; all six where they are fused, else one.
  private let sides: [Conv2D]
  private let fuse: Conv2D?

  /// Heights of stages 1 to 6.
  static let heights = [7, 6, 5, 4, RSU.flat, RSU.flat]

  /// Takes the weights that the names in `scope` say are there; call `scope.finish()` afterwards. Throws
  /// `CheckpointError`.
  init(_ checkpoint: Checkpoint, _ scope: WeightScope) throws {
    let names = (1...6).map { "stage\($0)" } + (1...5).reversed().map { "stage\($0)d" }
    let channels = try names.map { name in
      guard let channels = RSUChannels(checkpoint, stage: name) else {
        throw SaliencyModel.unknown(checkpoint, "expected the weights of \(name)")
      }
      return channels
    }
    let (first, fused) = (channels[0].inputs, scope.contains("outconv.weight"))
    convIn =
      scope.contains("conv_in.weight")
      ? try Conv2D(scope["conv_in"], inChannels: 3, outChannels: first, size: 3) : nil
    // The file's word for each stage is its own: what does not follow from the stage before is found amiss here.
    var inputs = convIn == nil ? 3 : first
    var outputs: [Int] = []
    down = try (0..<6).map { index in
      let own = channels[index]
      let shape = RSUChannels(inputs: inputs, middle: own.middle, outputs: own.outputs)
      (inputs, outputs) = (own.outputs, outputs + [own.outputs])
      return try RSU(scope[names[index]], height: Self.heights[index], shape)
    }
    var widths = [inputs]
    up = try (0..<5).map { index in
      let own = channels[6 + index]
      let stage = 4 - index
      let shape = RSUChannels(inputs: inputs + outputs[stage], middle: own.middle, outputs: own.outputs)
      inputs = own.outputs
      widths.insert(inputs, at: 0)
      return try RSU(scope[names[6 + index]], height: Self.heights[stage], shape)
    }
    sides = try widths.prefix(fused ? 6 : 1).enumerated().map { index, width in
      try Conv2D(scope["side\(index + 1)"], inChannels: width, outChannels: 1, size: 3)
    }
    fuse = fused ? try Conv2D(scope["outconv"], inChannels: 6, outChannels: 1, size: 1) : nil
  }

  var stride: Int { convIn == nil ? 1 : 2 }

  /// A picture (H, W, 3), normalised, to the map (H, W) in 0...1.
  func callAsFunction(_ picture: Tensor) -> Tensor {
    let (height, width) = (picture.shape[0], picture.shape[1])
    var x = convIn.map { $0(picture, stride: 2) } ?? picture
    var kept: [Tensor] = []
    for (index, stage) in down.enumerated() {
      if index > 0 { x = maxPool2x2(x) }
      x = stage(x)
      kept.append(x)
    }
    var last = [x]
    for (stage, beside) in zip(up, kept.dropLast().reversed()) {
      x = stage(joinChannels(x, beside))
      last.append(x)
    }
    // (h, w, 1) each, the finest first.
    let maps = zip(sides, last.reversed()).map { $0($1) }
    let map: Tensor
    if let fuse {
      // (h, w, 6), at the finest map's size
      let joined = maps.dropFirst().reduce(maps[0]) { joinAfter($0, $1) }
      map = fuse(joined)
    } else {
      map = resizeBilinear(maps[0], height: height, width: width)
    }
    return activate(map, .sigmoid).reshaped([height, width])
  }

  /// The channels of `x`, then those of `other` at `x`'s size.
  private func joinAfter(_ x: Tensor, _ other: Tensor) -> Tensor {
    joinChannels(x, resizeBilinear(other, height: x.shape[0], width: x.shape[1]))
  }
}
