package import Images

/// Several pictures on one sheet.
package struct ContactSheet: Sendable {
  package var columns: Int
  /// Each picture is made to fit a square of this side, whole and in its own proportions.
  package var cell: Int
  package var gap: Int
  package var background: Float

  package init(columns: Int, cell: Int = 256, gap: Int = 8, background: Float = 0.5) {
    self.columns = columns
    self.cell = cell
    self.gap = gap
    self.background = background
  }

  /// - Parameter pictures: in reading order, all of the same number of channels.
  package func image(of pictures: [FloatImage]) throws -> FloatImage {
    guard let first = pictures.first, columns > 0, cell > 0, gap >= 0 else {
      throw ImageProcessingError.parameter(
        name: "a contact sheet", expected: "at least one picture, one column and one pixel",
        found: "\(pictures.count) pictures, \(columns) columns of \(cell) pixels")
    }
    if let other = pictures.first(where: { $0.channels != first.channels }) {
      throw ImageProcessingError.channels(
        name: "a picture of the sheet", expected: "\(first.channels)", found: other.channels)
    }
    let across = min(columns, pictures.count)
    let down = (pictures.count + columns - 1) / columns
    var sheet = FloatImage(
      width: across * (cell + gap) + gap, height: down * (cell + gap) + gap, channels: first.channels,
      repeating: background)
    for (index, picture) in pictures.enumerated() {
      let longer = max(picture.width, picture.height)
      let width = max(1, picture.width * cell / max(longer, 1))
      let height = max(1, picture.height * cell / max(longer, 1))
      let small = try picture.resized(
        width: width, height: height, filter: longer > cell ? .area : .bicubic, inLinearLight: true)
      let left = gap + index % columns * (cell + gap) + (cell - width) / 2
      let top = gap + index / columns * (cell + gap) + (cell - height) / 2
      sheet = try sheet.composited(
        with: small, alpha: Mask(width: width, height: height, repeating: 1), x: left, y: top)
    }
    return sheet
  }
}
