import Tensors

/// The table of contents of a GGUF file, checked in full before any tensor is touched.
///
/// Layout: "GGUF", version, counts of tensors and of key-value pairs, the pairs, the tensors' names, shapes, types and
/// offsets, then the data. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
struct GGUFHeader {
  struct Entry {
    /// The format's name of the element type.
    let typeName: String
    /// Nil for a type that is not read here.
    let dtype: DType?
    /// Outermost axis first: the file has them the other way round.
    let shape: [Int]
    /// Bytes in the file; empty for a type that is not read here.
    let range: Range<Int>
  }

  static let magic: [UInt8] = Array("GGUF".utf8)
  /// ggml's own is four.
  private static let maximumAxes = 8
  /// Arrays of arrays may go this deep.
  private static let maximumDepth = 4

  private(set) var entries: [String: Entry] = [:]
  private(set) var fields: [String: GGUFMetadata.Field] = [:]
  let version: UInt32

  /// Reads and checks the header at the front of `file`, the whole file's bytes. Throws `CheckpointError`.
  init(file: UnsafeRawBufferPointer, path: String) throws {
    guard file.count >= 24, unsafe file.prefix(4).elementsEqual(Self.magic) else {
      throw CheckpointError.damaged(path, "expected a GGUF file of at least 24 bytes")
    }
    var cursor = unsafe ByteCursor(file, at: 4)
    do {
      version = try cursor.read(UInt32.self)
      guard version == 2 || version == 3 else {
        let reversed = version.byteSwapped == 2 || version.byteSwapped == 3
        throw CheckpointError(
          .unsupported, path: path,
          problem: "expected GGUF version 2 or 3, found \(reversed ? "a big-endian file" : "\(version)")",
          advice: "convert the model again with a current tool")
      }
      let tensorCount = try cursor.count(of: "tensors", size: 24)
      let fieldCount = try cursor.count(of: "values", size: 13)
      for _ in 0..<fieldCount { try readField(&cursor) }
      let alignment = unsafe try alignment(in: file)
      var infos: [(name: String, type: UInt32, shape: [Int], offset: UInt64)] = []
      for _ in 0..<tensorCount { infos.append(try Self.readInfo(&cursor)) }
      let dataStart = (cursor.offset + alignment - 1) / alignment * alignment
      for info in infos {
        let entry = try Self.entry(info, data: dataStart, fileSize: file.count, path: path)
        guard entries.updateValue(entry, forKey: info.name) == nil else {
          throw cursor.failure("expected each tensor once, found \"\(info.name)\" twice")
        }
      }
    } catch let failure as ByteCursor.Failure {
      throw CheckpointError.damaged(
        path, "expected a GGUF header: \(failure.problem) at byte \(failure.offset)")
    }
    try checkOverlap(path)
  }

  private mutating func readField(_ cursor: inout ByteCursor) throws {
    let key = try cursor.string()
    guard let kind = GGUFMetadata.Kind(rawValue: try cursor.read(UInt32.self)) else {
      throw cursor.failure("expected a known type for the value of \"\(key)\"")
    }
    let field: GGUFMetadata.Field
    if kind == .array {
      field = try Self.skipArray(&cursor, depth: 1)
    } else {
      field = GGUFMetadata.Field(kind: kind, count: 1, start: cursor.offset, isArray: false)
      try Self.skip(kind, count: 1, &cursor)
    }
    guard fields.updateValue(field, forKey: key) == nil else {
      throw cursor.failure("expected each key once, found \"\(key)\" twice")
    }
  }

  private static func skipArray(_ cursor: inout ByteCursor, depth: Int) throws -> GGUFMetadata.Field {
    guard depth <= maximumDepth else {
      throw cursor.failure("expected arrays at most \(maximumDepth) deep")
    }
    guard let kind = GGUFMetadata.Kind(rawValue: try cursor.read(UInt32.self)) else {
      throw cursor.failure("expected a known type for an array's elements")
    }
    // An array in an array takes at least its type and its count.
    let smallest = kind.size ?? (kind == .array ? 12 : 8)
    let count = try cursor.count(of: "elements of an array", size: smallest)
    let field = GGUFMetadata.Field(kind: kind, count: count, start: cursor.offset, isArray: true)
    if kind == .array {
      for _ in 0..<count { _ = try skipArray(&cursor, depth: depth + 1) }
    } else {
      try skip(kind, count: count, &cursor)
    }
    return field
  }

