/// One level of the pyramid that a region is completed on: what its pixels are compared by, and which may be copied.
struct ExemplarLevel {
  /// A patch has this many pixels to each side of its middle.
  static let radius = 3
  /// What a difference of gradients and of fine detail weighs beside one of colours (the latter as in Newson et al.,
  /// "Video Inpainting of Complex Scenes", 2014).
  private static let gradientWeight: Float = 1
  private static let detailWeight: Float = 5

  let width: Int
  let height: Int
  /// Of each pixel three colours, two gradients and two strengths of fine detail, weighed; the eighth place is 0.
  var features: [SIMD8<Float>]
  let isHole: [Bool]
  /// Whether the patch around a pixel lies in the picture and holds nothing that is to be filled.
  let isSource: [Bool]
  /// Whether the patch around a pixel holds something that is to be filled.
  let isTarget: [Bool]
  let sourceCount: Int
  /// The box of the targets.
  let rows: Range<Int>
  let columns: Range<Int>

  init(_ plane: ExemplarPlane) {
    let (width, height) = (plane.width, plane.height)
    let isHole = plane.colors.map { $0.w == 0 }
    let isTarget = Self.grown(isHole, width: width, height: height)
    var isSource = [Bool](repeating: false, count: width * height)
    var (rows, columns) = (height..<height, width..<width)
    for y in 0..<height {
      let inside = y >= Self.radius && y < height - Self.radius
      for x in 0..<width {
        if isTarget[y * width + x] {
          rows = min(rows.lowerBound, y)..<y + 1
          columns = min(columns.lowerBound, x)..<(columns.isEmpty ? x + 1 : max(columns.upperBound, x + 1))
        } else if inside, x >= Self.radius, x < width - Self.radius {
          isSource[y * width + x] = true
        }
      }
    }
    (self.width, self.height, self.isHole, self.isTarget) = (width, height, isHole, isTarget)
    (self.isSource, self.rows, self.columns) = (isSource, rows, columns)
    sourceCount = isSource.count { $0 }
    features = (0..<width * height).map { pixel in
      let (x, y) = (pixel % width, pixel / width)
      let across = plane.gradient(
        at: pixel, before: x > 0 ? pixel - 1 : nil, after: x + 1 < width ? pixel + 1 : nil)
      let down = plane.gradient(
        at: pixel, before: y > 0 ? pixel - width : nil, after: y + 1 < height ? pixel + width : nil)
      let (color, detail) = (plane.colors[pixel], plane.detail[pixel] * Self.detailWeight)
      return SIMD8(
        color.x, color.y, color.z, across * Self.gradientWeight, down * Self.gradientWeight, detail.x,
        detail.y, 0
      )
    }
  }

  /// Whether the square of a patch around each pixel holds one that is set.
  private static func grown(_ values: [Bool], width: Int, height: Int) -> [Bool] {
    func along(_ values: [Bool], count: Int, step: Int, lines: Int, lineStep: Int) -> [Bool] {
      var result = values
      for line in 0..<lines {
        for place in 0..<count where values[line * lineStep + place * step] {
          for near in max(0, place - radius)...min(count - 1, place + radius) {
            result[line * lineStep + near * step] = true
          }
        }
      }
      return result
    }
    let across = along(values, count: width, step: 1, lines: height, lineStep: width)
    return along(across, count: height, step: width, lines: width, lineStep: 1)
  }
}

extension ExemplarPlane {
  /// Half the difference of two neighbours' luma, or the whole one to the neighbour that is known.
  fileprivate func gradient(at pixel: Int, before: Int?, after: Int?) -> Float {
    let before = before.flatMap { isKnown($0) ? $0 : nil }
    let after = after.flatMap { isKnown($0) ? $0 : nil }
    return switch (before, after) {
    case (let before?, let after?): (luma(after) - luma(before)) / 2
    case (let before?, nil): luma(pixel) - luma(before)
    case (nil, let after?): luma(after) - luma(pixel)
    case (nil, nil): 0
    }
  }
}
