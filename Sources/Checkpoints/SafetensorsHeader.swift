/// The table of contents of a safetensors file, checked in full before any tensor is touched.
///
/// Layout: 8 bytes little-endian header length, that many bytes of JSON, then the data that `data_offsets` index.
/// Format: https://huggingface.co/docs/safetensors
struct SafetensorsHeader {
  struct Entry {
    /// The format's own name of the element type.
    let dtype: String
    let shape: [Int]
    /// Bytes in the file, counted from its beginning.
    let range: Range<Int>
  }

  /// The format's own limit: a longer header is an attack or an accident.
  static let maximumLength = 100_000_000

  /// Bytes an element takes, for every type the format defines in whole bytes.
  static let elementSizes = [
    "F32": 4, "F16": 2, "BF16": 2, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "F64": 8, "C64": 8,
    "I64": 8,
    "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2, "U8": 1, "BOOL": 1,
  ]

  let entries: [String: Entry]
  /// The free text under `__metadata__`.
  let metadata: [String: String]

  /// Reads and checks the header at the front of `file`, the whole file's bytes. Throws `CheckpointError`.
  init(file: UnsafeRawBufferPointer, path: String) throws {
    guard file.count >= 8 else {
      throw CheckpointError.damaged(
        path, "expected a header length of 8 bytes, found \(file.count) bytes in all")
    }
    let declared = unsafe UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard declared <= UInt64(Self.maximumLength) else {
      throw CheckpointError.damaged(
        path,
        "expected a header of at most \(Self.maximumLength) bytes, found a declared length of \(declared)")
    }
    guard declared <= UInt64(file.count - 8) else {
      throw CheckpointError.damaged(
        path, "expected a header of \(declared) bytes, found only \(file.count - 8) bytes after its length")
    }
    let length = Int(declared)
    var parser = Parser(path: path, dataStart: 8 + length, fileSize: file.count)
    var cursor = unsafe JSONCursor(Array(file[8..<8 + length]))
    do {
      try parser.read(&cursor)
    } catch let failure as JSONCursor.Failure {
      throw CheckpointError.damaged(
        path, "expected a safetensors header: \(failure.problem) at byte \(failure.offset + 8)")
    }
    try parser.checkOverlap()
    entries = parser.entries
    metadata = parser.metadata
  }
}

/// Gathers the entries while the JSON is read.
private struct Parser {
  let path: String
  let dataStart: Int
  let fileSize: Int
  var entries: [String: SafetensorsHeader.Entry] = [:]
  var metadata: [String: String] = [:]
  private var sawMetadata = false

  init(path: String, dataStart: Int, fileSize: Int) {
    self.path = path
    self.dataStart = dataStart
    self.fileSize = fileSize
  }

  mutating func read(_ cursor: inout JSONCursor) throws {
    try cursor.object { cursor, name in
      if name == "__metadata__" {
        if sawMetadata { throw cursor.failure("expected __metadata__ once") }
        sawMetadata = true
        try cursor.object { cursor, key in metadata[key] = try cursor.string() }
      } else {
        let entry = try readEntry(&cursor, name: name)
        // `String` keys compare by canonical equivalence: two spellings of one letter count as the same name.
        guard entries.updateValue(entry, forKey: name) == nil else {
          throw CheckpointError.damaged(path, "expected each tensor once, found \"\(name)\" twice")
        }
      }
    }
    try cursor.expectEnd()
  }

  private func readEntry(_ cursor: inout JSONCursor, name: String) throws -> SafetensorsHeader.Entry {
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    try cursor.object { cursor, key in
      switch key {
      case "dtype" where dtype == nil: dtype = try cursor.string()
      case "shape" where shape == nil: shape = try cursor.integers()
      case "data_offsets" where offsets == nil: offsets = try cursor.integers()
      case "dtype", "shape", "data_offsets": throw cursor.failure("expected \(key) of \"\(name)\" once")
      default: try cursor.skipValue()
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw CheckpointError.damaged(path, "expected dtype, shape and two data_offsets for \"\(name)\"")
    }
    guard let size = SafetensorsHeader.elementSizes[dtype] else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "expected a known element type for \"\(name)\", found \"\(dtype)\"",
        advice: "convert the checkpoint to F32, F16, BF16 or per-row I8")
    }
    let range = try fileRange(offsets, name: name)
    guard let bytes = byteCount(shape, elementSize: size) else {
      throw CheckpointError.damaged(path, "expected a shape that fits memory for \"\(name)\", found \(shape)")
    }
    guard bytes == range.count else {
      throw CheckpointError.damaged(
        path,
        "expected \(bytes) bytes for \"\(name)\" (\(dtype) \(shape)), found data_offsets of \(range.count)")
    }
    return SafetensorsHeader.Entry(dtype: dtype, shape: shape, range: range)
  }

  /// `data_offsets` counted from the beginning of the file.
  private func fileRange(_ offsets: [Int], name: String) throws -> Range<Int> {
    let available = fileSize - dataStart
    guard offsets[0] <= offsets[1], offsets[1] <= available else {
      throw CheckpointError.damaged(
        path, "expected data_offsets of \"\(name)\" within the \(available) bytes of data, found \(offsets)")
    }
    return dataStart + offsets[0]..<dataStart + offsets[1]
  }

  private func byteCount(_ shape: [Int], elementSize: Int) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementSize)
    return overflow ? nil : bytes
  }

  func checkOverlap() throws {
    let ordered = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound) < (
        $1.value.range.lowerBound, $1.value.range.upperBound
      )
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
