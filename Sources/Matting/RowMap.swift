import Images

/// Numbers the unknown pixels of a region in raster order.
struct RowMap: ~Copyable {
  let pixels: [Int32]
  private let region: PixelRect
  private let rows: ScratchBuffer<Int32>

  init(trimap: Trimap, region: PixelRect) {
    self.region = region
    rows = ScratchBuffer(count: region.width * region.height, repeating: -1)
    var pixels: [Int32] = []
    for y in region.y..<region.maxY {
      for x in region.x..<region.maxX where trimap.labels[y * trimap.width + x] == .unknown {
        rows[(y - region.y) * region.width + x - region.x] = Int32(pixels.count)
        pixels.append(Int32(y * trimap.width + x))
      }
    }
    self.pixels = pixels
  }

  /// The pixel's row, or -1 when it is known or outside the region.
  @inline(__always)
  func row(x: Int, y: Int) -> Int32 {
    let column = x - region.x
    let line = y - region.y
    guard column >= 0, column < region.width, line >= 0, line < region.height else { return -1 }
    return rows[line * region.width + column]
  }
}
