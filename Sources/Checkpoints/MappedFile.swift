#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Tensors

/// A file's bytes, mapped read-only for as long as anything refers to them.
///
/// Never written after `init`, hence safe to share between threads. A file that is cut short by another program
/// while it is mapped kills the process (SIGBUS); nothing here guards against that.
@safe final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer

  /// Throws `CheckpointError` for a file that is missing, empty, not regular, or that cannot be mapped.
  init(path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be opened", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Self.failure(path, "cannot be measured", errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected a regular file, found something else",
        advice: "name a file")
    }
    guard status.st_size > 0 else { throw CheckpointError.damaged(path, "the file is empty") }
    let size = Int(status.st_size)
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw Self.failure(path, "cannot be mapped (\(size) bytes)", errno)
    }
    self.path = path
    unsafe self.bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  /// The bytes of `range`, which is within the file.
  func part(_ range: Range<Int>) -> StoredBytes {
    unsafe StoredBytes(
      base: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + range.lowerBound), count: range.count,
      owner: self)
  }

  /// Tells the system that these bytes of the mapping are not needed for now.
  func release(_ part: StoredBytes) {
    advise(part, MADV_DONTNEED)
  }

  /// Tells the system that these bytes will be read soon. Returns when reading has begun, which takes a while where
  /// the disk is busy.
  func prefetch(_ part: StoredBytes) {
    advise(part, MADV_WILLNEED)
  }

  /// Lets go of these bytes and of the system's copy of them: the next reading goes to the disk, and what else the
  /// system has of the file stays.
  func discard(_ part: StoredBytes) {
    release(part)
    #if canImport(Glibc)
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0, let start = unsafe bytes.baseAddress else { return }
      let offset = unsafe part.base - start
      posix_fadvise(descriptor, offset, part.count, POSIX_FADV_DONTNEED)
      close(descriptor)
    #endif
  }

  private func advise(_ part: StoredBytes, _ advice: Int32) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard page > 0 else { return }
    // Whole pages inside the part: its neighbours share the ones at its ends.
    let first = unsafe (UInt(bitPattern: part.base) + UInt(page) - 1) / UInt(page) * UInt(page)
    let end = unsafe (UInt(bitPattern: part.base) + UInt(part.count)) / UInt(page) * UInt(page)
    guard end > first else { return }
    unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), advice)
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> CheckpointError {
    let reason = unsafe String(cString: strerror(code))
    if code == ENOENT || code == ENOTDIR {
      return CheckpointError(
        .missingFile, path: path, problem: "no such file", advice: "check the path")
    }
    return CheckpointError(
      .unreadable, path: path, problem: "\(what): \(reason)",
      advice: "check the permissions and that nothing else holds the file")
  }
}
