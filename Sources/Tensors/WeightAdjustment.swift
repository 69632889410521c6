import CKernels

/// A change to a weight matrix that is made row by row while it is widened: what an adapter (LoRA) learned.
package struct WeightAdjustment: Sendable {
  /// The matrix that is added, (out, in).
  package enum Delta: Sendable {
    /// up (out, rank) times down (rank, in): arXiv 2106.09685.
    case lowRank(up: Tensor, down: Tensor)
    /// The Kronecker product of left (p, q) and right (out / p, in / q): LoKr, arXiv 2309.14859.
    case kronecker(left: Tensor, right: Tensor)
  }

  /// The lengths that rows or columns are brought to after the sum: DoRA, arXiv 2402.09353.
  package enum Magnitude: Sendable {
    /// One for each row.
    case rows([Float])
    /// One factor for each column: its magnitude over the length that it has.
    case columnFactors([Float])
  }

  package let delta: Delta
  /// What the delta is multiplied by before it is added.
  package let factor: Float
  package let magnitude: Magnitude?
  /// How much of the change is made: 0 leaves the weights as they are.
  package let strength: Float

  package init(delta: Delta, factor: Float, magnitude: Magnitude? = nil, strength: Float) {
    self.delta = delta
    self.factor = factor
    self.magnitude = magnitude
    self.strength = strength
  }

  /// The shape of the matrices that this fits, (out, in).
  package var shape: (outputs: Int, inputs: Int) {
    switch delta {
    case .lowRank(let up, let down): (up.shape[0], down.shape[1])
    case .kronecker(let left, let right):
      (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    }
  }

  /// Changes row `row` of the matrix, `width` floats at `values`.
  func apply(to values: UnsafeMutablePointer<Float>, row: Int, width: Int) {
    if strength == 0 { return }
    guard let magnitude else {
      return unsafe add(to: values, row: row, width: width, factor: factor * strength)
    }
    // W + strength * (m (W + delta) / |W + delta| - W)
    var merged = Tensor(uninitialized: [width])
    unsafe merged.write { merged in
      unsafe merged.update(from: values, count: width)
      unsafe add(to: merged, row: row, width: width, factor: factor)
      switch magnitude {
      case .rows(let lengths):
        let length = unsafe Self.length(merged, width)
        unsafe kernels.combine(
          values, 1 - strength, merged, strength * lengths[row] / (length + .ulpOfOne), values, Int64(width))
      case .columnFactors(let factors):
        for column in 0..<width {
          unsafe values[column] += strength * (factors[column] * merged[column] - values[column])
        }
      }
    }
  }

  private static func length(_ values: UnsafePointer<Float>, _ width: Int) -> Float {
    var sum = 0.0
    for column in 0..<width { sum += unsafe Double(values[column]) * Double(values[column]) }
    return Float(sum.squareRoot())
  }

  /// Adds `factor` times the delta's row.
  private func add(to values: UnsafeMutablePointer<Float>, row: Int, width: Int, factor: Float) {
    switch delta {
    case .lowRank(let up, let down):
      let rank = up.shape[1]
      unsafe up.read { up in
        unsafe down.read { down in
          for k in 0..<rank {
            unsafe kernels.combine(
              values, 1, down + k * width, factor * up[row * rank + k], values, Int64(width))
          }
        }
      }
    case .kronecker(let left, let right):
      let (columns, inner) = (left.shape[1], right.shape[1])
      let (first, second) = (row / right.shape[0], row % right.shape[0])
      unsafe left.read { left in
        unsafe right.read { right in
          for column in 0..<columns {
            unsafe kernels.combine(
              values + column * inner, 1, right + second * inner, factor * left[first * columns + column],
              values + column * inner, Int64(inner))
          }
        }
      }
    }
  }
}

extension WeightAdjustment {
  /// For each column of `matrix` with `delta` added, its magnitude over its length: one pass over the matrix.
  ///
  /// - Parameter lengths: the magnitudes, one a column.
  package static func columnFactors(
    _ lengths: [Float], of matrix: StoredTensor, adding delta: Delta, factor: Float
  ) throws -> [Float] {
    let merged = matrix.adjusted(by: [WeightAdjustment(delta: delta, factor: factor, strength: 1)])
    let rows = matrix.shape.first ?? 0
    var sums = [Double](repeating: 0, count: lengths.count)
    for start in stride(from: 0, to: rows, by: 64) {
      let piece = try merged.widened(rows: start..<min(rows, start + 64))
      unsafe piece.withUnsafeBuffer { values in
        for index in values.indices {
          sums[index % sums.count] += unsafe Double(values[index]) * Double(values[index])
        }
      }
    }
    return zip(lengths, sums).map { $0 / (Float($1.squareRoot()) + .ulpOfOne) }
  }
}
