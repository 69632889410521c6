/// Cuts one word into tokens of a vocabulary.
package protocol SubwordModel: Sendable {
  /// The id of the token that is exactly these bytes.
  func id(of token: [UInt8]) -> Int?
  /// The largest id that `tokenize` can give, or -1 for an empty vocabulary.
  var largestID: Int { get }
  /// Appends the ids for `word`, which is not empty.
  func tokenize(_ word: [Unicode.Scalar], into ids: inout [Int])
}
