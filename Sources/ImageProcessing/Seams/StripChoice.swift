import Images

/// Which upright strip of a picture fits best over its left and right border.
struct StripChoice {
  /// Half the strip's width.
  let band: Int
  /// Columns at each edge of the strip that are compared with what lies under them.
  let overlap: Int

  /// Rows that are looked at, at most: places far apart say as much as all.
  private static let mostRows = 256

  /// The strip's first column, whose edges differ least from their surroundings once their tones are level.
  ///
  /// Comparing means-free rows finds structure that continues, not light that happens to be the same.
  func start(in picture: FloatImage) -> Int {
    let (width, height) = (picture.width, picture.height)
    let step = max(1, height / Self.mostRows)
    let luma = picture.luma()
    var best = (start: 0, error: Double.infinity)
    // A start of 0 or at the far end would lay a border over itself.
    for start in band / 2...max(band / 2, width - 2 * band - band / 2) {
      var error = 0.0
      for row in stride(from: 0, to: height, by: step) {
        let line = row * width
        error += difference(
          luma, from: line + start, under: line + width - band, count: overlap)
        error += difference(
          luma, from: line + start + 2 * band - overlap, under: line + band - overlap, count: overlap)
        if error >= best.error { break }
      }
      if error < best.error { best = (start, error) }
    }
    return best.start
  }

  /// Squared differences of two runs of samples after their means are taken out.
  private func difference(_ samples: [Float], from first: Int, under second: Int, count: Int) -> Double {
    var sum: Float = 0
    var squares: Float = 0
    for index in 0..<count {
      let delta = samples[first + index] - samples[second + index]
      sum += delta
      squares += delta * delta
    }
    return Double(squares - sum * sum / Float(count))
  }
}

extension FloatImage {
  /// The mean of the channels.
  fileprivate func luma() -> [Float] {
    (0..<width * height).map { pixel in
      var sum: Float = 0
      for channel in 0..<channels { sum += samples[pixel * channels + channel] }
      return sum / Float(channels)
    }
  }
}
