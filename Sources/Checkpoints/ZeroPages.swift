#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Tensors

/// Zeros that take no memory: the system's one zero page, mapped as often as asked. Stands in for a tensor that a
/// checkpoint lacks while the rest of it is being checked.
@safe final class ZeroPages: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  private init?(count: Int) {
    let address = unsafe mmap(
      nil, max(1, count), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    unsafe bytes = UnsafeMutableRawBufferPointer(start: address, count: max(1, count))
  }

  deinit {
    unsafe munmap(bytes.baseAddress, bytes.count)
  }

  static func tensor(shape: [Int], path: String) throws -> StoredTensor {
    var count = 4
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      count = overflow ? Int.max : product
    }
    guard count < Int.max, let zeros = ZeroPages(count: count) else {
      throw CheckpointError(
        .invalidContent, path: path, problem: "the configuration asks for a tensor of shape \(shape)",
        advice: "use the config.json that came with this checkpoint")
    }
    let bytes = unsafe StoredBytes(
      base: UnsafeRawPointer(zeros.bytes.baseAddress.unsafelyUnwrapped), count: count, owner: zeros)
    return StoredTensor(dtype: .float32, shape: shape, bytes: bytes)
  }
}
