/// Why a model could not be opened or an edit could not be made.
package struct PipelineError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is; the command turns it into an exit status.
  package enum Category: Sendable {
    case usage
    case badData
    case missingInput
    case cannotCreate
    case inputOutput
    case outOfBudget
    case failed
  }

  package let category: Category
  /// What was expected, what was found, where, and what to do.
  package let description: String

  package init(_ category: Category, _ description: String) {
    self.category = category
    self.description = description
  }
}
