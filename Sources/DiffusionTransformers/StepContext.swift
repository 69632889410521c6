import Layers
import Tensors

/// What all blocks of one forward share.
struct StepContext {
  /// SiLU of time and pooled text, (sequences, width).
  let activated: Tensor
  /// For each sequence its picture's tokens.
  let grids: [PatchGrid]
  /// For each sequence the rotary table of its image tokens; text is not turned.
  let rotary: [RotaryTable]
  let heads: Int
  let headDim: Int
  /// Throws `CancellationError` when the user has had enough.
  let checkCancellation: () throws -> Void

  /// The table of a sequence's image tokens followed by tokens that are not turned, `count` in all.
  func rotary(_ sequence: Int, count: Int) -> RotaryTable {
    let image = rotary[sequence]
    let rest = count - grids[sequence].count
    return rest == 0 ? image : .joined([image, .origin(count: rest, headDim: headDim)])
  }
}
