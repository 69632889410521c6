/// How much a cell of a window counts where windows overlap.
package enum WindowWeights: Sendable, Equatable {
  case uniform
  /// A bell over the window, its standard deviation a tenth of each side, so that borders count for nothing
  /// (Mixture of Diffusers, arXiv 2302.02412).
  case gaussian
  /// Full weight inside, falling linearly over this many cells at each side.
  case feathered(Int)

  /// The weight of a row or column at each of `length` places; a cell's weight is the product of its two.
  func profile(_ length: Int) -> [Float] {
    switch self {
    case .uniform:
      return [Float](repeating: 1, count: length)
    case .gaussian:
      return (0..<length).map { index in
        let distance = (Double(index) + 0.5) / Double(length) - 0.5
        return Float(exponential(-50 * distance * distance))
      }
    case .feathered(let cells):
      return (0..<length).map { index in
        let edge = min(index, length - 1 - index)
        return edge >= cells ? 1 : Float(edge + 1) / Float(cells + 1)
      }
    }
  }
}
