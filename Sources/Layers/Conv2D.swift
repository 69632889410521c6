package import Checkpoints
package import Tensors

/// A two-dimensional convolution of channel-last pictures, with the weights of a checkpoint.
package struct Conv2D: Sendable {
  package let kernel: Convolution
  package let bias: Tensor?

  /// Takes `weight` (outChannels, inChannels, size, size) and, where there is one, `bias` (outChannels).
  package init(
    _ scope: WeightScope, inChannels: Int, outChannels: Int, size: Int, bias: Bool = true,
    method: ConvolutionMethod = .product
  ) throws {
    kernel = try Convolution(
      try scope.tensor("weight", shape: [outChannels, inChannels, size, size]), compute: scope.compute,
      method: method)
    self.bias = bias ? try scope.values("bias", shape: [outChannels]) : nil
  }

  /// (H, W, inChannels) to (H, W, outChannels), padded by half the kernel on every side.
  ///
  /// - Parameters:
  ///   - paddingX, paddingY: what lies beyond the border along each axis.
  ///   - residual: (H, W, outChannels), added after the activation.
  package func callAsFunction(
    _ x: Tensor, paddingX: Padding = .zero, paddingY: Padding = .zero, activation: Activation = .none,
    residual: Tensor? = nil
  ) -> Tensor {
    kernel(
      x, bias: bias, paddingX: paddingX, paddingY: paddingY, activation: activation, residual: residual)
  }
}
