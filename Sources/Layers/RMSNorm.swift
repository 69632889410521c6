package import Checkpoints
package import Tensors

/// x / sqrt(mean(x^2) + epsilon) * weight over the last axis (arXiv 1910.07467).
package struct RMSNorm: Sendable {
  package let weight: Tensor
  package let epsilon: Float

  /// Takes `weight` (width) from `scope`.
  package init(_ scope: WeightScope, width: Int, epsilon: Float) throws {
    weight = try scope.values("weight", shape: [width])
    self.epsilon = epsilon
  }

  /// (..., width) to the same shape.
  package func callAsFunction(_ x: Tensor) -> Tensor { rmsNorm(x, weight: weight, epsilon: epsilon) }
}
