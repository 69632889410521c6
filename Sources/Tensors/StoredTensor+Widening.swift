import CKernels

extension StoredTensor {
  /// Checks that bytes and scales match the shape, so that reading the elements stays inside the memory.
  ///
  /// Throws `TensorError.size` or `.rowScale`.
  package func validate() throws {
    var expected = dtype.byteCount
    for extent in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0 else { throw TensorError.size(expected: Int.max, found: bytes.count) }
      expected = product
    }
    guard bytes.count == expected else {
      throw TensorError.size(expected: expected, found: bytes.count)
    }
    let rows = shape.first ?? 1
    if let rowScale, rowScale.count != rows {
      throw TensorError.rowScale(expected: rows, found: rowScale.count)
    }
    if dtype == .int8 && rowScale == nil {
      throw TensorError.rowScale(expected: rows, found: nil)
    }
  }

  /// The elements as 32-bit floats, in the same shape.
  ///
  /// Throws `TensorError` when bytes or scales do not match the shape.
  package func widened() throws -> Tensor {
    try validate()
    var result = Tensor(uninitialized: shape)
    let rows = shape.isEmpty ? 1 : shape[0]
    let width = rows == 0 ? 0 : count / rows
    guard count > 0 else { return result }
    unsafe result.write { out in
      // Long rows are cut too: a vector of weights is a single row.
      let pieces = (width + 65_535) / 65_536
      ThreadPool.parallelRanges(rows * pieces, grain: max(1, 16_384 / width)) { range in
        for index in range {
          let row = index / pieces
          let start = (index % pieces) * 65_536
          let first = row * width + start
          unsafe kernels.widen(
            dtype.kernelType, bytes.base + first * dtype.byteCount, Int64(min(65_536, width - start)),
            rowScale?[row] ?? 1, out + first)
        }
      }
    }
    withExtendedLifetime(bytes.owner) {}
    return result
  }
}

extension Tensor {
  /// The elements as IEEE 16-bit floats, rounded to nearest even; too large becomes infinity.
  package func narrowedToFloat16() -> [UInt16] { narrowed(CK_FLOAT16) }

  /// The elements as bfloat16, rounded to nearest even.
  package func narrowedToBFloat16() -> [UInt16] { narrowed(CK_BFLOAT16) }

  private func narrowed(_ dtype: ck_dtype) -> [UInt16] {
    unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let out = buffer.baseAddress {
        unsafe read { source in unsafe kernels.narrow(dtype, source, Int64(count), out) }
      }
      initialized = count
    }
  }
}
