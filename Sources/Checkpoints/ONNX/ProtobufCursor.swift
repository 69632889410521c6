/// Reads the fields of one protobuf message left to right; nothing outside the message is ever touched.
@safe struct ProtobufCursor {
  /// Where reading stopped and why.
  struct Failure: Error {
    let offset: Int
    let problem: String
  }

  /// What a field holds, by its wire type.
  enum Value {
    case varint(UInt64)
    /// Place in the file of a string, a nested message or packed numbers.
    case bytes(Range<Int>)
    /// 32 or 64 bits, which nothing that is read here is stored as.
    case fixed
  }

  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private(set) var offset: Int

  /// The message in `range` of `bytes`, within it.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    unsafe self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  func failure(_ problem: String) -> Failure { Failure(offset: offset, problem: problem) }

  var isAtEnd: Bool { offset == end }

  /// The next field, or nil at the end of the message.
  mutating func next() throws -> (number: UInt64, value: Value)? {
    if isAtEnd { return nil }
    let key = try varint()
    let value: Value
    switch key & 7 {
    case 0: value = .varint(try varint())
    case 1: value = try fixed(8)
    case 2:
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        throw failure("expected at most \(end - offset) bytes in a field, found \(length)")
      }
      value = .bytes(offset..<offset + Int(length))
      offset += Int(length)
    case 5: value = try fixed(4)
    default: throw failure("expected a field's type to be 0, 1, 2 or 5, found \(key & 7)")
    }
    return (key >> 3, value)
  }

  /// An unsigned number in groups of seven bits, at most ten of them.
  mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard offset < end else { throw failure("expected a number, found the end") }
      let byte = unsafe bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw failure("expected a number of at most ten bytes")
  }

  private mutating func fixed(_ size: Int) throws -> Value {
    guard end - offset >= size else { throw failure("expected \(size) bytes, found \(end - offset)") }
    offset += size
    return .fixed
  }
}
