import ArgumentParser
import SparseditKit

/// The names of a request's fields as the flags that they are on a command line.
enum FieldNames {
  /// A message of the library, which names fields as `mask_grow`, with flags in their places.
  static func asFlags(_ message: String) -> String {
    message.replacing(/`([a-z_0-9]+)`/) { "--" + $0.output.1.replacing("_", with: "-") }
  }
}

/// Runs a check of the library's and turns what it throws into a usage error.
func checked(_ check: () throws(SparseditError) -> Void) throws {
  do {
    try check()
  } catch {
    throw ValidationError(FieldNames.asFlags(error.description))
  }
}
