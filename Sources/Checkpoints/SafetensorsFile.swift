package import Tensors

/// One safetensors file, mapped and checked.
///
/// Opening reads the header only; tensors are views of the mapping and cost nothing until they are read.
package struct SafetensorsFile: Sendable {
  package let path: String
  /// The free text the writer left under `__metadata__`.
  package let metadata: [String: String]
  let entries: [String: SafetensorsHeader.Entry]
  private let file: MappedFile

  /// Throws `CheckpointError` unless every byte range, shape and type in the header holds.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    let header = unsafe try SafetensorsHeader(file: file.bytes, path: path)
    self.path = path
    self.file = file
    entries = header.entries
    metadata = header.metadata
  }

  /// Names in alphabetical order.
  package var names: [String] { entries.keys.sorted() }

  package func contains(_ name: String) -> Bool { entries[name] != nil }

  /// Shape of a tensor, or nil when there is none of that name.
  package func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The tensor as stored, or nil when there is none of that name. An `I8` tensor takes its row factors from
  /// `name.scale`. Throws when the element type is not one a network can be read from.
  package func stored(_ name: String) throws -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    guard let dtype = DType(rawValue: entry.dtype) else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "expected \"\(name)\" as F32, F16, BF16 or per-row I8, found \(entry.dtype)",
        advice: "convert the checkpoint")
    }
    let scale = dtype == .int8 ? try rowScale(of: name, shape: entry.shape) : nil
    return StoredTensor(dtype: dtype, shape: entry.shape, bytes: bytes(of: entry), rowScale: scale)
  }

  private func rowScale(of name: String, shape: [Int]) throws -> [Float] {
    let rows = shape.first ?? 0
    guard let scale = entries["\(name).scale"], scale.dtype == "F32", scale.shape == [rows] else {
      let found = entries["\(name).scale"].map { "\($0.dtype) \($0.shape)" } ?? "none"
      throw CheckpointError(
        .invalidContent, path: path,
        problem:
          "expected \"\(name).scale\" as F32 [\(rows)] beside the I8 tensor \"\(name)\", found \(found)",
        advice: "convert the checkpoint again")
    }
    return try numbers("\(name).scale") ?? []
  }

  private func bytes(of entry: SafetensorsHeader.Entry) -> StoredBytes {
    unsafe StoredBytes(
      base: UnsafeRawPointer(file.bytes.baseAddress.unsafelyUnwrapped + entry.range.lowerBound),
      count: entry.range.count, owner: file)
  }

  /// The elements widened (or rounded) to floats, or nil when there is no tensor of that name.
  package func tensor(_ name: String) throws -> Tensor? {
    guard let entry = entries[name], let values = try numbers(name) else { return nil }
    return Tensor(values, shape: entry.shape)
  }

  private func numbers(_ name: String) throws -> [Float]? {
    guard let entry = entries[name] else { return nil }
    let raw = unsafe UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    guard let values = unsafe NumericBytes.floats(raw, dtype: entry.dtype) else {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected \"\(name)\" as numbers, found \(entry.dtype)",
        advice: "store it as F32")
    }
    return values
  }
}
