import Glibc
import Models

/// An open file, read and written at places, closed with its owner.
final class FileDescriptor {
  let path: String
  private let number: Int32

  /// - Parameter creates: makes a new file, or empties the one that is there.
  /// - Returns: nil where there is no such file and none is to be made.
  init?(path: String, creates: Bool) throws(PipelineError) {
    let flags = O_RDWR | O_CLOEXEC | (creates ? O_CREAT | O_TRUNC : 0)
    let opened = unsafe Glibc.open(path, flags, 0o644)
    if opened < 0, !creates, errno == ENOENT { return nil }
    guard opened >= 0 else { throw PipelineError(creating: path, errno: errno) }
    number = opened
    self.path = path
  }

  deinit { _ = close(number) }

  /// Keeps other processes out until the file is closed; false where one has it.
  func lock() -> Bool { flock(number, LOCK_EX | LOCK_NB) == 0 }

  /// Sets the room aside, so that a full disk is met now and not after hours.
  func reserve(_ bytes: Int) throws(PipelineError) {
    let code = posix_fallocate(number, 0, off_t(bytes))
    guard code == 0 else {
      throw PipelineError(
        .cannotCreate,
        "\(path): the work needs \(bytes >> 20) MiB on this disk for its state: \(PipelineError.reason(code))"
      )
    }
  }

  /// Waits until all that was written is on the disk.
  func synchronize() throws(PipelineError) {
    guard fdatasync(number) == 0 else { throw PipelineError(using: path, errno: errno) }
  }

  /// Fills `buffer` from byte `offset` on. Throws where the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(PipelineError) {
    var done = 0
    while done < buffer.count {
      let count = unsafe pread(
        number, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw PipelineError(using: path, errno: errno) }
      guard count > 0 else { throw PipelineError(.badData, "\(path): the file ends early; delete it.") }
      done += count
    }
  }

  func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(PipelineError) {
    var done = 0
    while done < buffer.count {
      let count = unsafe pwrite(
        number, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw PipelineError(using: path, errno: errno) }
      done += count
    }
  }

  func bytes(_ count: Int, at offset: Int) throws(PipelineError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var failure: PipelineError?
    unsafe result.withUnsafeMutableBytes { buffer in
      do throws(PipelineError) { try unsafe read(into: buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
    return result
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(PipelineError) {
    var failure: PipelineError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(PipelineError) { try unsafe write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
