import CFiles
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that gets its name when it is complete, so that no reader ever sees half.
///
/// Let go of before `finish()`, it leaves nothing behind.
@safe package final class OutputFile {
  private let path: String
  private let output: OpaquePointer
  /// Bytes written so far.
  private(set) var count = 0

  /// Throws `CheckpointError` when the file cannot be created.
  package init(_ path: String) throws {
    self.path = path
    var code: Int32 = 0
    guard let output = unsafe cf_output_create(path, &code) else { throw Self.failure(path, code) }
    unsafe self.output = output
  }

  deinit { unsafe cf_output_close(output) }

  package func write(_ bytes: [UInt8]) throws {
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }

  /// Throws `CheckpointError` when the disk is full.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    let descriptor = unsafe cf_output_descriptor(output)
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(count + done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(path, written < 0 ? errno : ENOSPC) }
      done += written
    }
    count += done
  }

  /// Gives the file its name. Nothing may be written after this.
  package func finish() throws {
    let code = unsafe cf_output_commit(output, 0)
    guard code == 0 else { throw Self.failure(path, code) }
  }

  private static func failure(_ path: String, _ code: Int32) -> CheckpointError {
    CheckpointError(
      .unwritable, path: path, problem: "cannot be written: \(unsafe String(cString: strerror(code)))",
      advice: "check the directory's permissions and the free space")
  }
}
