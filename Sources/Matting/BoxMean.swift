import Images

extension FloatImage {
  /// The mean over the square of `2 radius + 1` pixels around each pixel, over the pixels that exist.
  ///
  /// Running sums, so the cost does not depend on the radius.
  func boxMean(radius: Int) -> FloatImage {
    var result = FloatImage(width: width, height: height, channels: channels)
    let rowLength = width * channels
    var columns = [Double](repeating: 0, count: rowLength)
    for y in 0..<min(radius, height) {
      for i in 0..<rowLength { columns[i] += Double(samples[y * rowLength + i]) }
    }
    var running = [Double](repeating: 0, count: channels)
    for y in 0..<height {
      if y + radius < height {
        let entering = (y + radius) * rowLength
        for i in 0..<rowLength { columns[i] += Double(samples[entering + i]) }
      }
      if y > radius {
        let leaving = (y - radius - 1) * rowLength
        for i in 0..<rowLength { columns[i] -= Double(samples[leaving + i]) }
      }
      let lines = Double(min(height - 1, y + radius) - max(0, y - radius) + 1)
      for c in 0..<channels { running[c] = 0 }
      for x in 0..<min(radius, width) {
        for c in 0..<channels { running[c] += columns[x * channels + c] }
      }
      for x in 0..<width {
        if x + radius < width {
          for c in 0..<channels { running[c] += columns[(x + radius) * channels + c] }
        }
        if x > radius {
          for c in 0..<channels { running[c] -= columns[(x - radius - 1) * channels + c] }
        }
        let scale = 1 / (lines * Double(min(width - 1, x + radius) - max(0, x - radius) + 1))
        for c in 0..<channels {
          result.samples[y * rowLength + x * channels + c] = Float(running[c] * scale)
        }
      }
    }
    return result
  }
}
