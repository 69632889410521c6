import Foundation
import SparseditKit

/// One item of a batch: a command line, or why there is none.
struct BatchItem {
  /// Counted from 1, in the batch's order.
  let number: Int
  /// For people: the input's name, or where the item stands.
  let name: String
  /// The verb and its flags, or what is wrong with the item.
  let arguments: Result<[String], ItemFailure>
}

/// What goes into every item of a batch.
struct BatchDefaults {
  /// Used by items that name none.
  var verb: String?
  /// Flags before the item's own, which win.
  var flags: [String] = []
  /// Where results go whose items do not say.
  var outputFolder: String?
  /// Extension of results whose items do not say.
  var format: String?

  /// The verb and the flags that follow it on the batch's command line.
  init(command: [String]) throws {
    guard let first = command.first else { return }
    guard !first.hasPrefix("-") else {
      throw SparseditError(
        .usage, "expected a verb before '\(first)', such as: sparsedit batch ... inpaint \(first)")
    }
    verb = first
    flags = Array(command.dropFirst())
  }

  /// The path of the result that belongs to an input, `extension` unless `format` says otherwise.
  func output(named base: String, extension ending: String) -> String? {
    outputFolder.map { "\($0)/\(base).\(format ?? ending)" }
  }
}
