/// Owns a block of floats, aligned to a cache line.
///
/// Written only through `Tensor.withUnsafeMutableBuffer`, which checks that the reference is unique; that is
/// what makes sharing it between threads safe.
@safe package final class FloatStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, capacity * MemoryLayout<Float>.stride), alignment: 64)
    unsafe base = raw.bindMemory(to: Float.self, capacity: max(16, capacity))
  }

  deinit {
    unsafe UnsafeMutableRawPointer(base).deallocate()
  }
}
