/// Any JSON value.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  package var object: [String: JSONValue]? { if case .object(let object) = self { object } else { nil } }

  /// A value as a flag has it; several are joined by commas. Nil for null.
  package var text: String? {
    switch self {
    case .null, .object: nil
    case .bool(let isTrue): "\(isTrue)"
    case .integer(let whole): "\(whole)"
    case .number(let number): "\(number)"
    case .text(let text): text
    case .list(let list): list.compactMap(\.text).joined(separator: ",")
    }
  }

  /// This object with another's values over its own, objects inside it likewise.
  package func overlaid(with other: JSONValue) -> JSONValue {
    guard let mine = object, let theirs = other.object else { return other }
    return .object(mine.merging(theirs) { $0.overlaid(with: $1) })
  }

  /// The name of a value, not null, that `other` does not have in the same place.
  package func surplus(over other: JSONValue) -> String? {
    guard let mine = object else { return nil }
    for (name, value) in mine.sorted(by: { $0.key < $1.key }) where value != .null {
      guard let same = other.object?[name] else { return name }
      if let inner = value.surplus(over: same) { return "\(name).\(inner)" }
    }
    return nil
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Name.self) {
      var values: [String: JSONValue] = [:]
      for key in object.allKeys { values[key.stringValue] = try object.decode(JSONValue.self, forKey: key) }
      self = .object(values)
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var values: [JSONValue] = []
      while !list.isAtEnd { values.append(try list.decode(JSONValue.self)) }
      self = .list(values)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let isTrue = try? value.decode(Bool.self) {
      self = .bool(isTrue)
    } else if let whole = try? value.decode(Int64.self) {
      self = .integer(whole)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let object):
      var container = encoder.container(keyedBy: Name.self)
      for (name, value) in object { try container.encode(value, forKey: Name(stringValue: name)) }
    case .list(let list):
      var container = encoder.unkeyedContainer()
      for value in list { try container.encode(value) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let isTrue): try container.encode(isTrue)
      case .integer(let whole): try container.encode(whole)
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      default: try container.encodeNil()
      }
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
