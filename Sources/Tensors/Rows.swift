/// The rows of `x` named by `indices`, in that order.
///
/// - Parameters: x (rows, width); indices in 0..<rows.
/// - Returns: (indices.count, width).
package func gatherRows(_ x: Tensor, _ indices: [Int]) -> Tensor {
  let (rows, width) = x.matrixShape
  precondition(indices.allSatisfy { $0 >= 0 && $0 < rows }, "gatherRows: index out of range")
  var result = Tensor(uninitialized: [indices.count, width])
  unsafe result.write { out in
    unsafe x.read { x in
      ThreadPool.parallelRows(indices.count, width: width) { range in
        for i in range {
          unsafe (out + i * width).update(from: x + indices[i] * width, count: width)
        }
      }
    }
  }
  return result
}

/// y[indices[i]] = x[i] for each row i.
///
/// - Parameters: x (indices.count, width); y (rows, width); indices in 0..<rows, each once.
package func replaceRows(_ indices: [Int], of y: inout Tensor, with x: Tensor) {
  let (rows, width) = y.matrixShape
  precondition(x.count == indices.count * width, "replaceRows: shapes differ")
  precondition(indices.allSatisfy { $0 >= 0 && $0 < rows }, "replaceRows: index out of range")
  unsafe y.write { y in
    unsafe x.read { x in
      ThreadPool.parallelRows(indices.count, width: width) { range in
        for i in range {
          unsafe (y + indices[i] * width).update(from: x + i * width, count: width)
        }
      }
    }
  }
}

/// y[indices[i]] += weights[i] * x[i] for each row i, in order where indices repeat.
///
/// - Parameters: x (indices.count, width); y (rows, width); weights one a row, nil for one.
package func scatterAddRows(_ x: Tensor, _ indices: [Int], weights: [Float]? = nil, to y: inout Tensor) {
  let (rows, width) = y.matrixShape
  precondition(x.count == indices.count * width, "scatterAddRows: shapes differ")
  precondition(weights.map { $0.count == indices.count } ?? true, "scatterAddRows: one weight a row")
  precondition(indices.allSatisfy { $0 >= 0 && $0 < rows }, "scatterAddRows: index out of range")
  // Tasks own columns, not rows: indices may repeat.
  let grain = max(16, 65_536 / max(1, indices.count) / 16 * 16)
  unsafe y.write { y in
    unsafe x.read { x in
      ThreadPool.parallelRanges(width, grain: grain) { columns in
        for i in indices.indices {
          let (source, target) = (i * width, indices[i] * width)
          let weight = weights?[i] ?? 1
          for column in columns {
            unsafe y[target + column] += weight * x[source + column]
          }
        }
      }
    }
  }
}
