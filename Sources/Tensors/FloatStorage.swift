import CKernels

/// Owns a block of floats, aligned to a cache line.
///
/// Written only through `Tensor.withUnsafeMutableBuffer`, which checks that the reference is unique; that is
/// what makes sharing it between threads safe. Large blocks come from a cache and go back to it.
@safe package final class FloatStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let capacity: Int
  private let byteCapacity: Int

  init(capacity: Int) {
    let count = max(16, capacity)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    var size = 0
    guard !overflow, let raw = unsafe ck_buffer_take(bytes, &size) else {
      fatalError("out of memory: a tensor of \(capacity) elements does not fit")
    }
    self.capacity = capacity
    self.byteCapacity = size
    unsafe base = raw.bindMemory(to: Float.self, capacity: count)
  }

  deinit {
    unsafe ck_buffer_give(UnsafeMutableRawPointer(base), byteCapacity)
  }
}

/// The cache of large blocks that tensors are made from.
package enum TensorMemory {
  /// Bytes of tensors that exist.
  package static var liveBytes: Int { ck_buffer_live() }

  /// The most there have been since the process began or `restartPeak` was called.
  package static var peakBytes: Int { ck_buffer_peak() }

  package static func restartPeak() {
    ck_buffer_restart_peak()
  }

  /// Bytes held for reuse.
  package static var cachedBytes: Int { ck_buffer_cached() }

  /// Gives cached blocks back to the system until at most `bytes` are held, the oldest first.
  package static func trim(to bytes: Int = 0) {
    ck_buffer_trim(max(0, bytes))
  }

  /// The most that is held for reuse; 1 GiB unless set.
  package static func setCacheLimit(_ bytes: Int) {
    ck_buffer_set_limit(max(0, bytes))
  }
}
