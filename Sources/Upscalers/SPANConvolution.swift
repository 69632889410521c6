import Checkpoints
import Layers
import Tensors

/// SPAN's 3 x 3 convolution, which is trained as three in a row (1 x 1, 3 x 3, 1 x 1) beside one of 1 x 1; their sum is
/// one convolution again.
struct SPANConvolution: Sendable {
  let kernel: Convolution
  let bias: Tensor

  /// Takes `conv.0`, `conv.1`, `conv.2` and `sk`, or `eval_conv` where only their sum is there: beside the parts it is
  /// a copy that may be out of date.
  init(_ scope: WeightScope, inChannels: Int, outChannels: Int) throws {
    let merged = scope["eval_conv"]
    guard scope["sk"].contains("weight") else {
      kernel = try Convolution(
        try merged.tensor("weight", shape: [outChannels, inChannels, 3, 3]), method: .winograd)
      bias = try merged.values("bias", shape: [outChannels])
      return
    }
    if merged.contains("weight") {
      _ = try merged.tensor("weight", shape: [outChannels, inChannels, 3, 3])
      _ = try merged.tensor("bias", shape: [outChannels])
    }
    let parts = scope["conv"]
    let (inner, outer) = (
      parts[0].shape(of: "weight")?.first ?? 2 * inChannels,
      parts[1].shape(of: "weight")?.first ?? 2 * outChannels
    )
    let first = try parts[0].values("weight", shape: [inner, inChannels, 1, 1]).reshaped([inner, inChannels])
    let middle = try parts[1].values("weight", shape: [outer, inner, 3, 3]).reshaped([outer * inner, 9])
    let last = try parts[2].values("weight", shape: [outChannels, outer, 1, 1]).reshaped([outChannels, outer])
    let beside = try scope["sk"].values("weight", shape: [outChannels, inChannels, 1, 1])
    // Before the last: the first's bias through every tap, and the middle's own.
    var taps = Tensor(zeros: [outer, inner])
    let byTap = middle.transposed()
    var kernels: [Tensor] = []
    for tap in 0..<9 {
      let matrix = byTap.rows(tap..<tap + 1).reshaped([outer, inner])
      taps = add(taps, matrix)
      // (outChannels, inner), then (outChannels, inChannels)
      let product = linear(
        linear(last, WeightMatrix(matrix.transposed())), WeightMatrix(first.transposed()))
      kernels.append(tap == 4 ? add(product, beside.reshaped([outChannels, inChannels])) : product)
    }
    let weights = Tensor.concatenated(kernels).reshaped([9, outChannels * inChannels]).transposed()
    kernel = Convolution(weights.reshaped([outChannels, inChannels, 3, 3]), method: .winograd)
    let firstBias = try parts[0].values("bias", shape: [inner]).reshaped([1, inner])
    let middleBias = try parts[1].values("bias", shape: [outer]).reshaped([1, outer])
    let through = add(linear(firstBias, WeightMatrix(taps)), middleBias)
    let ownBias = add(
      try parts[2].values("bias", shape: [outChannels]), try scope["sk"].values("bias", shape: [outChannels]))
    bias = add(linear(through, WeightMatrix(last)), ownBias.reshaped([1, outChannels])).reshaped([outChannels]
    )
  }
}
