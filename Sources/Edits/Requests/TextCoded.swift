/// A value that people write as one word of text, and JSON as a string.
public protocol TextCoded: Codable {
  /// Reads what ``text`` gives. Nil for anything else.
  init?(_ text: String)
  /// The value as one word.
  var text: String { get }
  /// For messages: what the text should be.
  static var expected: String { get }
}

extension TextCoded {
  /// Throws `DecodingError` for a text that says no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \(Self.expected), found \(text.quoted)")
    }
    self = value
  }

  /// The text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
