/// Bytes that stay where the file put them: a range of a mapped file, kept alive by `owner`.
@safe package struct StoredBytes: @unchecked Sendable {
  package let base: UnsafeRawPointer
  package let count: Int
  /// Keeps the memory alive (the mapping, or an allocation).
  package let owner: any AnyObject & Sendable

  package init(base: UnsafeRawPointer, count: Int, owner: any AnyObject & Sendable) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }
}

/// A tensor as a checkpoint stores it: not widened, not copied, not necessarily aligned.
@safe package struct StoredTensor: Sendable {
  package let dtype: DType
  package let shape: [Int]
  package let bytes: StoredBytes
  /// One factor a row for `int8`: element = stored value x scale[row].
  package let rowScale: [Float]?

  package init(dtype: DType, shape: [Int], bytes: StoredBytes, rowScale: [Float]? = nil) {
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
    self.rowScale = rowScale
  }

  package var count: Int { shape.reduce(1, *) }
}
