/// How far patches of a level are apart, for the length of one closure.
@unsafe struct PatchComparison {
  let width: Int
  let height: Int
  let features: UnsafePointer<SIMD8<Float>>
  /// What the guide shows around each pixel, and what the picture does; nil without a guide.
  let guide: UnsafePointer<SIMD4<Float>>?
  let surroundings: UnsafePointer<SIMD4<Float>>?

  /// Mean over the patches' pixels of the squared distance of their features. What lies outside the picture does not
  /// count.
  ///
  /// - Parameters:
  ///   - px: column of the middle of the target; `py` its row.
  ///   - qx: column of the middle of the source, whose patch lies inside the picture; `qy` its row.
  ///   - limit: a distance above it is given as infinity.
  @inline(__always)
  func distance(_ px: Int, _ py: Int, _ qx: Int, _ qy: Int, below limit: Float) -> Float {
    let radius = ExemplarLevel.radius
    let top = max(-radius, -py)
    let bottom = unsafe min(radius, height - 1 - py)
    let left = max(-radius, -px)
    let right = unsafe min(radius, width - 1 - px)
    let count = Float((bottom - top + 1) * (right - left + 1))
    var apart: Float = 0
    if let guide = unsafe guide, let surroundings = unsafe surroundings {
      let difference = unsafe guide[py * width + px] - surroundings[qy * width + qx]
      apart = (difference * difference).sum()
    }
    let bound = (limit - apart) * count
    var sums = SIMD8<Float>.zero
    for row in top...bottom {
      let target = unsafe features + ((py + row) * width + px)
      let source = unsafe features + ((qy + row) * width + qx)
      if right - left == 2 * radius {
        let d0 = unsafe target[-3] - source[-3]
        let d1 = unsafe target[-2] - source[-2]
        let d2 = unsafe target[-1] - source[-1]
        let d3 = unsafe target[0] - source[0]
        let d4 = unsafe target[1] - source[1]
        let d5 = unsafe target[2] - source[2]
        let d6 = unsafe target[3] - source[3]
        sums += ((d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3)) + ((d4 * d4 + d5 * d5) + d6 * d6)
      } else {
        for column in left...right {
          let difference = unsafe target[column] - source[column]
          sums += difference * difference
        }
      }
      if sums.sum() > bound { return .infinity }
    }
    return sums.sum() / count + apart
  }
}
