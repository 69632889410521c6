/// Reads the little-endian values of a binary file left to right; nothing past the end is ever touched.
@safe struct ByteCursor {
  /// Where reading stopped and why.
  struct Failure: Error {
    let offset: Int
    let problem: String
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    unsafe self.bytes = bytes
    self.offset = offset
  }

  /// From `offset` on, which a file states. Throws `Failure` where that is beyond the end.
  init(_ bytes: UnsafeRawBufferPointer, from offset: some BinaryInteger) throws {
    guard let place = Int(exactly: offset), (0...bytes.count).contains(place) else {
      throw Failure(offset: bytes.count, problem: "expected byte \(offset), found the end of the file")
    }
    unsafe self.init(bytes, at: place)
  }

  var remaining: Int { unsafe bytes.count - offset }

  func failure(_ problem: String) -> Failure { Failure(offset: offset, problem: problem) }

  mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) throws -> Value {
    let size = MemoryLayout<Value>.size
    guard remaining >= size else { throw failure("expected \(size) bytes, found \(remaining)") }
    let value = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
    offset += size
    return Value(littleEndian: value)
  }

  /// Reads a mark of the format. Throws `Failure` for any other value.
  mutating func expect(_ mark: UInt32, _ what: String) throws {
    guard try read(UInt32.self) == mark else { throw failure("expected \(what)") }
  }

  /// A 64-bit count of things that take at least `size` bytes each: more than the file can hold is refused.
  mutating func count(of what: String, size: Int) throws -> Int {
    let value = try read(UInt64.self)
    guard value <= UInt64(remaining / size) else {
      throw failure("expected at most \(remaining / size) \(what) in the rest of the file, found \(value)")
    }
    return Int(value)
  }

  mutating func skip(_ count: Int) throws {
    guard count >= 0, count <= remaining else { throw failure("expected \(count) bytes, found \(remaining)") }
    offset += count
  }

  /// The bytes of a string, without a copy.
  mutating func stringRange() throws -> Range<Int> {
    let length = try count(of: "bytes of a string", size: 1)
    let start = offset
    try skip(length)
    return start..<offset
  }

  /// Text of `count` bytes, or nil where it is not UTF-8.
  mutating func text(_ count: Int) throws -> String? {
    let start = offset
    try skip(count)
    return unsafe String(validating: bytes[start..<offset], as: UTF8.self)
  }

  mutating func string() throws -> String {
    let range = try stringRange()
    guard let text = unsafe String(validating: bytes[range], as: UTF8.self) else {
      throw failure("expected UTF-8 in a string")
    }
    return text
  }
}
