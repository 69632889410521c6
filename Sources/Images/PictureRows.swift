/// Some rows of a picture that is worked through from top to bottom.
package struct PictureRows: Sendable {
  /// Red, green and blue, sRGB-encoded, not multiplied by alpha.
  package var color: FloatImage
  /// Nil where the picture has none.
  package var alpha: Mask?

  package init(color: FloatImage, alpha: Mask?) {
    precondition(color.channels == 3)
    precondition(alpha.map { $0.width == color.width && $0.height == color.height } ?? true)
    self.color = color
    self.alpha = alpha
  }

  package var count: Int { color.height }

  /// Some of the rows.
  package subscript(range: Range<Int>) -> PictureRows {
    let width = color.width
    return PictureRows(
      color: FloatImage(
        width: width, height: range.count, channels: 3,
        samples: Array(color.samples[range.lowerBound * width * 3..<range.upperBound * width * 3])),
      alpha: alpha.map {
        Mask(
          width: width, height: range.count,
          values: Array($0.values[range.lowerBound * width..<range.upperBound * width]))
      })
  }

  package mutating func append(_ other: PictureRows) {
    let height = count + other.count
    color = FloatImage(
      width: other.color.width, height: height, channels: 3, samples: color.samples + other.color.samples)
    if let first = alpha, let second = other.alpha {
      alpha = Mask(width: second.width, height: height, values: first.values + second.values)
    }
  }

  package mutating func removeFirst(_ count: Int) {
    if count > 0 { self = self[count..<self.count] }
  }
}
