/// A picture or latents that an autoencoder cannot take: what was expected and what was found.
package struct AutoencoderError: Error, Equatable, CustomStringConvertible {
  /// `picture` or `latents`.
  package let input: String
  package let expected: String
  package let found: [Int]

  package var description: String { "\(input): expected the shape \(expected), found \(found)" }
}
