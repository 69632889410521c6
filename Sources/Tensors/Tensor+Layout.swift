extension Tensor {
  /// The transpose of a matrix: (n, m) to (m, n).
  package func transposed() -> Tensor {
    precondition(shape.count == 2, "transposed takes a matrix")
    return reshaped([1] + shape).swappedLastAxes().reshaped([shape[1], shape[0]])
  }

  /// (b, n, m) to (b, m, n).
  package func swappedLastAxes() -> Tensor {
    precondition(shape.count == 3, "swappedLastAxes takes three axes")
    let (batch, n, m) = (shape[0], shape[1], shape[2])
    var result = Tensor(uninitialized: [batch, m, n])
    let bands = (m + 31) / 32
    unsafe result.write { out in
      unsafe read { source in
        ThreadPool.parallelRanges(batch * bands, grain: max(1, 512 / max(1, n))) { range in
          for index in range {
            let (b, band) = (index / bands, index % bands)
            let columns = band * 32..<min(m, band * 32 + 32)
            // 32 columns at a time, so that a cache line that was read is used up.
            for row in 0..<n {
              for column in columns {
                unsafe out[(b * m + column) * n + row] = source[(b * n + row) * m + column]
              }
            }
          }
        }
      }
    }
    return result
  }

  /// (C, H, W) to (H, W, C).
  package func channelsLast() -> Tensor {
    precondition(shape.count == 3, "channelsLast takes (C, H, W)")
    let (c, h, w) = (shape[0], shape[1], shape[2])
    return reshaped([c, h * w]).transposed().reshaped([h, w, c])
  }

  /// (H, W, C) to (C, H, W).
  package func channelsFirst() -> Tensor {
    precondition(shape.count == 3, "channelsFirst takes (H, W, C)")
    let (h, w, c) = (shape[0], shape[1], shape[2])
    return reshaped([h * w, c]).transposed().reshaped([c, h, w])
  }

  /// Joins tensors along the first axis; the other axes must agree.
  package static func concatenated(_ parts: [Tensor]) -> Tensor {
    guard let first = parts.first else { return Tensor(uninitialized: [0]) }
    let tail = Array(first.shape.dropFirst())
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    var result = Tensor(uninitialized: [rows] + tail)
    unsafe result.write { out in
      var start = 0
      for part in parts {
        precondition(Array(part.shape.dropFirst()) == tail, "concatenated: shapes differ")
        unsafe part.read { unsafe (out + start).update(from: $0, count: part.count) }
        start += part.count
      }
    }
    return result
  }

  /// Columns `range` of the last axis as a tensor of its own: (..., width) to (..., range.count).
  package func columns(_ range: Range<Int>) -> Tensor {
    let (rows, width) = matrixShape
    precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns: out of range")
    var result = Tensor(uninitialized: shape.dropLast() + [range.count])
    unsafe result.write { out in
      unsafe read { source in
        ThreadPool.parallelRows(rows, width: range.count) { part in
          for row in part {
            unsafe (out + row * range.count).update(
              from: source + row * width + range.lowerBound, count: range.count)
          }
        }
      }
    }
    return result
  }

  /// Each element of row i of the first axis times `factors[i]`.
  package func scalingRows(by factors: [Float]) -> Tensor {
    precondition(factors.count == shape.first, "scalingRows: one factor a row")
    let width = shape.dropFirst().reduce(1, *)
    var result = self
    unsafe result.withUnsafeMutableBuffer { values in
      for (row, factor) in factors.enumerated() {
        for index in row * width..<(row + 1) * width { unsafe values[index] *= factor }
      }
    }
    return result
  }
}

extension Tensor {
  /// Writes the columns of `x` (..., width) over as many of the last axis's, `first` on.
  package mutating func replaceColumns(from first: Int, with x: Tensor) {
    let (rows, width) = matrixShape
    let count = x.matrixShape.width
    precondition(x.matrixShape.rows == rows && first + count <= width, "replaceColumns: shapes differ")
    unsafe write { out in
      unsafe x.read { source in
        ThreadPool.parallelRows(rows, width: count) { range in
          for row in range {
            unsafe (out + row * width + first).update(from: source + row * count, count: count)
          }
        }
      }
    }
  }

  /// self * alpha + x * beta in columns `range` of the last axis, which both have.
  package mutating func combineColumns(_ range: Range<Int>, _ alpha: Float, _ x: Tensor, _ beta: Float) {
    let (rows, width) = matrixShape
    let other = x.matrixShape.width
    precondition(
      x.matrixShape.rows == rows && range.upperBound <= min(width, other), "combineColumns: shapes differ")
    unsafe write { out in
      unsafe x.read { source in
        ThreadPool.parallelRows(rows, width: range.count) { part in
          for row in part {
            let target = unsafe out + row * width + range.lowerBound
            unsafe kernels.combine(
              target, alpha, source + row * other + range.lowerBound, beta, target, Int64(range.count))
          }
        }
      }
    }
  }
}
