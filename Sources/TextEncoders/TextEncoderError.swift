/// Tokens that a text encoder cannot take: what was expected and what was found.
package struct TextEncoderError: Error, Equatable, CustomStringConvertible {
  package let encoder: String
  package let expected: String
  package let found: String

  package var description: String { "\(encoder): expected \(expected), found \(found)" }
}
