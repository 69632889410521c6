/// Reads JSON front to back without building a tree.
///
/// Made for tokenizer files: a vocabulary of a hundred thousand strings goes straight into its table, keyed by
/// the bytes in the file. Strings come back as UTF-8 in `text`.
struct JSONScanner {
  let bytes: [UInt8]
  private(set) var position = 0
  /// The string that was read last, escapes resolved.
  private(set) var text: [UInt8] = []
  /// Whether the next member or element follows another and so needs a comma.
  private var needsComma = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func failure(expected: String) -> TokenizerError {
    let found =
      position < bytes.count ? TokenizerError.quote(bytes[position...].prefix(16)) : "the end of the file"
    return TokenizerError(place: "byte \(position)", expected: expected, found: found)
  }

  /// The next byte that is not white space, left unread.
  mutating func peek() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return bytes[position]
      }
    }
    return nil
  }

  private mutating func consume(_ byte: UInt8, _ name: String) throws(TokenizerError) {
    guard peek() == byte else { throw failure(expected: name) }
    position += 1
  }

  mutating func beginObject() throws(TokenizerError) {
    try consume(UInt8(ascii: "{"), "an object")
    needsComma = false
  }

  mutating func beginArray() throws(TokenizerError) {
    try consume(UInt8(ascii: "["), "an array")
    needsComma = false
  }

  /// Moves to the next member, its key in `text`; false when the object has ended.
  mutating func nextKey() throws(TokenizerError) -> Bool {
    guard try next(before: UInt8(ascii: "}")) else { return false }
    try string()
    try consume(UInt8(ascii: ":"), "':' after a key")
    return true
  }

  /// Moves to the next element; false when the array has ended.
  mutating func nextElement() throws(TokenizerError) -> Bool {
    try next(before: UInt8(ascii: "]"))
  }

  private mutating func next(before close: UInt8) throws(TokenizerError) -> Bool {
    let byte = peek()
    if byte == close {
      position += 1
      needsComma = true
      return false
    }
    if needsComma { try consume(UInt8(ascii: ","), "',' or the end of the list") }
    needsComma = false
    return true
  }

  /// Reads a string into `text`.
  mutating func string() throws(TokenizerError) {
    try consume(UInt8(ascii: "\""), "a string")
    text.removeAll(keepingCapacity: true)
    needsComma = true
    while position < bytes.count {
      // Up to the next byte that is not taken as it is.
      var end = position
      while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"),
        bytes[end] >= 0x20
      {
        end += 1
      }
      text.append(contentsOf: bytes[position..<end])
      position = end
      guard end < bytes.count else { break }
      position += 1
      switch bytes[end] {
      case UInt8(ascii: "\""): return
      case UInt8(ascii: "\\"): try escape()
      default:
        position -= 1
        throw failure(expected: "no control character in a string")
      }
    }
    throw failure(expected: "the end of a string")
  }

  private mutating func escape() throws(TokenizerError) {
    guard position < bytes.count else { throw failure(expected: "an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure(expected: "the second half of a surrogate pair") }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure(expected: "the second half of a surrogate pair")
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure(expected: "a Unicode scalar, not half a surrogate pair")
      }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      position -= 1
      throw failure(expected: "a JSON escape")
    }
  }

  private mutating func hexadecimal() throws(TokenizerError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else {
        throw failure(expected: "four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  /// Reads a whole number that is not negative and fits in 31 bits: a token's id.
  mutating func identifier() throws(TokenizerError) -> Int {
    _ = peek()
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]), position - start < 10 {
      value = value * 10 + Int(bytes[position] - 0x30)
      position += 1
    }
    guard position > start, value <= Int(Int32.max) else {
      position = start
      throw failure(expected: "a token id from 0 to \(Int32.max)")
    }
    needsComma = true
    return value
  }

  mutating func number() throws(TokenizerError) -> Double {
    _ = peek()
    let start = position
    while position < bytes.count, Self.isNumeric(bytes[position]) { position += 1 }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
      position = start
      throw failure(expected: "a number")
    }
    needsComma = true
    return value
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// Reads a word such as `true`.
  mutating func literal(_ word: StaticString) throws(TokenizerError) {
    let expected = "\(word)".utf8
    _ = peek()
    guard bytes[position...].starts(with: expected) else { throw failure(expected: "\(word)") }
    position += expected.count
    needsComma = true
  }
}
