/// A symmetric 3 x 3 matrix: covariances of colours and their inverses.
struct SymmetricMatrix3: Equatable {
  var xx: Double
  var yy: Double
  var zz: Double
  var xy = 0.0
  var xz = 0.0
  var yz = 0.0

  init(diagonal: Double) {
    xx = diagonal
    yy = diagonal
    zz = diagonal
  }

  @inline(__always)
  mutating func addOuterProduct(_ v: SIMD3<Double>, weight: Double = 1) {
    let w = v * weight
    xx += w.x * v.x
    yy += w.y * v.y
    zz += w.z * v.z
    xy += w.x * v.y
    xz += w.x * v.z
    yz += w.y * v.z
  }

  @inline(__always)
  func times(_ v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      xx * v.x + xy * v.y + xz * v.z, xy * v.x + yy * v.y + yz * v.z, xz * v.x + yz * v.y + zz * v.z)
  }

  var determinant: Double {
    xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
  }

  /// The inverse; the matrix must be positive definite.
  @inline(__always)
  var inverse: SymmetricMatrix3 {
    let scale = 1 / determinant
    var result = SymmetricMatrix3(diagonal: 0)
    result.xx = (yy * zz - yz * yz) * scale
    result.yy = (xx * zz - xz * xz) * scale
    result.zz = (xx * yy - xy * xy) * scale
    result.xy = (xz * yz - xy * zz) * scale
    result.xz = (xy * yz - xz * yy) * scale
    result.yz = (xy * xz - xx * yz) * scale
    return result
  }
}
