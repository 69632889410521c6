package import Tensors

/// Writes safetensors files, complete or not at all.
package enum SafetensorsWriter {
  /// One tensor to write.
  package struct Record {
    package enum Payload {
      case floats(Tensor)
      case integers([Int32])
      /// Elements of the named type, little-endian, already in the file's order.
      case bytes([UInt8], dtype: String)
    }

    package let name: String
    package let shape: [Int]
    package let payload: Payload

    package init(_ name: String, _ tensor: Tensor) {
      self.init(name, shape: tensor.shape, .floats(tensor))
    }

    package init(_ name: String, shape: [Int], _ payload: Payload) {
      self.name = name
      self.shape = shape
      self.payload = payload
    }

    var dtype: String {
      switch payload {
      case .floats: "F32"
      case .integers: "I32"
      case .bytes(_, let dtype): dtype
      }
    }

    var byteCount: Int {
      switch payload {
      case .floats(let tensor): tensor.count * 4
      case .integers(let values): values.count * 4
      case .bytes(let bytes, _): bytes.count
      }
    }
  }

  /// Writes `records` in their order to `path`. Throws `CheckpointError` and leaves nothing behind when the
  /// file cannot be created or the disk is full.
  package static func save(_ records: [Record], metadata: [String: String] = [:], to path: String) throws {
    let file = try OutputFile(path)
    try file.write(
      header(
        records.map { ($0.name, $0.dtype, $0.shape, $0.byteCount) }, metadata))
    for record in records { try put(record, into: file) }
    try file.finish()
  }

  /// The table of contents of tensors that follow in this order without gaps, with `metadata`.
  static func header(
    _ tensors: [(name: String, dtype: String, shape: [Int], byteCount: Int)], _ metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dtype)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    // The data begins at a multiple of eight, as the format asks.
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func put(_ record: Record, into file: OutputFile) throws {
    switch record.payload {
    case .floats(let tensor):
      try unsafe tensor.withUnsafeBuffer { try unsafe file.write(UnsafeRawBufferPointer($0)) }
    case .integers(let values): try unsafe values.withUnsafeBytes { try unsafe file.write($0) }
    case .bytes(let bytes, _): try file.write(bytes)
    }
  }
}
