/// A look as `.cube` files describe it: a one-dimensional table, a cube, or the one followed by the other.
package struct ColorLookup: Sendable, Equatable {
  package let title: String
  package let line: LookupLine?
  package let cube: LookupCube?

  package init(title: String = "", line: LookupLine? = nil, cube: LookupCube? = nil) {
    self.title = title
    self.line = line
    self.cube = cube
  }

  /// Whether equal red, green and blue surely stay equal.
  package var keepsGrey: Bool { cube == nil && (line?.isGrey ?? true) }

  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    var result = color
    if let line { result = line(result) }
    if let cube { result = cube(result) }
    return result
  }
}
