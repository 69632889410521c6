import Layers
import Tensors

/// Four convolutions that each see all before them, and a fifth whose result is added to the input in part.
struct DenseBlock: Sendable {
  private let width: Int
  private let growing: [Conv2D]
  private let last: Conv2D
  private let share: Tensor

  /// - Parameter convolution: number 0...4, with so many channels in and out.
  init(width: Int, growth: Int, convolution: (Int, Int, Int) throws -> Conv2D) rethrows {
    self.width = width
    growing = try (0..<4).map { try convolution($0, width + $0 * growth, growth) }
    last = try convolution(4, width + 4 * growth, width)
    share = Tensor([Float](repeating: RRDBNet.share, count: width), shape: [width])
  }

  /// Takes the first channels of `stack`, and its others as room to work in; writes the first channels of `result`.
  ///
  /// - Parameters: stack, result (H, W, width + 4 * growth); slope (at least growth), the same for all.
  func callAsFunction(
    _ stack: inout Tensor, into result: inout Tensor, _ slope: Tensor, paddingX: Padding, paddingY: Padding
  ) {
    for convolution in growing {
      let (inputs, outputs) = (convolution.kernel.inChannels, convolution.kernel.outChannels)
      convolution.kernel(
        within: &stack, to: inputs,
        ConvolutionFinish(bias: convolution.bias, slope: slope.rows(0..<outputs)), paddingX: paddingX,
        paddingY: paddingY)
    }
    last.kernel(
      stack, into: &result, ConvolutionFinish(bias: last.bias, gate: share, residual: stack),
      paddingX: paddingX,
      paddingY: paddingY)
  }
}
