import Checkpoints
import Layers
import Tensors

/// Swift Parameter-free Attention Network: six blocks of three convolutions whose result is weighted by itself.
///
/// Source: Wan et al., arXiv 2311.12770; https://github.com/hongyuanyu/SPAN.
struct SPAN: UpscalerNetwork {
  let scale: Int
  private let width: Int
  private let normalizes: Bool
  private let first: SPANConvolution
  private let blocks: [SPANBlock]
  private let second: SPANConvolution
  private let join: Conv2D
  private let upsampler: Conv2D

  /// The mean of the pictures it was published with, and the range of their values.
  private static let mean: [Float] = [0.4488, 0.4371, 0.4040]
  private static let range: Float = 255

  init(_ scope: WeightScope, _ checkpoint: Checkpoint) throws {
    width = try checkpoint.extent(0, of: "conv_cat.weight")
    let channels = try checkpoint.extent(0, of: "upsampler.0.weight")
    scale = try checkpoint.shuffleFactor(channels: channels, of: "upsampler.0.weight")
    normalizes = !scope.contains("no_norm")
    if !normalizes { _ = try scope.tensor("no_norm", shape: [1]) }
    let width = width
    first = try SPANConvolution(scope["conv_1"], inChannels: 3, outChannels: width)
    blocks = try (1...6).map { try SPANBlock(scope["block_\($0)"], width: width) }
    second = try SPANConvolution(scope["conv_2"], inChannels: width, outChannels: width)
    join = try Conv2D(scope["conv_cat"], inChannels: 4 * width, outChannels: width, size: 1)
    upsampler = try Conv2D(
      scope["upsampler"][0], inChannels: width, outChannels: channels, size: 3, method: .winograd)
  }

  var summary: String { "SPAN, \(width) channels, \(scale)x" }
  /// One pixel for each 3 x 3 convolution in a row.
  var reach: Int { 1 + 3 * blocks.count + 1 + 1 }
  var unit: Int { 4 }
  var floatsPerPixel: Int { 9 * width + 6 * scale * scale }

  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    let (height, across) = (picture.shape[0], picture.shape[1])
    // What is joined in the end, side by side: the features, the blocks' result, the first block's, and what the last
    // block begins with. (H, W, 4 * width)
    var joined = Tensor(uninitialized: [height, across, 4 * width])
    let start = normalizes ? normalized(picture) : picture
    first.kernel(
      start, into: &joined, ConvolutionFinish(bias: first.bias), paddingX: paddingX, paddingY: paddingY)
    var x = Tensor(uninitialized: [height, across, width])
    var hidden = (Tensor(uninitialized: x.shape), Tensor(uninitialized: x.shape))
    let features = joined.columns(0..<width)
    for (index, block) in blocks.enumerated() {
      let input = index == 0 ? features : x
      block.begin(input, into: &hidden.0, paddingX: paddingX, paddingY: paddingY)
      if index == blocks.count - 1 { joined.replaceColumns(from: 3 * width, with: hidden.0) }
      x = block.end(input, &hidden, paddingX: paddingX, paddingY: paddingY)
      if index == 0 { joined.replaceColumns(from: 2 * width, with: x) }
    }
    second.kernel(
      x, into: &joined, to: width, ConvolutionFinish(bias: second.bias), paddingX: paddingX,
      paddingY: paddingY)
    // (H, W, width), then (H, W, 3 * scale^2)
    x = join(joined)
    return pixelShuffle(upsampler(x, paddingX: paddingX, paddingY: paddingY), factor: scale)
  }

  private func normalized(_ picture: Tensor) -> Tensor {
    var result = picture
    unsafe result.withUnsafeMutableBuffer { values in
      for index in values.indices {
        unsafe values[index] = (values[index] - Self.mean[index % 3]) * Self.range
      }
    }
    return result
  }
}

/// (conv3(a2) + x) * (sigmoid(conv3(a2)) - 1/2), where a2 = silu(conv2(a1)) and a1 = silu(conv1(x)).
struct SPANBlock: Sendable {
  private let first: SPANConvolution
  private let second: SPANConvolution
  private let third: SPANConvolution

  init(_ scope: WeightScope, width: Int) throws {
    first = try SPANConvolution(scope["c1_r"], inChannels: width, outChannels: width)
    second = try SPANConvolution(scope["c2_r"], inChannels: width, outChannels: width)
    third = try SPANConvolution(scope["c3_r"], inChannels: width, outChannels: width)
  }

  /// a1
  func begin(_ x: Tensor, into hidden: inout Tensor, paddingX: Padding, paddingY: Padding) {
    first.kernel(
      x, into: &hidden, ConvolutionFinish(bias: first.bias, activation: .silu), paddingX: paddingX,
      paddingY: paddingY)
  }

  /// The block's result, from a1.
  func end(_ x: Tensor, _ hidden: inout (Tensor, Tensor), paddingX: Padding, paddingY: Padding) -> Tensor {
    second.kernel(
      hidden.0, into: &hidden.1, ConvolutionFinish(bias: second.bias, activation: .silu), paddingX: paddingX,
      paddingY: paddingY)
    var result = Tensor(uninitialized: x.shape)
    third.kernel(
      hidden.1, into: &result, ConvolutionFinish(bias: third.bias, residual: x, attends: true),
      paddingX: paddingX,
      paddingY: paddingY)
    return result
  }
}
