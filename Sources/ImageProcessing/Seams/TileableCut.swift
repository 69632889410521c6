package import Images

/// Makes a photograph repeat with pixels of its own: a strip from elsewhere in it is laid over each border that is to
/// vanish and cut to fit, so that only the cuts are left to heal.
///
/// The strip is the one whose two edges match the border's surroundings best; each cut is the path of least error
/// through the overlap (Efros and Freeman, "Image Quilting for Texture Synthesis and Transfer", 2001), and the strip's
/// tones are moved so that they meet at the cuts.
package struct TileableCut: Sendable {
  /// Pixels on each side of a border that the strip may cover.
  package let band: Int

  package init(band: Int) {
    self.band = band
  }

  /// A picture that repeats, and where it was cut.
  package struct Result: Sendable {
    package var picture: FloatImage
    /// Over 0 near a cut, 1 on it; of the picture's size.
    package var cuts: Mask
    /// 1 where the picture differs from the photograph.
    package var changed: Mask

    package init(picture: FloatImage, cuts: Mask, changed: Mask) {
      self.picture = picture
      self.cuts = cuts
      self.changed = changed
    }
  }

  /// Root mean square difference of the channels across a cut that shows: a twelfth of the range.
  private static let visible: Float = 0.08

  /// - Parameters:
  ///   - picture: sRGB-encoded, 3 channels.
  ///   - acrossX: lets left and right meet; `acrossY` top and bottom.
  ///   - healing: pixels to either side of a cut that `cuts` marks, as far as the cut shows.
  package func apply(to picture: FloatImage, acrossX: Bool, acrossY: Bool, healing: Int) -> Result {
    var result = Result(
      picture: picture, cuts: Mask(width: picture.width, height: picture.height),
      changed: Mask(width: picture.width, height: picture.height))
    if acrossX { join(&result, healing: healing, closes: false) }
    if acrossY {
      // The strip of the second axis runs all round the first, which closes by now.
      var turned = Result(
        picture: result.picture.transposed(), cuts: result.cuts.transposed(),
        changed: result.changed.transposed())
      join(&turned, healing: healing, closes: acrossX)
      result = Result(
        picture: turned.picture.transposed(), cuts: turned.cuts.transposed(),
        changed: turned.changed.transposed())
    }
    return result
  }

  /// Lets left and right of a picture meet.
  ///
  /// - Parameter closes: top and bottom meet already, and are to go on doing so.
  private func join(_ result: inout Result, healing: Int, closes: Bool) {
    let picture = result.picture
    let (width, height) = (picture.width, picture.height)
    let band = min(band, width / 4)
    let overlap = max(1, band * 3 / 4)
    guard band > 0, height > 0 else { return }
    let start = StripChoice(band: band, overlap: overlap).start(in: picture)
    let corrections = StripTones(overlap: overlap, closes: closes)
      .corrections(of: picture, band: band, start: start)

    /// Column `column` of the strip, counted from its left edge, with its tones moved.
    func strip(_ column: Int, _ row: Int, _ channel: Int) -> Float {
      let t = Float(column) / Float(2 * band - 1)
      let (left, right) = (corrections.left[row * 3 + channel], corrections.right[row * 3 + channel])
      return picture.samples[(row * width + start + column) * 3 + channel] + left + (right - left) * t
    }
    /// The place on the picture under a column of the strip.
    func under(_ column: Int) -> Int { (column - band + width) % width }
    func errors(_ columns: Range<Int>) -> [[Float]] {
      (0..<height).map { row in
        columns.map { column in
          var sum: Float = 0
          for channel in 0..<3 {
            let difference =
              picture.samples[(row * width + under(column)) * 3 + channel] - strip(column, row, channel)
            sum += difference * difference
          }
          return sum
        }
      }
    }
    let leftErrors = errors(0..<overlap)
    let left = LeastErrorPath(errors: leftErrors, closes: closes).columns
    let rightErrors = errors(2 * band - overlap..<2 * band)
    let rightPath = LeastErrorPath(errors: rightErrors, closes: closes).columns
    let right = rightPath.map { $0 + 2 * band - overlap }
    let leftShows = visibility(leftErrors, left, reach: healing / 2)
    let rightShows = visibility(rightErrors, rightPath, reach: healing / 2)

    // The mix over a few pixels hides what difference is left along the path.
    let fade: Float = 2.5
    for row in 0..<height {
      for column in 0..<2 * band {
        let isLeft = column - left[row] < right[row] - column
        let inside = Float(isLeft ? column - left[row] : right[row] - column)
        let weight = min(1, max(0, (inside + fade) / (2 * fade)))
        let place = row * width + under(column)
        let distance = abs(inside)
        if distance <= Float(healing) {
          let t = min(1, 2 - 2 * distance / Float(healing + 1)) * (isLeft ? leftShows : rightShows)[row]
          result.cuts.values[place] = max(result.cuts.values[place], t)
        }
        guard weight > 0 else { continue }
        result.changed.values[place] = 1
        for channel in 0..<3 {
          let old = picture.samples[place * 3 + channel]
          result.picture.samples[place * 3 + channel] =
            old + (strip(column, row, channel) - old) * weight
        }
      }
    }
  }
}

extension TileableCut {
  /// How much a cut shows in each row, 0...1: the largest difference near it, up to `reach` rows away.
  private func visibility(_ errors: [[Float]], _ path: [Int], reach: Int) -> [Float] {
    let along = path.indices.map { row -> Float in
      let near = errors[row][max(0, path[row] - 1)...min(errors[row].count - 1, path[row] + 1)]
      return (near.reduce(0, +) / Float(3 * near.count)).squareRoot()
    }
    return along.indices.map { row in
      let largest = along[max(0, row - reach)...min(along.count - 1, row + reach)].max() ?? 0
      let shown = min(1, largest / Self.visible)
      return shown < 0.25 ? 0 : shown
    }
  }
}

extension FloatImage {
  fileprivate func transposed() -> FloatImage {
    var result = FloatImage(width: height, height: width, channels: channels)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels {
          result.samples[(x * height + y) * channels + channel] =
            samples[(y * width + x) * channels + channel]
        }
      }
    }
    return result
  }
}

extension Mask {
  fileprivate func transposed() -> Mask {
    var result = Mask(width: height, height: width)
    for y in 0..<height {
      for x in 0..<width { result.values[x * height + y] = values[y * width + x] }
    }
    return result
  }
}
