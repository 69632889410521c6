/// A JSON value together with the keys that led to it, so that an error can say where it is.
struct JSONNode {
  let value: JSONValue
  let path: String

  func failure(expected: String) -> TokenizerError {
    TokenizerError(place: path, expected: expected, found: value.name)
  }

  /// The member `key`; null where it is absent.
  subscript(key: String) -> JSONNode {
    let member: JSONValue = if case .object(let members) = value { members[key] ?? .null } else { .null }
    return JSONNode(value: member, path: path.isEmpty ? key : "\(path).\(key)")
  }

  var isNull: Bool { value == .null }

  func elements() throws(TokenizerError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw failure(expected: "an array") }
    return elements.enumerated().map { JSONNode(value: $1, path: "\(path)[\($0)]") }
  }

  func members() throws(TokenizerError) -> [(key: String, node: JSONNode)] {
    guard case .object(let members) = value else { throw failure(expected: "an object") }
    return members.map { ($0.key, self[$0.key]) }
  }

  func bytes() throws(TokenizerError) -> [UInt8] {
    guard case .string(let text) = value else { throw failure(expected: "a string") }
    return text
  }

  func text() throws(TokenizerError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }

  func scalars() throws(TokenizerError) -> [Unicode.Scalar] {
    Array(try text().unicodeScalars)
  }

  func boolean(default fallback: Bool) throws(TokenizerError) -> Bool {
    switch value {
    case .null: return fallback
    case .boolean(let value): return value
    default: throw failure(expected: "true or false")
    }
  }

  func identifier() throws(TokenizerError) -> Int {
    guard case .number(let number) = value, let id = Int32(exactly: number), id >= 0 else {
      throw failure(expected: "a token id from 0 to \(Int32.max)")
    }
    return Int(id)
  }
}
