import Checkpoints
import Tensors

/// Group norm of a picture with learned weight and bias (arXiv 1803.08494).
struct GroupNorm: Sendable {
  private let groups: Int
  private let weight: Tensor
  private let bias: Tensor

  /// That of all of `AutoencoderKL`'s norms.
  private static let epsilon: Float = 1e-6

  init(_ scope: WeightScope, channels: Int, groups: Int) throws {
    self.groups = groups
    weight = try scope.values("weight", shape: [channels])
    bias = try scope.values("bias", shape: [channels])
  }

  /// (H, W, channels) to the same shape, with SiLU after it on request.
  func callAsFunction(_ x: Tensor, silu: Bool = false, _ statistics: inout KLStatistics) -> Tensor {
    let groups = groups
    return groupNorm(
      x, statistics.norm { GroupStatistics(of: x, groups: groups) }, weight: weight, bias: bias,
      epsilon: Self.epsilon, silu: silu)
  }
}
