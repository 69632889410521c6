package import Tensors

/// One GGUF file, mapped and checked, its tensors under the names that the checkpoints of transformers and diffusers
/// give them.
///
/// Opening reads the header only; tensors are views of the mapping and cost nothing until they are read.
package struct GGUFFile: Sendable {
  package let path: String
  package let metadata: GGUFMetadata
  /// By the network's names.
  private let entries: [String: Entry]
  private let file: MappedFile

  private struct Entry: Sendable {
    let source: String
    let typeName: String
    let dtype: DType?
    let shape: [Int]
    let range: Range<Int>
    let rowOrder: RowOrder?
  }

  /// Throws `CheckpointError` unless every value, byte range and shape in the header holds.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    let header = unsafe try GGUFHeader(file: file.bytes, path: path)
    self.path = path
    self.file = file
    metadata = GGUFMetadata(fields: header.fields, bytes: file.part(0..<(unsafe file.bytes.count)))
    if let parts = metadata.integer("split.count"), parts > 1 {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected a whole model, found one of \(parts) parts",
        advice: "join the parts with llama-gguf-split --merge")
    }
    let names = GGUFNames(metadata) { header.entries[$0]?.shape }
    var entries: [String: Entry] = [:]
    for (source, entry) in header.entries {
      let name = names.networkName(of: source)
      let shape = Self.originalShape(of: source, entry.shape, metadata)
      let mapped = Entry(
        source: source, typeName: entry.typeName, dtype: entry.dtype, shape: shape, range: entry.range,
        rowOrder: try names.rowOrder(of: source, shape: shape, path: path))
      guard entries.updateValue(mapped, forKey: name) == nil else {
        throw CheckpointError.damaged(path, "expected each tensor once, found \"\(name)\" twice")
      }
    }
    self.entries = entries
  }

  /// Converters reshape what ggml cannot hold and note the shape it had.
  private static func originalShape(of name: String, _ shape: [Int], _ metadata: GGUFMetadata) -> [Int] {
    guard let original = metadata.integers("comfy.gguf.orig_shape.\(name)"),
      original.count <= 8, original.allSatisfy({ $0 > 0 && $0 <= 1 << 31 })
    else { return shape }
    let counts = [original, shape].map { $0.reduce(1.0) { $0 * Double($1) } }
    return counts[0] == counts[1] ? original : shape
  }

  /// Names in alphabetical order.
  package var names: [String] { entries.keys.sorted() }

}

extension GGUFFile: TensorFile {
  var weightNames: [String] { Array(entries.keys) }

  package func shape(of name: String) -> [Int]? { entries[name]?.shape }

  func storage(of name: String) -> (type: String, byteCount: Int)? {
    entries[name].map { ($0.typeName, $0.range.count) }
  }

  package func stored(_ name: String) throws -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    guard let dtype = entry.dtype else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "\"\(entry.source)\" has the type \(entry.typeName), which is not read",
        advice: "use a file of F32, F16, BF16, Q8_0, or Q2_K to Q6_K")
    }
    return StoredTensor(
      dtype: dtype, shape: entry.shape, bytes: file.part(entry.range), rowOrder: entry.rowOrder)
  }
}
