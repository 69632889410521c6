/// How stored rows and columns stand to the picture as seen (EXIF 2.32, tag 0x0112).
package enum Orientation: Int, Sendable, Hashable, CaseIterable {
  case up = 1
  case mirrored = 2
  case upsideDown = 3
  case flipped = 4
  case transposed = 5
  case turnClockwise = 6
  case transverse = 7
  case turnCounterclockwise = 8

  /// True when width and height change places.
  package var swapsAxes: Bool { rawValue >= 5 }

  /// Brings stored pixels to the picture as seen.
  ///
  /// `pixels` holds `height` rows of `width` pixels of `pixelBytes` bytes, and the result as many, turned.
  package func applied(to pixels: [UInt8], width: Int, height: Int, pixelBytes: Int) -> [UInt8] {
    if self == .up || width == 0 || height == 0 { return pixels }
    // Walking the result by columns and rows walks the source from `start` by these steps, in pixels.
    let last = width * height - 1
    let (start, columnStep, rowStep) =
      switch self {
      case .up: (0, 1, width)
      case .mirrored: (width - 1, -1, width)
      case .upsideDown: (last, -1, -width)
      case .flipped: (last - width + 1, 1, -width)
      case .transposed: (0, width, 1)
      case .turnClockwise: (last - width + 1, -width, 1)
      case .transverse: (last, -width, -1)
      case .turnCounterclockwise: (width - 1, width, -1)
      }
    let columns = swapsAxes ? height : width
    let rows = swapsAxes ? width : height
    let block = 64
    var result = [UInt8](repeating: 0, count: pixels.count)
    // In blocks, because one of the two pictures is walked against its rows.
    for top in stride(from: 0, to: rows, by: block) {
      for left in stride(from: 0, to: columns, by: block) {
        for row in top..<min(top + block, rows) {
          var source = (start + row * rowStep + left * columnStep) * pixelBytes
          var target = (row * columns + left) * pixelBytes
          for _ in left..<min(left + block, columns) {
            for byte in 0..<pixelBytes { result[target + byte] = pixels[source + byte] }
            source += columnStep * pixelBytes
            target += pixelBytes
          }
        }
      }
    }
    return result
  }
}
