import Glibc
import SparseditKit

/// Lines on standard output; the only place that writes there.
enum StandardOutput {
  /// Writes a line at once, whole or not at all as far as the reader can tell.
  ///
  /// - Throws: ``SparseditError`` with status 74 when it cannot be written: a report that nobody gets is no success.
  static func print(_ line: String) throws {
    var bytes = Array("\(line)\n".utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(STDOUT_FILENO, buffer.baseAddress, buffer.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let reason = unsafe String(cString: strerror(errno))
        throw SparseditError(
          .inputOutput, "standard output cannot be written: \(reason); what was to be printed is lost")
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
