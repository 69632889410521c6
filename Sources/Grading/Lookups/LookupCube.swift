/// A three-dimensional colour lookup table.
package struct LookupCube: Sendable, Equatable {
  package static let sizes = 2...256

  package let domain: LookupDomain
  package let size: Int
  /// `size`^3 colours, red running fastest, then green, then blue, as in `.cube` files.
  package let values: [SIMD3<Float>]

  package init(domain: LookupDomain = .unit, size: Int, values: [SIMD3<Float>]) throws(GradingError) {
    guard Self.sizes.contains(size), values.count == size * size * size else {
      throw .parameter(
        name: "lookup cube", found: "\(values.count) colours for size \(size)",
        expected: "size^3 colours, the size between 2 and 256")
    }
    self.domain = domain
    self.size = size
    self.values = values
  }

  /// Tetrahedral interpolation; input outside the domain is clamped to it.
  ///
  /// The cell is split along its grey diagonal into six tetrahedra, so a cube that keeps grey neutral at its
  /// nodes keeps it neutral between them too (Kasson et al., "Performing Color Space Conversions with
  /// Three-Dimensional Linear Interpolation", 1995).
  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let position = domain.position(of: color) * Float(size - 1)
    let limit = size - 2
    let (i, j, k) = (min(Int(position.x), limit), min(Int(position.y), limit), min(Int(position.z), limit))
    let (r, g, b) = (position.x - Float(i), position.y - Float(j), position.z - Float(k))
    let (stepR, stepG, stepB) = (1, size, size * size)
    let origin = i + j * stepG + k * stepB
    return unsafe values.withUnsafeBufferPointer { nodes in
      // The path from the cell's origin to its far corner takes the largest fraction first.
      let (first, second): (Int, Int)
      let (high, middle, low): (Float, Float, Float)
      if r >= g {
        if g >= b {
          (first, second, high, middle, low) = (stepR, stepR + stepG, r, g, b)
        } else if r >= b {
          (first, second, high, middle, low) = (stepR, stepR + stepB, r, b, g)
        } else {
          (first, second, high, middle, low) = (stepB, stepR + stepB, b, r, g)
        }
      } else if b >= g {
        (first, second, high, middle, low) = (stepB, stepG + stepB, b, g, r)
      } else if b >= r {
        (first, second, high, middle, low) = (stepG, stepG + stepB, g, b, r)
      } else {
        (first, second, high, middle, low) = (stepG, stepR + stepG, g, r, b)
      }
      let start = unsafe nodes[origin]
      let one = unsafe nodes[origin + first]
      let two = unsafe nodes[origin + second]
      let end = unsafe nodes[origin + stepR + stepG + stepB]
      return start * (1 - high) + one * (high - middle) + two * (middle - low) + end * low
    }
  }
}
