#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Tensors

/// Cosines and sines of a rotary embedding over several axes (arXiv 2104.09864), one row a token.
package struct RotaryTable: Sendable {
  /// (tokens, headDim / 2)
  package let cosines: Tensor
  /// (tokens, headDim / 2)
  package let sines: Tensor

  private init(cosines: Tensor, sines: Tensor) {
    self.cosines = cosines
    self.sines = sines
  }

  /// Angle of pair i of an axis of d elements at position p: p * theta^(-2 i / d), in double precision.
  ///
  /// - Parameters:
  ///   - positions: for each token its position on each axis, not negative.
  ///   - axes: elements of a head that each axis turns, even. Elements of the head beyond their sum stay as they are.
  ///   - headDim: elements of a head.
  package init(positions: [[Int]], axes: [Int], headDim: Int, theta: Double = 10_000) {
    let half = headDim / 2
    var cosines = [Float](repeating: 1, count: positions.count * half)
    var sines = [Float](repeating: 0, count: positions.count * half)
    var first = 0
    for (axis, elements) in axes.enumerated() {
      let frequencies = (0..<elements / 2).map { pow(theta, -2 * Double($0) / Double(elements)) }
      // Few positions, many tokens: each angle is computed once.
      let highest = positions.reduce(0) { max($0, $1[axis]) }
      let angles = (0...highest).map { position in frequencies.map { $0 * Double(position) } }
      let rows = angles.map { $0.map { (Float(cos($0)), Float(sin($0))) } }
      for (token, position) in positions.enumerated() {
        for (pair, value) in rows[position[axis]].enumerated() {
          cosines[token * half + first + pair] = value.0
          sines[token * half + first + pair] = value.1
        }
      }
      first += elements / 2
    }
    self.cosines = Tensor(cosines, shape: [positions.count, half])
    self.sines = Tensor(sines, shape: [positions.count, half])
  }

  /// `count` tokens at the origin, which are not turned.
  package static func origin(count: Int, headDim: Int) -> RotaryTable {
    RotaryTable(
      cosines: Tensor([Float](repeating: 1, count: count * headDim / 2), shape: [count, headDim / 2]),
      sines: Tensor(zeros: [count, headDim / 2]))
  }

  /// The tables of several token lists, one after the other.
  package static func joined(_ tables: [RotaryTable]) -> RotaryTable {
    RotaryTable(
      cosines: Layers.joined(tables.map(\.cosines)), sines: Layers.joined(tables.map(\.sines)))
  }

  package func rows(_ range: Range<Int>) -> RotaryTable {
    RotaryTable(cosines: cosines.rows(range), sines: sines.rows(range))
  }

  /// Turns adjacent pairs of each head of `x` (tokens, heads * headDim) in place.
  package func apply(to x: inout Tensor, heads: Int) {
    applyRotary(&x, cosines: cosines, sines: sines, heads: heads, pairing: .adjacent)
  }
}
