package import Images

/// The parts of a mask that are far apart, each to be worked on by itself.
///
/// Memory: some nine bytes for every pixel of the box around all of them.
package struct MaskParts: Sendable {
  /// Their boxes on the mask, in reading order of their first pixels; one at least if anything is selected.
  package let boxes: [PixelRect]
  /// Pixels over 0 of each.
  package let pixelCounts: [Int]
  private let box: PixelRect
  private let labels: [Int32]

  /// More parts than this are too many to work on one by one: the nearest are taken together.
  private static let most = 16

  /// - Parameter reach: parts nearer to each other than twice this many pixels count as one.
  package init(of mask: PlacedMask, reach: Int) {
    guard let box = mask.boundingBox() else {
      (boxes, pixelCounts, labels, self.box) = ([], [], [], PixelRect(x: 0, y: 0, width: 0, height: 0))
      return
    }
    let inner = mask.cropped(to: box)
    var radius = Float(max(1, reach))
    var found = MaskRegions(of: inner, growingBy: radius)
    while found.regions.count > Self.most {
      radius *= 2
      found = MaskRegions(of: inner, growingBy: radius)
    }
    self.box = box
    labels = found.labels
    boxes = found.regions.map {
      PixelRect(x: box.x + $0.box.x, y: box.y + $0.box.y, width: $0.box.width, height: $0.box.height)
    }
    pixelCounts = found.regions.map(\.pixelCount)
  }

  /// What of a crop of the mask belongs to one part.
  ///
  /// - Parameters:
  ///   - crop: the mask under `rect`, mirrored beyond the mask's border.
  ///   - rect: its place on the mask.
  package func part(_ index: Int, of crop: Mask, at rect: PixelRect) -> Mask {
    guard boxes.count > 1 else { return crop }
    var result = crop
    for y in 0..<rect.height {
      let row = rect.y + y - box.y
      for x in 0..<rect.width {
        let column = rect.x + x - box.x
        let isOwn =
          (0..<box.height).contains(row) && (0..<box.width).contains(column)
          && labels[row * box.width + column] == Int32(index)
        if !isOwn { result.values[y * rect.width + x] = 0 }
      }
    }
    return result
  }
}
