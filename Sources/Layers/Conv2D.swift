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

  /// Takes a convolution whose batch norm (arXiv 1502.03167), if `norm` has one, becomes part of its weights.
  package init(_ scope: WeightScope, norm: WeightScope, inChannels: Int, outChannels: Int, size: Int) throws {
    let stored = try scope.tensor("weight", shape: [outChannels, inChannels, size, size])
    // Exporters that fold the norm leave a bias; some networks have none before a norm.
    let hasNorm = norm.contains("weight")
    let bias =
      scope.contains("bias") || !hasNorm ? try scope.values("bias", shape: [outChannels]) : nil
    guard hasNorm else {
      kernel = try Convolution(stored, compute: scope.compute)
      self.bias = bias
      return
    }
    let vector = { (name: String) in try norm.values(name, shape: [outChannels]).values }
    let (weight, shift) = (try vector("weight"), try vector("bias"))
    let (mean, variance) = (try vector("running_mean"), try vector("running_var"))
    let factors = zip(weight, variance).map { $0 / ($1 + Self.normEpsilon).squareRoot() }
    let old = bias?.values ?? [Float](repeating: 0, count: outChannels)
    let new = (0..<outChannels).map { (old[$0] - mean[$0]) * factors[$0] + shift[$0] }
    kernel = Convolution(try stored.widened().scalingRows(by: factors), compute: scope.compute)
    self.bias = Tensor(new, shape: [outChannels])
  }

  /// torch's default, which no network here changes.
  private static let normEpsilon: Float = 1e-5

  /// (H, W, inChannels) to (H / stride, W / stride, outChannels), padded by half the kernel on every side.
  ///
  /// - Parameters:
  ///   - stride, dilation: as those of `Convolution`.
  ///   - paddingX, paddingY: what lies beyond the border along each axis.
  ///   - residual: (H, W, outChannels), added after the activation.
  package func callAsFunction(
    _ x: Tensor, stride: Int = 1, dilation: Int = 1, paddingX: Padding = .zero, paddingY: Padding = .zero,
    activation: Activation = .none,
    residual: Tensor? = nil
  ) -> Tensor {
    kernel(
      x, bias: bias, stride: stride, dilation: dilation, paddingX: paddingX, paddingY: paddingY,
      activation: activation, residual: residual)
  }
}
