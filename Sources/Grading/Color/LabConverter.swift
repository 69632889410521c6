import Glibc

/// Brings encoded colours of a space to CIE L*a*b* under the space's own white.
///
/// L* runs from 0 to 100; a* and b* are 0 for grey.
package struct LabConverter: Sendable {
  private let space: WorkingSpace
  private let columns: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)

  package init(_ space: WorkingSpace) {
    self.space = space
    let white = space.toXYZ * SIMD3(repeating: 1)
    let matrix = (Matrix3(diagonal: 1 / white) * space.toXYZ).transposed.rows
    columns = (SIMD3(matrix.0), SIMD3(matrix.1), SIMD3(matrix.2))
  }

  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let xyz =
      columns.0 * space.responses[0].decode(color.x) + columns.1 * space.responses[1].decode(color.y)
      + columns.2 * space.responses[2].decode(color.z)
    let (fx, fy, fz) = (Self.response(xyz.x), Self.response(xyz.y), Self.response(xyz.z))
    return SIMD3(116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))
  }

  private static func response(_ value: Float) -> Float {
    value > 216.0 / 24389 ? cbrtf(value) : (24389.0 / 27 * value + 16) / 116
  }
}
