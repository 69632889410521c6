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
  /// One factor a row for `int8` and the 8-bit floats: element = stored value x scale[row].
  package let rowScale: [Float]?
  /// Where the file keeps the rows, when it is not their own order.
  package let rowOrder: RowOrder?
  /// What is done to the elements after they are widened, in this order.
  package let adjustments: [WeightAdjustment]

  package init(
    dtype: DType, shape: [Int], bytes: StoredBytes, rowScale: [Float]? = nil, rowOrder: RowOrder? = nil,
    adjustments: [WeightAdjustment] = []
  ) {
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
    self.rowScale = rowScale
    self.rowOrder = rowOrder
    self.adjustments = adjustments
  }

  package var count: Int { shape.reduce(1, *) }

  /// Whether a kernel may read the bytes in place: rows in order, nothing done to them afterwards.
  var isPlain: Bool { rowOrder == nil && adjustments.isEmpty }

  /// The same tensor with `adjustments` after those it has.
  package func adjusted(by adjustments: [WeightAdjustment]) -> StoredTensor {
    StoredTensor(
      dtype: dtype, shape: shape, bytes: bytes, rowScale: rowScale, rowOrder: rowOrder,
      adjustments: self.adjustments + adjustments)
  }
}
