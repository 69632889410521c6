import Layers
import Tensors

/// What all blocks of one forward share.
struct StepContext {
  /// SiLU of time and pooled text, (sequences, width).
  let activated: Tensor
  /// For each block, and for the final layer, one row of adaLN a sequence; nil where each block computes its own.
  let modulations: [[Tensor]]?
  /// For each sequence its picture's tokens.
  let grids: [PatchGrid]
  /// For each sequence the places of the image tokens that are computed, ascending; nil is all of them.
  let computed: [[Int]?]
  /// For each sequence the rotary table of the image tokens that are computed; text is not turned.
  let rotary: [RotaryTable]
  let heads: Int
  let headDim: Int
  /// Throws `CancellationError` when the user has had enough.
  let checkCancellation: () throws -> Void

  /// For each sequence how many image tokens are computed.
  var imageCounts: [Int] { grids.indices.map { computed[$0]?.count ?? grids[$0].count } }

  /// The table of a sequence's image tokens followed by tokens that are not turned, `count` in all.
  func rotary(_ sequence: Int, count: Int) -> RotaryTable {
    let image = rotary[sequence]
    let rest = count - imageCounts[sequence]
    return rest == 0 ? image : .joined([image, .origin(count: rest, headDim: headDim)])
  }
}
