import ArgumentParser
import Glibc
import SparseditKit

/// Turns an error into one message on standard error and an exit status; the only place that does.
enum ErrorPrinter {
  static func printAndExit<C: ParsableCommand>(_ error: any Error, command: C.Type) -> Never {
    if let error = error as? SparseditError {
      StandardError.write("sparsedit: \(FieldNames.asFlags(error.description))\n")
      exit(error.category.rawValue)
    }
    // Usage errors, --help and --version; its statuses are those of sysexits.h too.
    command.exit(withError: error)
  }
}
