import Checkpoints
import Tensors

/// A table of vectors, one a token id, left in the checkpoint: only the rows that are asked for are widened.
struct Embedding: Sendable {
  let count: Int
  let width: Int
  private let table: StoredTensor

  /// Takes `weight` (count, width) from `scope`.
  init(_ scope: WeightScope, count: Int, width: Int) throws {
    self.count = count
    self.width = width
    table = try scope.tensor("weight", shape: [count, width])
    try table.validate()
  }

  /// The rows of `ids`, (ids.count, width). Throws `TextEncoderError` for an id that is not in the table.
  func callAsFunction(_ ids: [Int], encoder: String) throws -> Tensor {
    if let wrong = ids.first(where: { !(0..<count).contains($0) }) {
      throw TextEncoderError(encoder: encoder, expected: "token ids below \(count)", found: "\(wrong)")
    }
    return Tensor.concatenated(try ids.map { try table.widened(rows: $0..<$0 + 1) })
  }
}
