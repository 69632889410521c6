/// What is wrong with a checkpoint: where, what was expected, what was found, what to do.
package struct CheckpointError: Error, Equatable, Sendable {
  /// The kind of failure; a front end turns it into an exit status.
  package enum Kind: String, Sendable {
    /// The file or directory does not exist.
    case missingFile
    /// The file's content breaks its format, or does not fit the network.
    case invalidContent
    /// The content is sound but of a kind that is not read here.
    case unsupported
    /// The system refused to read, map or measure the file.
    case unreadable
    /// The output could not be created or written in full.
    case unwritable
  }

  package let kind: Kind
  /// Path of the file or directory.
  package let path: String
  /// What was expected and what was found.
  package let problem: String
  /// What the user can do about it.
  package let advice: String

  package init(_ kind: Kind, path: String, problem: String, advice: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.advice = advice
  }
}

extension CheckpointError: CustomStringConvertible {
  package var description: String { "\(path): \(problem); \(advice)" }
}

extension CheckpointError {
  /// A file whose bytes cannot be trusted: the usual cause is a broken download.
  static func damaged(_ path: String, _ problem: String) -> CheckpointError {
    CheckpointError(
      .invalidContent, path: path, problem: problem,
      advice: "the file is damaged or incomplete, fetch it again")
  }
}
