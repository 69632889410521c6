/// The Cholesky factor of a symmetric matrix whose rows start at given columns.
///
/// Rows are kept from their first column to the diagonal; factorisation fills no more than that.
struct EnvelopeCholesky: ~Copyable {
  private let first: [Int32]
  /// Where column 0 of each row would lie in `values`.
  private let origin: [Int]
  private let values: ScratchBuffer<Double>

  /// A zero matrix of one row for each first column, none of which lies right of the diagonal.
  init(firstColumns: [Int32]) {
    first = firstColumns
    var origin: [Int] = []
    var size = 0
    for (row, column) in firstColumns.enumerated() {
      origin.append(size - Int(column))
      size += row - Int(column) + 1
    }
    self.origin = origin
    values = ScratchBuffer(count: size, repeating: 0)
  }

  /// Adds M + M^T for a matrix M with four neighbouring entries.
  @inline(__always)
  func addSymmetric(row: Int, columns: Int, _ entries: SIMD4<Double>) {
    for k in 0..<4 {
      let column = columns + k
      if column < row {
        values[origin[row] + column] += entries[k]
      } else {
        values[origin[column] + row] += column == row ? 2 * entries[k] : entries[k]
      }
    }
  }

  /// Factorises in place, each diagonal element raised by `ridge` of itself.
  func factorize(ridge: Double) {
    for row in first.indices {
      let start = Int(first[row])
      values[origin[row] + row] *= 1 + ridge
      for column in start..<row {
        let common = max(start, Int(first[column]))
        let sum = values.dot(origin[row] + common, origin[column] + common, count: column - common)
        values[origin[row] + column] =
          (values[origin[row] + column] - sum) / values[origin[column] + column]
      }
      let square = values.dot(origin[row] + start, origin[row] + start, count: row - start)
      let original = values[origin[row] + row]
      // A direction without weight of its own is left out by making it infinitely stiff.
      let pivot = original - square
      values[origin[row] + row] = pivot > 0.5 * ridge * original && original > 0 ? pivot.squareRoot() : 1e150
    }
  }

  /// Solves in place.
  func solve(_ vector: borrowing ScratchBuffer<Double>) {
    for row in first.indices {
      let start = Int(first[row])
      let sum = values.dot(origin[row] + start, vector, start, count: row - start)
      vector[row] = (vector[row] - sum) / values[origin[row] + row]
    }
    for row in first.indices.reversed() {
      let value = vector[row] / values[origin[row] + row]
      vector[row] = value
      for column in Int(first[row])..<row { vector[column] -= values[origin[row] + column] * value }
    }
  }
}
