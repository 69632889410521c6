#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads tokenizer files whole.
enum TokenizerFiles {
  /// More than any tokenizer needs; a file beyond it is something else.
  private static let largest = 512 << 20

  static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { throw failure(path, "a readable file") }
    defer { unsafe fclose(file) }
    guard unsafe fseek(file, 0, SEEK_END) == 0 else { throw failure(path, "a file that can be sought in") }
    let size = unsafe ftell(file)
    guard size >= 0, size <= largest, unsafe fseek(file, 0, SEEK_SET) == 0 else {
      throw TokenizerError(
        file: path, place: "", expected: "a file of at most \(largest >> 20) MiB", found: "\(size) bytes")
    }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = unsafe fread(buffer.baseAddress, 1, size, file)
    }
    guard bytes.count == size else { throw failure(path, "\(size) bytes") }
    return bytes
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  private static func failure(_ path: String, _ expected: String) -> TokenizerError {
    let reason = unsafe String(cString: strerror(errno))
    return TokenizerError(file: path, place: "", expected: expected, found: reason)
  }
}
