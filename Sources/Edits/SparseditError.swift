/// Why an edit failed: what was wrong, where, and what to do.
public struct SparseditError: Error, Sendable, CustomStringConvertible {
  /// Kinds of failure. Raw values are the command's exit statuses (sysexits.h).
  public enum Category: Int32, Sendable {
    /// Something went wrong inside.
    case failed = 1
    /// The request contradicts itself or asks for what cannot be.
    case usage = 64
    /// A file's content is not what it should be.
    case badData = 65
    /// A file that was named is not there.
    case missingInput = 66
    /// An output may not be created.
    case cannotCreate = 73
    /// Reading or writing broke off.
    case inputOutput = 74
    /// More memory or pixels than the limits allow.
    case outOfBudget = 75
    /// The work was asked to stop.
    case interrupted = 130
  }

  /// The kind of failure.
  public let category: Category
  /// One or a few sentences for a person.
  public let description: String

  /// An error of a program that builds on the library.
  public init(_ category: Category, _ description: String) {
    self.category = category
    self.description = description
  }
}
