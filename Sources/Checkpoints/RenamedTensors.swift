import Tensors

/// A file whose tensors are known under other names than its own.
struct RenamedTensors: TensorFile {
  let file: any TensorFile
  /// The file's name of each tensor.
  let originals: [String: String]

  var path: String { file.path }
  var weightNames: [String] { Array(originals.keys) }

  func shape(of name: String) -> [Int]? { originals[name].flatMap(file.shape) }

  func storage(of name: String) -> (type: String, byteCount: Int)? { originals[name].flatMap(file.storage) }

  func stored(_ name: String) throws -> StoredTensor? {
    try originals[name].flatMap { try file.stored($0) }
  }
}
