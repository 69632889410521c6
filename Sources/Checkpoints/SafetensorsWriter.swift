#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Tensors

/// Writes safetensors files: to a temporary name first, renamed when complete, so that no reader ever sees half.
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
    let temporary = "\(path).partial-\(getpid())"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path, errno) }
    do {
      try put(header(records, metadata), into: descriptor, path: path)
      for record in records { try put(record, into: descriptor, path: path) }
    } catch {
      close(descriptor)
      unsafe unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
      let error = failure(path, errno)
      unsafe unlink(temporary)
      throw error
    }
  }

  private static func header(_ records: [Record], _ metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for record in records {
      let end = offset + record.byteCount
      let shape = record.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(record.name)):{\"dtype\":\"\(record.dtype)\",\"shape\":[\(shape)],"
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

  private static func put(_ record: Record, into descriptor: Int32, path: String) throws {
    switch record.payload {
    case .floats(let tensor):
      try unsafe tensor.withUnsafeBuffer {
        try unsafe put(UnsafeRawBufferPointer($0), into: descriptor, path: path)
      }
    case .integers(let values):
      try unsafe values.withUnsafeBytes { try unsafe put($0, into: descriptor, path: path) }
    case .bytes(let bytes, _): try put(bytes, into: descriptor, path: path)
    }
  }

  private static func put(_ bytes: [UInt8], into descriptor: Int32, path: String) throws {
    try unsafe bytes.withUnsafeBytes { try unsafe put($0, into: descriptor, path: path) }
  }

  private static func put(_ bytes: UnsafeRawBufferPointer, into descriptor: Int32, path: String) throws {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = unsafe write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(path, errno) }
      done += written
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> CheckpointError {
    CheckpointError(
      .unwritable, path: path, problem: "cannot be written: \(unsafe String(cString: strerror(code)))",
      advice: "check the directory's permissions and the free space")
  }
}
