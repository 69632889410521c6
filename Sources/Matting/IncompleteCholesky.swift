/// An incomplete Cholesky factor of a matting system, the preconditioner of its conjugate gradients.
///
/// The factor has the system's own sparsity (no fill), 4 bytes a neighbour. The matting Laplacian is no
/// M-matrix, so a pivot may come out negative; then the diagonal is raised by a small share of itself and the
/// factorisation starts again (Manteuffel 1980).
struct IncompleteCholesky: ~Copyable {
  private let factor: ScratchBuffer<Float>
  private let inverseDiagonal: ScratchBuffer<Float>
  /// The share by which the diagonal had to be raised.
  let shift: Double

  init(_ system: borrowing MattingSystem) {
    let neighbors = MattingSystem.neighbors
    factor = ScratchBuffer(count: system.count * neighbors, repeating: 0)
    inverseDiagonal = ScratchBuffer(count: system.count, repeating: 0)
    let pivots = ScratchBuffer<Double>(count: system.count + 1, repeating: 0)
    let updates = Self.updates
    var shift = 0.0
    while !Self.factorize(system, shift: shift, updates, factor, inverseDiagonal, pivots) {
      shift = shift == 0 ? 1e-4 : shift * 4
    }
    self.shift = shift
  }

  /// Eliminating a pixel couples two of its neighbours: which two, and where the pair's coupling is kept.
  private struct Update {
    let first: Int
    let second: Int
    let slot: Int
  }

  private static var updates: [Update] {
    var result: [Update] = []
    for first in 0..<MattingSystem.neighbors {
      for second in first + 1..<MattingSystem.neighbors {
        let a = MattingSystem.offset(ofSlot: first)
        let b = MattingSystem.offset(ofSlot: second)
        guard abs(b.dx - a.dx) <= 2 else { continue }
        let slot = MattingSystem.slot(dx: b.dx - a.dx, dy: b.dy - a.dy)
        result.append(Update(first: first, second: second, slot: slot))
      }
    }
    return result
  }

  /// One attempt; false when a pivot is not safely positive.
  private static func factorize(
    _ system: borrowing MattingSystem, shift: Double, _ updates: [Update],
    _ factor: borrowing ScratchBuffer<Float>, _ inverseDiagonal: borrowing ScratchBuffer<Float>,
    _ pivots: borrowing ScratchBuffer<Double>
  ) -> Bool {
    let neighbors = MattingSystem.neighbors
    for index in 0..<system.count * neighbors { factor[index] = system.coupling[index] }
    for row in 0..<system.count { pivots[row] = system.diagonal[row] * (1 + shift) }
    for row in 0..<system.count {
      guard pivots[row] > 1e-6 * system.diagonal[row] else { return false }
      let inverse = Float(1 / pivots[row].squareRoot())
      inverseDiagonal[row] = inverse
      let base = row * neighbors
      for slot in base..<base + neighbors {
        let value = factor[slot] * inverse
        factor[slot] = value
        pivots[Int(system.column[slot])] -= Double(value) * Double(value)
      }
      for update in updates {
        let first = Int(system.column[base + update.first])
        guard first < system.count, Int(system.column[base + update.second]) < system.count else { continue }
        factor[first * neighbors + update.slot] -= factor[base + update.first] * factor[base + update.second]
      }
    }
    return true
  }

  /// result = (F F^T)^-1 vector; both hold one value more than there are rows.
  func solve(
    _ system: borrowing MattingSystem, _ vector: borrowing ScratchBuffer<Double>,
    into result: borrowing ScratchBuffer<Double>
  ) {
    let neighbors = MattingSystem.neighbors
    for row in 0..<system.count { result[row] = vector[row] }
    for row in 0..<system.count {
      let value = result[row] * Double(inverseDiagonal[row])
      result[row] = value
      for slot in row * neighbors..<(row + 1) * neighbors {
        result[Int(system.column[slot])] -= Double(factor[slot]) * value
      }
    }
    result[system.count] = 0
    for row in stride(from: system.count - 1, through: 0, by: -1) {
      var sum = result[row]
      for slot in row * neighbors..<(row + 1) * neighbors {
        sum -= Double(factor[slot]) * result[Int(system.column[slot])]
      }
      result[row] = sum * Double(inverseDiagonal[row])
    }
  }
}
