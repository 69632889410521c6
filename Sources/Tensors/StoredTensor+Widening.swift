import CKernels

extension StoredTensor {
  /// Checks that bytes and scales match the shape, so that reading the elements stays inside the memory.
  ///
  /// Throws `TensorError`.
  package func validate() throws {
    var elements = 1
    for extent in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0 else { throw TensorError.size(expected: Int.max, found: bytes.count) }
      elements = product
    }
    let rows = shape.first ?? 1
    let width = shape.count > 1 && rows > 0 ? elements / rows : elements
    guard width % dtype.block.elements == 0 else {
      throw TensorError.blocks(of: dtype.block.elements, found: width)
    }
    guard let expected = dtype.byteCount(of: elements), bytes.count == expected else {
      throw TensorError.size(expected: dtype.byteCount(of: elements) ?? .max, found: bytes.count)
    }
    if let rowScale, rowScale.count != rows {
      throw TensorError.rowScale(expected: rows, found: rowScale.count)
    }
    if dtype == .int8 && rowScale == nil {
      throw TensorError.rowScale(expected: rows, found: nil)
    }
    guard rowOrder.map({ rows % $0.headRows == 0 }) ?? true,
      adjustments.allSatisfy({ $0.shape == (rows, width) })
    else { throw TensorError.shape(expected: "that of what is done to its rows", found: shape) }
  }

  /// The elements as 32-bit floats, in the same shape.
  ///
  /// Throws `TensorError` when bytes or scales do not match the shape.
  package func widened() throws -> Tensor {
    guard shape.count > 1 || rowScale != nil || !isPlain else {
      // A vector of weights is one row.
      let row = StoredTensor(dtype: dtype, shape: [1, count], bytes: bytes)
      return try row.widened(rows: 0..<1).reshaped(shape)
    }
    return try widened(rows: 0..<shape[0])
  }

  /// Rows `range` of the first axis as 32-bit floats, (range.count, ...).
  ///
  /// Throws `TensorError` when bytes or scales do not match the shape.
  package func widened(rows range: Range<Int>) throws -> Tensor {
    try validate()
    precondition(
      !shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "rows beyond the tensor")
    var result = Tensor(uninitialized: [range.count] + shape.dropFirst())
    let width = shape.dropFirst().reduce(1, *)
    guard result.count > 0 else { return result }
    unsafe result.write { out in
      guard isPlain else {
        return ThreadPool.parallelRanges(range.count, grain: max(1, 16_384 / width)) { part in
          for row in part { unsafe write(row: range.lowerBound + row, to: out + row * width, width: width) }
        }
      }
      // Long rows are cut too: a vector of weights is a single row.
      let pieces = (width + 65_535) / 65_536
      ThreadPool.parallelRanges(range.count * pieces, grain: max(1, 16_384 / width)) { part in
        for index in part {
          let row = index / pieces
          let start = (index % pieces) * 65_536
          let place = (range.lowerBound + row) * width + start
          unsafe kernels.widen(
            dtype.kernelType, bytes.base + dtype.offset(of: place), Int64(min(65_536, width - start)),
            rowScale?[range.lowerBound + row] ?? 1, out + row * width + start)
        }
      }
    }
    withExtendedLifetime(bytes.owner) {}
    return result
  }

  /// Writes one row of a validated tensor, adjusted, to `out`.
  func write(row: Int, to out: UnsafeMutablePointer<Float>, width: Int) {
    let place = rowOrder?.place(of: row) ?? row
    unsafe kernels.widen(
      dtype.kernelType, bytes.base + dtype.offset(of: place * width), Int64(width), rowScale?[place] ?? 1, out
    )
    for adjustment in adjustments { unsafe adjustment.apply(to: out, row: row, width: width) }
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
