import Images
import Testing

@Suite struct OrientationTests {
  /// Where EXIF says that a stored row and column are seen, for every pixel.
  @Test(arguments: Orientation.allCases, [(1, 1), (3, 2), (130, 70)])
  func pixelsGoWhereTheStandardSays(_ orientation: Orientation, _ size: (Int, Int)) {
    let (width, height) = size
    let pixels = (0..<width * height).flatMap {
      [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
    }
    let result = orientation.applied(to: pixels, width: width, height: height, pixelBytes: 2)
    #expect(result.count == pixels.count)
    let columns = orientation.swapsAxes ? height : width
    var wrong = 0
    for y in 0..<height {
      for x in 0..<width {
        let (column, row) =
          switch orientation {
          case .up: (x, y)
          case .mirrored: (width - 1 - x, y)
          case .upsideDown: (width - 1 - x, height - 1 - y)
          case .flipped: (x, height - 1 - y)
          case .transposed: (y, x)
          case .turnClockwise: (height - 1 - y, x)
          case .transverse: (height - 1 - y, width - 1 - x)
          case .turnCounterclockwise: (y, width - 1 - x)
          }
        let seen = (row * columns + column) * 2
        let stored = (y * width + x) * 2
        if result[seen] != pixels[stored] || result[seen + 1] != pixels[stored + 1] { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }
}
