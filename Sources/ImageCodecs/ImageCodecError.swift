/// Why a picture could not be read or written: where, what was found, what was expected, what to do.
package struct ImageCodecError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Category: Sendable, Hashable {
    /// The command asks for what no file can hold.
    case usage
    /// The file's bytes are not a picture that can be read.
    case badData
    /// The input is not there or may not be opened.
    case missingInput
    /// The output may not be created.
    case cannotCreate
    /// Reading or writing broke off, as on a full disk.
    case ioFailure
    /// More pixels or memory than the limits allow.
    case overBudget

    /// The exit status of sysexits.h that goes with it.
    package var exitStatus: Int32 {
      switch self {
      case .usage: 64
      case .badData: 65
      case .missingInput: 66
      case .cannotCreate: 73
      case .ioFailure: 74
      case .overBudget: 75
      }
    }
  }

  package var category: Category
  /// The file, or what stands for it.
  package var path: String
  package var found: String
  package var expected: String
  package var advice: String

  package init(
    _ category: Category, path: String, found: String, expected: String = "", advice: String = ""
  ) {
    self.category = category
    self.path = path
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  package var description: String {
    var text = "\(path): \(found)"
    if !expected.isEmpty { text += "; expected \(expected)" }
    if !advice.isEmpty { text += "; \(advice)" }
    return text
  }
}
