import Checkpoints
import Layers
import Tensors

/// Real-ESRGAN's small network: convolutions at the picture's size, the last of which makes the pixels of the enlarged
/// picture, added to repeated pixels.
///
/// Source: https://github.com/xinntao/Real-ESRGAN, realesrgan/archs/srvgg_arch.py.
struct SRVGGNetCompact: UpscalerNetwork {
  let scale: Int
  private let width: Int
  /// All but the last have PReLU after them.
  private let layers: [(convolution: Conv2D, slope: Tensor?)]

  init(_ scope: WeightScope, _ checkpoint: Checkpoint) throws {
    width = try checkpoint.extent(0, of: "body.0.weight")
    let count = checkpoint.count { "body.\(2 * $0).weight" }
    let last = "body.\(2 * count - 2).weight"
    let channels = try checkpoint.extent(0, of: last)
    scale = try checkpoint.shuffleFactor(channels: channels, of: last)
    var layers: [(Conv2D, Tensor?)] = []
    for index in 0..<count {
      let isLast = index == count - 1
      let convolution = try Conv2D(
        scope["body"][2 * index], inChannels: index == 0 ? 3 : width, outChannels: isLast ? channels : width,
        size: 3, method: .winograd)
      layers.append((convolution, isLast ? nil : try scope["body"][2 * index + 1].slope(width: width)))
    }
    self.layers = layers
  }

  var summary: String { "SRVGGNetCompact, \(width) channels, \(layers.count) convolutions, \(scale)x" }
  var reach: Int { layers.count }
  var unit: Int { 4 }
  var floatsPerPixel: Int { 2 * width + 9 * scale * scale }

  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    let base = repeatedChannels(picture, times: scale * scale)
    var x = picture
    for (convolution, slope) in layers {
      // (H, W, width), in the end (H, W, 3 * scale^2)
      var y = Tensor(uninitialized: [x.shape[0], x.shape[1], convolution.kernel.outChannels])
      let finish = ConvolutionFinish(
        bias: convolution.bias, slope: slope, residual: slope == nil ? base : nil)
      convolution.kernel(x, into: &y, finish, paddingX: paddingX, paddingY: paddingY)
      x = y
    }
    return pixelShuffle(x, factor: scale)
  }
}
