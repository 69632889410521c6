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
  /// `name.scale`, an 8-bit float `x.weight` its factor or factors from `x.scale_weight` or `x.weight_scale` where
  /// there is one. Throws when the element type is not one a network can be read from.
  package func stored(_ name: String) throws -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    guard let dtype = DType(rawValue: entry.dtype) else {
      throw CheckpointError(
        .unsupported, path: path,
        problem:
          "expected \"\(name)\" as F32, F16, BF16, F8_E4M3, F8_E5M2 or per-row I8, found \(entry.dtype)",
        advice: "convert the checkpoint")
    }
    let scale: [Float]? =
      switch dtype {
      case .int8: try rowScale(of: name, shape: entry.shape)
      case .float8E4M3, .float8E5M2: try floatScale(of: name, shape: entry.shape)
      default: nil
      }
    return StoredTensor(dtype: dtype, shape: entry.shape, bytes: file.part(entry.range), rowScale: scale)
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

  /// Scaled 8-bit floats: one factor for the matrix, or one a row.
  private func floatScale(of name: String, shape: [Int]) throws -> [Float]? {
    guard name.hasSuffix(".weight"), let rows = shape.first, rows > 0 else { return nil }
    let place = name.dropLast("weight".count)
    guard let found = ["scale_weight", "weight_scale"].map({ place + $0 }).first(where: contains),
      let entry = entries[found]
    else { return nil }
    // Checked before it is read: the file may call anything a factor.
    let count = entry.shape.reduce(1, *)
    let values = count == 1 || count == rows ? try numbers(found) ?? [] : []
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else {
      throw CheckpointError(
        .invalidContent, path: path,
        problem: "expected \"\(found)\" as 1 or \(rows) finite factors, found \(entry.dtype) \(entry.shape)",
        advice: "convert the checkpoint again")
    }
    return values.count == rows ? values : [Float](repeating: values[0], count: rows)
  }

  /// Names of what is a weight: factors that belong to another tensor, and marks of the format, are not.
  var weightNames: [String] {
    entries.keys.filter { name in
      if name == "scaled_fp8" { return false }
      if name.hasSuffix(".scale") { return entries[String(name.dropLast(6))]?.dtype != "I8" }
      guard let dot = name.lastIndex(of: "."), Self.companions.contains(name[name.index(after: dot)...])
      else {
        return true
      }
      return entries["\(name[..<dot]).weight"]?.dtype.hasPrefix("F8_") != true
    }
  }

  func storage(of name: String) -> (type: String, byteCount: Int)? {
    entries[name].map { ($0.dtype, $0.range.count) }
  }

  private static let companions: Set<Substring> = [
    "scale_weight", "weight_scale", "scale_input", "input_scale", "comfy_quant",
  ]

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

extension SafetensorsFile: TensorFile {}
