import Tensors

/// A file that tensors are read from, whatever its format.
protocol TensorFile: Sendable {
  var path: String { get }
  /// Names of what is a weight; factors that belong to another tensor are not.
  var weightNames: [String] { get }
  func shape(of name: String) -> [Int]?
  /// The element type's own name, read here or not, and the bytes that the tensor takes.
  func storage(of name: String) -> (type: String, byteCount: Int)?
  /// The tensor as stored, or nil when there is none of that name. Throws `CheckpointError` for a type that no
  /// network can be read from.
  func stored(_ name: String) throws -> StoredTensor?
}
