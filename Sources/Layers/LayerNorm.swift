package import Checkpoints
package import Tensors

/// Layer norm over the last axis with learned weight and bias (arXiv 1607.06450).
package struct LayerNorm: Sendable {
  package let weight: Tensor
  package let bias: Tensor
  package let epsilon: Float

  /// Takes `weight` and `bias` (width) from `scope`.
  package init(_ scope: WeightScope, width: Int, epsilon: Float) throws {
    weight = try scope.values("weight", shape: [width])
    bias = try scope.values("bias", shape: [width])
    self.epsilon = epsilon
  }

  /// (..., width) to the same shape.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    layerNorm(x, epsilon: epsilon, weight: weight, bias: bias)
  }
}
