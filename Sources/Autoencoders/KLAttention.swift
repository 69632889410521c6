import Checkpoints
import Layers
import Tensors

/// x + out(attention(norm(x))) with every place of the picture as a token.
struct KLAttention: Sendable {
  private let norm: GroupNorm
  private let query: Projection
  private let key: Projection
  private let value: Projection
  private let out: Projection

  /// A linear layer, which files may hold as a 1 x 1 convolution.
  private struct Projection: Sendable {
    let weight: WeightMatrix
    let bias: Tensor

    init(_ scope: WeightScope, channels: Int) throws {
      let isConvolution = scope.shape(of: "weight")?.count == 4
      let shape = isConvolution ? [channels, channels, 1, 1] : [channels, channels]
      weight = try WeightMatrix(try scope.tensor("weight", shape: shape), residency: scope.residency)
      bias = try scope.values("bias", shape: [channels])
    }

    func callAsFunction(_ x: Tensor) -> Tensor { linear(x, weight, bias: bias) }
  }

  /// - Parameter parts: norm, query, key, value and output.
  init(_ parts: [WeightScope], channels: Int, groups: Int) throws {
    norm = try GroupNorm(parts[0], channels: channels, groups: groups)
    query = try Projection(parts[1], channels: channels)
    key = try Projection(parts[2], channels: channels)
    value = try Projection(parts[3], channels: channels)
    out = try Projection(parts[4], channels: channels)
  }

  func callAsFunction(_ x: Tensor, _ statistics: inout KLStatistics) -> Tensor {
    let (places, channels) = x.matrixShape
    let h = norm(x, &statistics).reshaped([places, channels])
    var result = x.reshaped([places, channels])
    let (keys, values) = statistics.attention { (key(h), value(h)) }
    addGated(&result, out(attention(query(h), keys, values, heads: 1)))
    return result.reshaped(x.shape)
  }
}
