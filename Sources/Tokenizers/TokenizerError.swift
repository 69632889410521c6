/// What is wrong with a tokenizer's files: where, what was expected and what was found.
package struct TokenizerError: Error, Equatable, CustomStringConvertible {
  /// The file, where it is known.
  package var file: String?
  /// A byte offset or a path of keys, such as `model.merges[12]`.
  package let place: String
  package let expected: String
  package let found: String

  package init(file: String? = nil, place: String, expected: String, found: String) {
    self.file = file
    self.place = place
    self.expected = expected
    self.found = found
  }

  package var description: String {
    let location = [file, place.isEmpty ? nil : place].compactMap(\.self).joined(separator: ": ")
    return "\(location): expected \(expected), found \(found)"
  }

  /// The first bytes of `text` in quotes, for a message.
  static func quote(_ text: some Collection<UInt8>) -> String {
    let shown = String(decoding: text.prefix(60), as: UTF8.self)
    return "\"\(shown)\(text.count > 60 ? "..." : "")\""
  }
}
