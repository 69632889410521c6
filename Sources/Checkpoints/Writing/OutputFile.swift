#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that is written under a temporary name and renamed when it is complete, so that no reader ever sees half.
///
/// Let go of before `finish()`, it leaves nothing behind.
final class OutputFile {
  private let path: String
  private let temporary: String
  private var descriptor: Int32
  /// Bytes written so far.
  private(set) var count = 0

  /// Throws `CheckpointError` when the file cannot be created.
  init(_ path: String) throws {
    self.path = path
    temporary = "\(path).partial-\(getpid())"
    descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unsafe unlink(temporary)
  }

  func write(_ bytes: [UInt8]) throws {
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }

  /// Throws `CheckpointError` when the disk is full.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(count + done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(errno) }
      done += written
    }
    count += done
  }

  /// Gives the file its name. Nothing may be written after this.
  func finish() throws {
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, unsafe rename(temporary, path) == 0 else {
      let error = failure(errno)
      unsafe unlink(temporary)
      throw error
    }
  }

  private func failure(_ code: Int32) -> CheckpointError {
    CheckpointError(
      .unwritable, path: path, problem: "cannot be written: \(unsafe String(cString: strerror(code)))",
      advice: "check the directory's permissions and the free space")
  }
}
