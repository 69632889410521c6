/// A JSON value as a tree, for the small parts of a tokenizer's file.
enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case string([UInt8])
  case array([JSONValue])
  case object([String: JSONValue])

  /// Named children deeper than this are a hostile file, not a tokenizer.
  private static let deepest = 32

  init(_ scanner: inout JSONScanner, depth: Int = 0) throws(TokenizerError) {
    guard depth < Self.deepest else {
      throw scanner.failure(expected: "at most \(Self.deepest) levels of nesting")
    }
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try scanner.beginObject()
      while try scanner.nextKey() {
        let key = String(decoding: scanner.text, as: UTF8.self)
        members[key] = try JSONValue(&scanner, depth: depth + 1)
      }
      self = .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try scanner.beginArray()
      while try scanner.nextElement() { elements.append(try JSONValue(&scanner, depth: depth + 1)) }
      self = .array(elements)
    case UInt8(ascii: "\""):
      try scanner.string()
      self = .string(scanner.text)
    case UInt8(ascii: "t"):
      try scanner.literal("true")
      self = .boolean(true)
    case UInt8(ascii: "f"):
      try scanner.literal("false")
      self = .boolean(false)
    case UInt8(ascii: "n"):
      try scanner.literal("null")
      self = .null
    default:
      self = .number(try scanner.number())
    }
  }

  /// How a message names the value.
  var name: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): TokenizerError.quote(text)
    case .array(let elements): "an array of \(elements.count)"
    case .object: "an object"
    }
  }
}
