/// Reads the fields of a protocol buffer, one after the other.
struct ProtobufReader {
  enum Value {
    case integer(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
    /// Eight bytes, which nothing here needs.
    case fixed64
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private func failure(_ expected: String) -> TokenizerError {
    TokenizerError(place: "byte \(position)", expected: expected, found: "damaged data")
  }

  /// The next field's number and value; nil at the end.
  mutating func next() throws(TokenizerError) -> (field: Int, value: Value)? {
    guard position < bytes.endIndex else { return nil }
    let tag = try integer()
    let field = Int(truncatingIfNeeded: tag >> 3 & 0x1FFF_FFFF)
    switch tag & 7 {
    case 0: return (field, .integer(try integer()))
    case 1:
      _ = try take(8)
      return (field, .fixed64)
    case 2: return (field, .bytes(try take(try integer())))
    case 5:
      let word = try take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return (field, .fixed32(word))
    default: throw failure("a field of a known kind")
    }
  }

  private mutating func take(_ count: UInt64) throws(TokenizerError) -> ArraySlice<UInt8> {
    guard count <= UInt64(bytes.endIndex - position) else { throw failure("\(count) more bytes") }
    let end = position + Int(count)
    defer { position = end }
    return bytes[position..<end]
  }

  /// Seven bits a byte, low ones first.
  private mutating func integer() throws(TokenizerError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw failure("the rest of a number") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw failure("a number of at most 64 bits")
  }
}