  private static func skip(_ kind: GGUFMetadata.Kind, count: Int, _ cursor: inout ByteCursor) throws {
    if let size = kind.size {
      try cursor.skip(count * size)
    } else {
      for _ in 0..<count { _ = try cursor.stringRange() }
    }
  }

  private func alignment(in file: UnsafeRawBufferPointer) throws -> Int {
    guard let field = fields["general.alignment"] else { return 32 }
    var cursor = unsafe ByteCursor(file, at: field.start)
    guard field.kind == .uint32, !field.isArray else {
      throw cursor.failure("expected general.alignment as a 32-bit number")
    }
    let value = try cursor.read(UInt32.self)
    guard (1...1 << 20).contains(value), value & (value - 1) == 0 else {
      throw cursor.failure("expected general.alignment to be a power of two up to 1048576, found \(value)")
    }
    return Int(value)
  }

  private static func readInfo(_ cursor: inout ByteCursor) throws -> (
    name: String, type: UInt32, shape: [Int], offset: UInt64
  ) {
    let name = try cursor.string()
    let axes = try cursor.read(UInt32.self)
    guard axes <= maximumAxes else {
      throw cursor.failure("expected at most \(maximumAxes) axes for \"\(name)\", found \(axes)")
    }
    var shape: [Int] = []
    for _ in 0..<axes {
      guard let extent = Int(exactly: try cursor.read(UInt64.self)) else {
        throw cursor.failure("expected axes below 2^63 for \"\(name)\"")
      }
      shape.insert(extent, at: 0)
    }
    return (name, try cursor.read(UInt32.self), shape, try cursor.read(UInt64.self))
  }

  private static func entry(
    _ info: (name: String, type: UInt32, shape: [Int], offset: UInt64), data: Int, fileSize: Int, path: String
  ) throws -> Entry {
    let available = max(0, fileSize - data)
    guard let offset = Int(exactly: info.offset), offset <= available else {
      throw CheckpointError.damaged(
        path,
        "expected \"\(info.name)\" within the \(available) bytes of data, found the offset \(info.offset)")
    }
    let type = GGUFTensorType(info.type)
    guard let dtype = type.dtype else {
      return Entry(
        typeName: type.name, dtype: nil, shape: info.shape, range: data + offset..<data + offset)
    }
    var elements: Int? = 1
    for extent in info.shape {
      elements = elements.flatMap {
        let (product, overflow) = $0.multipliedReportingOverflow(by: extent)
        return overflow ? nil : product
      }
    }
    guard let elements, let bytes = dtype.byteCount(of: elements),
      (info.shape.last ?? 1) % dtype.block.elements == 0
    else {
      throw CheckpointError.damaged(
        path,
        "expected a shape that fits memory and \(type.name) blocks for \"\(info.name)\", found \(info.shape)")
    }
    guard bytes <= available - offset else {
      throw CheckpointError.damaged(
        path,
        "expected \(bytes) bytes for \"\(info.name)\" (\(type.name) \(info.shape)), "
          + "found \(available - offset) before the end of the file")
    }
    return Entry(
      typeName: type.name, dtype: dtype, shape: info.shape, range: data + offset..<data + offset + bytes)
  }

  private func checkOverlap(_ path: String) throws {
    let ordered = entries.filter { !$0.value.range.isEmpty }.sorted {
      $0.value.range.lowerBound < $1.value.range.lowerBound
    }
    for (first, second) in zip(ordered, ordered.dropFirst())
    where second.value.range.lowerBound < first.value.range.upperBound {
      throw CheckpointError.damaged(
        path,
        "expected tensors that do not overlap, found \"\(first.key)\" and \"\(second.key)\" on the same bytes"
      )
    }
  }
}
