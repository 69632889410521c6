/// Why a transformer cannot be built or run: what was expected, what was found, where, what to do.
package struct TransformerError: Error, Equatable, Sendable {
  package enum Kind: String, Sendable {
    /// A file the transformer needs does not exist.
    case missingFile
    /// A file's content, or an input given to a forward, does not fit.
    case invalidContent
    /// More memory than there is, or than the user allows.
    case outOfMemory
  }

  package let kind: Kind
  /// The file, or the input's name.
  package let place: String
  /// What was expected and what was found.
  package let problem: String
  /// What the user can do about it.
  package let advice: String

  package init(_ kind: Kind, place: String, problem: String, advice: String) {
    self.kind = kind
    self.place = place
    self.problem = problem
    self.advice = advice
  }
}

extension TransformerError: CustomStringConvertible {
  package var description: String { "\(place): \(problem); \(advice)" }
}
