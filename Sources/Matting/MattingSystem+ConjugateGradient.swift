extension MattingSystem {
  /// How a solve ended.
  struct Convergence: Equatable {
    var iterations: Int
    /// The residual's norm over the right side's.
    var residual: Double
  }

  /// Improves `solution` by preconditioned conjugate gradients until the residual is below `tolerance` times
  /// the right side.
  ///
  /// Vectors hold one value more than there are rows; the last stays 0 and stands for absent neighbours.
  func solve(
    _ solution: borrowing ScratchBuffer<Double>, preconditioner: borrowing MattingPreconditioner,
    tolerance: Double, maximumIterations: Int
  ) -> Convergence {
    let residual = ScratchBuffer<Double>(count: count + 1, repeating: 0)
    let direction = ScratchBuffer<Double>(count: count + 1, repeating: 0)
    let product = ScratchBuffer<Double>(count: count + 1, repeating: 0)
    let scale = dot(rightSide, rightSide)
    guard scale > 0 else {
      for row in 0..<count { solution[row] = 0 }
      return Convergence(iterations: 0, residual: 0)
    }
    multiply(solution, into: product)
    for row in 0..<count { residual[row] = rightSide[row] - product[row] }
    preconditioner.solve(self, residual, into: direction)
    var energy = dot(residual, direction)
    var error = dot(residual, residual)
    var iterations = 0
    while iterations < maximumIterations, error > tolerance * tolerance * scale {
      iterations += 1
      multiply(direction, into: product)
      let step = energy / dot(direction, product)
      for row in 0..<count {
        solution[row] += step * direction[row]
        residual[row] -= step * product[row]
      }
      error = dot(residual, residual)
      preconditioner.solve(self, residual, into: product)
      let next = dot(residual, product)
      let ratio = next / energy
      energy = next
      for row in 0..<count { direction[row] = product[row] + ratio * direction[row] }
      direction[count] = 0
    }
    return Convergence(iterations: iterations, residual: (error / scale).squareRoot())
  }

  private func dot(_ a: borrowing ScratchBuffer<Double>, _ b: borrowing ScratchBuffer<Double>) -> Double {
    a.dot(0, b, 0, count: count)
  }
}
