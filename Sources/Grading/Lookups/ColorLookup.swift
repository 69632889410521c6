/// A look as `.cube` files describe it: a one-dimensional table, a cube, or the one followed by the other.
package struct ColorLookup: Sendable, Equatable {
  package let title: String
  package let line: LookupLine?
  package let cube: LookupCube?
  /// Keywords of the file that are not of the format, in capitals: what they ask for is not done.
  package let passedOver: [String]

  package init(
    title: String = "", line: LookupLine? = nil, cube: LookupCube? = nil, passedOver: [String] = []
  ) {
    self.passedOver = passedOver
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
