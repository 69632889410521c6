extension Tensor {
  /// Rows and row length when all axes but the last are taken as rows.
  package var matrixShape: (rows: Int, width: Int) {
    let width = shape.last ?? 1
    return (width == 0 ? 0 : count / width, width)
  }

  /// Calls `body` with the first element. The memory lives as long as the call.
  func read<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
    let result = try unsafe body(UnsafePointer(storage.base + offset))
    withExtendedLifetime(storage) {}
    return result
  }

  /// Calls `body` with the first element for writing, after making the storage unique.
  mutating func write<R>(_ body: (UnsafeMutablePointer<Float>) throws -> R) rethrows -> R {
    makeUnique()
    let result = try unsafe body(storage.base + offset)
    withExtendedLifetime(storage) {}
    return result
  }
}
