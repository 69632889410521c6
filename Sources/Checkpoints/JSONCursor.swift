/// Reads JSON left to right from bytes that nobody vouches for.
///
/// A general decoder forgets repeated keys, and a safetensors header with the same name twice must be refused;
/// so the two small files of a checkpoint (header, shard index) are read by this one. Integers are decimal,
/// non-negative and fit `Int`; anything else is an error with the offset where it stands.
struct JSONCursor {
  /// Where reading stopped and why.
  struct Failure: Error {
    let offset: Int
    let problem: String
  }

  /// Nested values that are skipped may go this deep.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func failure(_ problem: String) -> Failure { Failure(offset: offset, problem: problem) }

  private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { offset += 1 }
  }

  /// The next byte that is not space, left in place.
  mutating func peek() -> UInt8? {
    skipSpace()
    return current
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    guard peek() == UInt8(ascii: character) else { throw failure("expected '\(character)'") }
    offset += 1
  }

  /// Only space may follow.
  mutating func expectEnd() throws {
    if peek() != nil { throw failure("expected nothing more") }
  }

  /// Reads `{ "key": value, ... }`; `body` reads each value.
  mutating func object(_ body: (inout JSONCursor, String) throws -> Void) throws {
    try expect("{")
    if peek() == UInt8(ascii: "}") { return try expect("}") }
    while true {
      let key = try string()
      try expect(":")
      try body(&self, key)
      guard peek() == UInt8(ascii: ",") else { return try expect("}") }
      try expect(",")
    }
  }

  /// Reads `[ value, ... ]`; `body` reads each value.
  mutating func array(_ body: (inout JSONCursor) throws -> Void) throws {
    try expect("[")
    if peek() == UInt8(ascii: "]") { return try expect("]") }
    while true {
      try body(&self)
      guard peek() == UInt8(ascii: ",") else { return try expect("]") }
      try expect(",")
    }
  }

  mutating func integers() throws -> [Int] {
    var result: [Int] = []
    try array { cursor in result.append(try cursor.integer()) }
    return result
  }

  /// A non-negative decimal integer.
  mutating func integer() throws -> Int {
    guard let first = peek(), Self.isDigit(first) else {
      throw failure("expected a non-negative integer")
    }
    var value = 0
    while let byte = current, Self.isDigit(byte) {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflow || carry { throw failure("expected an integer below 2^63") }
      value = sum
      offset += 1
    }
    if let byte = current, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    {
      throw failure("expected an integer, found a fraction or an exponent")
    }
    return value
  }

  /// A string, its escapes resolved.
  mutating func string() throws -> String {
    try expect("\"")
    var unit: [UInt8] = []
    while let byte = current {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: unit, as: UTF8.self) else {
          throw failure("expected UTF-8 in a string")
        }
        return text
      case UInt8(ascii: "\\"): unit.append(contentsOf: try escape().utf8)
      case 0..<0x20: throw failure("expected no control character in a string")
      default: unit.append(byte)
      }
    }
    throw failure("expected the string to end")
  }

  private mutating func escape() throws -> String {
    guard let byte = current else { throw failure("expected an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("expected a known escape")
    }
  }

  private mutating func unicodeEscape() throws -> String {
    let first = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(first) { return String(scalar) }
    // A surrogate: the low half must follow.
    guard first < 0xDC00, current == UInt8(ascii: "\\") else {
      throw failure("expected a pair of surrogates")
    }
    offset += 1
    guard current == UInt8(ascii: "u") else { throw failure("expected a pair of surrogates") }
    offset += 1
    let second = try hexadecimalUnit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) * 0x400 + (second - 0xDC00))
    else { throw failure("expected a pair of surrogates") }
    return String(scalar)
  }

  private mutating func hexadecimalUnit() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("expected four hexadecimal digits")
      }
      value = value * 16 + UInt32(digit)
      offset += 1
    }
    return value
  }

  /// Passes over any value.
  mutating func skipValue(depth: Int = 0) throws {
    guard depth < Self.maximumDepth else { throw failure("expected less nesting") }
    switch peek() {
    case UInt8(ascii: "{"): try object { cursor, _ in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["): try array { cursor in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    case nil: throw failure("expected a value")
    default: try skipWord()
    }
  }

  /// Passes over a number, `true`, `false` or `null`.
  private mutating func skipWord() throws {
    let start = offset
    while let byte = current,
      Self.isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    { offset += 1 }
    let word = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard ["true", "false", "null"].contains(word) || Double(word) != nil else {
      throw Failure(offset: start, problem: "expected a value")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
