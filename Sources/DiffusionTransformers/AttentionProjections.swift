import Checkpoints
import Layers
import Tensors

/// The projections around attention for one stream. Queries and keys are normalised over the full width.
struct AttentionProjections: Sendable {
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let queryNorm: RMSNorm
  private let keyNorm: RMSNorm
  let output: Linear

  /// Takes `to_q`, `to_k`, `to_v`, `to_out`, `q_rms_norm` and `k_rms_norm` with `suffix` (`_t` for text).
  init(_ scope: WeightScope, width: Int, suffix: String = "") throws {
    query = try Linear(scope["to_q\(suffix)"], inputs: width, outputs: width, bias: true)
    key = try Linear(scope["to_k\(suffix)"], inputs: width, outputs: width, bias: true)
    value = try Linear(scope["to_v\(suffix)"], inputs: width, outputs: width, bias: true)
    output = try Linear(scope["to_out\(suffix)"], inputs: width, outputs: width, bias: true)
    queryNorm = try RMSNorm(scope["q_rms_norm\(suffix)"], width: width, epsilon: 1e-5)
    keyNorm = try RMSNorm(scope["k_rms_norm\(suffix)"], width: width, epsilon: 1e-5)
  }

  /// (rows, width) to the same shape.
  func queries(_ x: Tensor) -> Tensor { queryNorm(query(x)) }

  /// (rows, width) to the same shape.
  func keys(_ x: Tensor) -> Tensor { keyNorm(key(x)) }

  /// (rows, width) to the same shape.
  func values(_ x: Tensor) -> Tensor { value(x) }
}
