package import Images

/// Colours for the transparent parts of a picture that arrives row by row, taken from what is seen around them.
///
/// What a file holds under transparent pixels may be anything, and filters and networks that look at neighbours
/// would carry it into what is seen. A small map is kept: the light of blocks of the picture, weighted by alpha, with
/// empty blocks filled from ever larger ones.
package struct HiddenColors {
  /// Side of a block in pixels.
  private static let block = 8

  private let width: Int
  private let height: Int
  private let columns: Int
  /// Light times alpha, and alpha, summed over each block; light alone once `fill` was called.
  private var blocks: [SIMD4<Float>]
  private var rowsIn = 0

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    columns = (width + Self.block - 1) / Self.block
    blocks = [SIMD4<Float>](
      repeating: .zero, count: columns * ((height + Self.block - 1) / Self.block))
  }

  /// Looks at the next rows; all of them have to be seen before `fill`.
  package mutating func look(at rows: PictureRows) {
    for y in 0..<rows.count {
      let line = (rowsIn + y) / Self.block * columns
      for x in 0..<width {
        let alpha = rows.alpha?.values[y * width + x] ?? 1
        guard alpha > 0 else { continue }
        blocks[line + x / Self.block] += SIMD4(rows.light(x, y) * alpha, alpha)
      }
    }
    rowsIn += rows.count
  }

  /// Makes the map whole.
  package mutating func fill() {
    blocks = Self.filled(blocks, columns, blocks.count / columns)
  }

  /// Sums over 2 x 2 blocks fill what is empty, recursively; where nothing is seen at all, black.
  private static func filled(_ sums: [SIMD4<Float>], _ width: Int, _ height: Int) -> [SIMD4<Float>] {
    var result = sums.map { $0.w > 0 ? $0 / $0.w : .zero }
    guard width * height > 1, sums.contains(where: { !($0.w > 0) }) else { return result }
    let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
    var half = [SIMD4<Float>](repeating: .zero, count: halfWidth * halfHeight)
    for y in 0..<height {
      for x in 0..<width { half[y / 2 * halfWidth + x / 2] += sums[y * width + x] }
    }
    half = filled(half, halfWidth, halfHeight)
    for y in 0..<height {
      for x in 0..<width where !(sums[y * width + x].w > 0) {
        result[y * width + x] = interpolated(
          half, halfWidth, halfHeight, x: (Float(x) + 0.5) / 2 - 0.5, y: (Float(y) + 0.5) / 2 - 0.5)
      }
    }
    return result
  }

  private static func interpolated(
    _ map: [SIMD4<Float>], _ width: Int, _ height: Int, x: Float, y: Float
  ) -> SIMD4<Float> {
    let (x, y) = (min(max(x, 0), Float(width - 1)), min(max(y, 0), Float(height - 1)))
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let (fx, fy) = (x - Float(left), y - Float(top))
    let upper = map[top * width + left] * (1 - fx) + map[top * width + right] * fx
    let lower = map[bottom * width + left] * (1 - fx) + map[bottom * width + right] * fx
    return upper * (1 - fy) + lower * fy
  }

  /// Rows with the map's colours where nothing is seen, mixed in where little is.
  ///
  /// - Parameter first: which row of the picture they begin with.
  package func replaced(in rows: PictureRows, first: Int) -> PictureRows {
    guard let alpha = rows.alpha else { return rows }
    var result = rows
    let side = Float(Self.block)
    for y in 0..<rows.count {
      for x in 0..<width where alpha.values[y * width + x] < Self.seen {
        let light = Self.interpolated(
          blocks, columns, blocks.count / columns, x: (Float(x) + 0.5) / side - 0.5,
          y: (Float(first + y) + 0.5) / side - 0.5)
        let share = max(0, alpha.values[y * width + x]) / Self.seen
        let mixed = rows.light(x, y) * share + SIMD3(light.x, light.y, light.z) * (1 - share)
        for channel in 0..<3 { result.color[x, y, channel] = SRGBCurve.encoded(mixed[channel]) }
      }
    }
    return result
  }

  /// Opacity from which a pixel's own colour is to be trusted.
  private static let seen: Float = 0.05
}

extension PictureRows {
  /// Linear light of a pixel.
  fileprivate func light(_ x: Int, _ y: Int) -> SIMD3<Float> {
    SIMD3(
      SRGBCurve.linear(color[x, y, 0]), SRGBCurve.linear(color[x, y, 1]), SRGBCurve.linear(color[x, y, 2]))
  }
}
