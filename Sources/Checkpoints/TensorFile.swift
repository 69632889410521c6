import Tensors

/// A file that tensors are read from, whatever its format.
protocol TensorFile: Sendable {
  var path: String { get }
  /// Names of what is a weight; factors that belong to another tensor are not.
  var weightNames: [String] { get }
  func shape(of name: String) -> [Int]?
  /// The tensor as stored, or nil when there is none of that name. Throws `CheckpointError` for a type that no
  /// network can be read from.
  func stored(_ name: String) throws -> StoredTensor?
}
