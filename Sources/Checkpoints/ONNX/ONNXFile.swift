import Tensors

/// The weights inside an ONNX file, mapped and checked; the graph is not run.
struct ONNXFile: TensorFile {
  let path: String
  let operations: [ONNXOperation]
  private let entries: [String: ONNXGraph.Entry]
  private let file: MappedFile

  /// Throws `CheckpointError` unless the file is a model whose every field lies where it must.
  init(path: String) throws {
    let file = try MappedFile(path: path)
    let graph = unsafe try ONNXGraph(file: file.bytes, path: path)
    self.path = path
    self.file = file
    entries = graph.entries
    operations = graph.operations
  }

  var weightNames: [String] { Array(entries.keys) }

  func shape(of name: String) -> [Int]? { entries[name]?.shape }

  func storage(of name: String) -> (type: String, byteCount: Int)? {
    entries[name].map { (Self.dtype($0.type)?.rawValue ?? "ONNX type \($0.type)", $0.range?.count ?? 0) }
  }

  func stored(_ name: String) throws -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    guard let dtype = Self.dtype(entry.type), let range = entry.range else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "expected \"\(name)\" as 32-bit or 16-bit floats inside the file, found "
          + (entry.range == nil ? "values kept elsewhere" : "ONNX type \(entry.type)"),
        advice: "export the model again, in one file and not quantized")
    }
    let stored = StoredTensor(dtype: dtype, shape: entry.shape, bytes: file.part(range))
    do {
      try stored.validate()
    } catch let error as TensorError {
      throw CheckpointError.damaged(path, "\"\(name)\": \(error)")
    }
    return stored
  }

  private static func dtype(_ type: UInt64) -> DType? {
    switch type {
    case 1: .float32
    case 10: .float16
    case 16: .bfloat16
    default: nil
    }
  }
}
